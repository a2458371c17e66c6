import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { systemStoredFiles } from "../files/stored-files.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-archive-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, content);
  return path;
}

describe.runIf(process.platform !== "win32")("platform/archive", () => {
  const verify = (path: string) => systemStoredFiles.verifyArchive(path, new AbortController().signal);

  beforeEach(async () => {
    await mkdir(join(directory, "tree"));
    for (let index = 0; index < 20; index += 1) {
      await writeFile(join(directory, "tree", `${index}.txt`), `${index}`.repeat(3000));
    }
  });

  function tar(...args: readonly string[]): void {
    execFileSync("tar", ["-C", directory, ...args, "tree"]);
  }

  it("reads whole archives of each form to their end", async () => {
    const at = (name: string): string => join(directory, name);
    tar("-cf", at("a.tar"));
    tar("-czf", at("a.tgz"));
    await writeFile(at("a.gz"), gzipSync("text"));
    await writeFile(at("a.zst"), zstdCompressSync(Buffer.from("text")));

    expect(await verify(at("a.tar"))).toEqual({ ok: true, value: "tar of 21 members" });
    expect(await verify(at("a.tgz"))).toEqual({ ok: true, value: "gzip of tar of 21 members" });
    expect(await verify(at("a.gz"))).toEqual({ ok: true, value: "gzip" });
    expect(await verify(at("a.zst"))).toEqual({ ok: true, value: "zstd" });
  });

  it.each([
    ["a.tar", "-cf", 30_000],
    ["a.tgz", "-czf", 300],
  ])("finds that %s was cut off", async (name, flag, length) => {
    const path = join(directory, name);
    tar(flag, path);
    await truncate(path, length);

    expect(await verify(path)).toMatchObject({ ok: false, reason: "broken" });
  });

  it("finds a broken header and an empty file", async () => {
    const path = join(directory, "a.tar");
    tar("-cf", path);
    execFileSync("sh", ["-c", `printf BROKEN | dd of='${path}' bs=1 seek=4100 conv=notrunc 2>/dev/null`]);
    const empty = await put("empty.tar", "");

    expect(await verify(path)).toMatchObject({ ok: false, detail: expect.stringContaining("broken header") });
    expect(await verify(empty)).toMatchObject({ ok: false, detail: "the file is empty" });
  });

  it("walks a zip archive's directory, and finds that it was cut off", async () => {
    // One stored member "a" with the content "b", written by hand.
    const local = Buffer.from("504b0304140000000000000000006b9a5f7101000000010000000100000061", "hex");
    const entry = Buffer.from(
      "504b01021400140000000000000000006b9a5f71010000000100000001000000000000000000000000000000000061",
      "hex",
    );
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(1, 8);
    end.writeUInt16LE(1, 10);
    end.writeUInt32LE(entry.length, 12);
    end.writeUInt32LE(local.length + 1, 16);
    const whole = Buffer.concat([local, Buffer.from("b"), entry, end]);
    const good = await put("a.zip", whole);
    const cut = await put("b.zip", whole.subarray(0, whole.length - 10));
    const moved = await put("c.zip", Buffer.concat([Buffer.from("PK"), whole]));

    expect(await verify(good)).toEqual({ ok: true, value: "zip of 1 members" });
    expect(await verify(cut)).toMatchObject({ ok: false, reason: "broken" });
    expect(await verify(moved)).toMatchObject({ ok: false, reason: "broken" });
  });
});
