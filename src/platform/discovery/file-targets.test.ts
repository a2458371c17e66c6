import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { targetsFromSchema } from "../../config/discovery/targets-from-schema.ts";
import type { TargetSource } from "../../core/ports/target-source.ts";
import { systemClock } from "../clock.ts";
import { createResolver } from "../dns/resolver.ts";
import { createHttpProbing } from "../http/http-probing.ts";
import { createDialer } from "../net/dialer.ts";
import { openTargetSource } from "./open-target-source.ts";

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-targets-"));
});

afterEach(() => rm(directory, { recursive: true }));

const ports = {
  clock: systemClock,
  resolver: createResolver({ clock: systemClock }),
  http: createHttpProbing(createDialer(systemClock), systemClock),
};
const sourceOf = (...files: readonly string[]): TargetSource =>
  openTargetSource(targetsFromSchema.parse({ kind: "file", files }), directory, ports);
const signal = new AbortController().signal;
const group = (...targets: readonly string[]) => ({ targets, labels: {} });
const put = (name: string, text: string) => writeFile(join(directory, name), text);

describe("platform/discovery files", () => {
  it("reads named files and what globs find, relative to the config", async () => {
    await put("shops.yml", "- targets: [a:1]\n");
    await mkdir(join(directory, "sd"));
    await put("sd/b.json", '[{"targets":["b:1"]}]');
    await put("sd/c.json", '[{"targets":["c:1"]}]');
    await put("sd/c.txt", "none");

    expect(await sourceOf("shops.yml", "sd/*.json").read(signal)).toEqual([
      { name: join(directory, "shops.yml"), groups: [group("a:1")] },
      { name: join(directory, "sd/b.json"), groups: [group("b:1")] },
      { name: join(directory, "sd/c.json"), groups: [group("c:1")] },
    ]);
  });

  it("tells which file is missing, half-written or no text, and reads the others (F88)", async () => {
    await put("half.json", '[{"targets":["a:1"');
    await put("good.json", "[]");
    await writeFile(join(directory, "binary.yml"), Buffer.from([0xff, 0xfe, 0x00]));

    expect(await sourceOf("half.json", "good.json", "binary.yml", "missing.yml").read(signal)).toEqual([
      { name: join(directory, "half.json"), problem: expect.stringMatching(/^this is no JSON/) },
      { name: join(directory, "good.json"), groups: [] },
      { name: join(directory, "binary.yml"), problem: "it is not UTF-8 text but UTF-16; save the file as UTF-8" },
      { name: join(directory, "missing.yml"), problem: "there is no such file" },
    ]);
  });

  it("lists nothing where a glob finds nothing", async () => {
    expect(await sourceOf("*.json").read(signal)).toEqual([]);
  });

  it("hints at an edit and at the swap of a link (F88)", async () => {
    await mkdir(join(directory, "v1"));
    await mkdir(join(directory, "v2"));
    await put("v1/list.yml", "- targets: [old:1]\n");
    await put("v2/list.yml", "- targets: [new:1]\n");
    await symlink("v1", join(directory, "current"));
    await symlink("current/list.yml", join(directory, "list.yml"));
    const source = sourceOf("list.yml");
    const before = await source.read(signal);
    const hinted = Promise.withResolvers<void>();
    const end = source.watch(() => hinted.resolve());

    await symlink("v2", join(directory, "next"));
    await rename(join(directory, "next"), join(directory, "current"));
    await hinted.promise;

    end();
    expect(before).toMatchObject([{ groups: [group("old:1")] }]);
    expect(await source.read(signal)).toMatchObject([{ groups: [group("new:1")] }]);
  });

  it("can be watched where nothing is there yet", () => {
    expect(() => sourceOf("nowhere/*.json").watch(() => {})()).not.toThrow();
  });
});
