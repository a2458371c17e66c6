import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileTargetCache } from "./target-cache.ts";

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-cache-"));
});

afterEach(() => rm(directory, { recursive: true }));

const kept = { source: "s", parts: [{ name: "p", groups: [{ targets: ["a:1"], labels: { dc: "bj" } }] }] };

describe("platform/discovery target cache", () => {
  it("reads back what was written, in files of this user alone", async () => {
    const cache = new FileTargetCache(directory);

    await cache.write("shop", { ...kept, source: "old" });
    await cache.write("shop", kept);

    expect(await new FileTargetCache(directory).read("shop")).toEqual(kept);
    expect((await stat(join(directory, "targets/shop.json"))).mode & 0o777).toBe(0o600);
    expect(await readdir(join(directory, "targets"))).toEqual(["shop.json"]);
  });

  it.each([
    "",
    "{",
    "[]",
    '{"source":1,"parts":[]}',
    '{"source":"s","parts":[{"name":"p","groups":[{"targets":[1],"labels":{}}]}]}',
    '{"source":"s","parts":[{"name":"p","groups":[{"targets":[],"labels":{"a":1}}]}]}',
  ])("takes %j for nothing (F74)", async (text) => {
    const cache = new FileTargetCache(directory);
    await cache.write("shop", kept);
    await writeFile(join(directory, "targets/shop.json"), text);

    expect(await cache.read("shop")).toBeUndefined();
    expect(await cache.read("other")).toBeUndefined();
  });

  it("leaves what was there when it cannot write (F73)", async () => {
    const cache = new FileTargetCache(directory);
    await cache.write("shop", kept);
    await writeFile(join(directory, "blocked"), "");

    await expect(new FileTargetCache(join(directory, "blocked")).write("shop", kept)).rejects.toThrow();
    expect(await cache.read("shop")).toEqual(kept);
  });
});
