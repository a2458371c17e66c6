import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretFiles } from "./secret-files.ts";

let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-secrets-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

describe("platform/files/secret-files", () => {
  it("makes the secret once, for its owner alone, and leaves no other file behind (R29)", async () => {
    const path = join(directory, "data", "admin.token");

    const first = secretFiles.readOrCreate(path, () => "one");
    const second = secretFiles.readOrCreate(path, () => "two");

    expect([first, second]).toEqual(["one", "one"]);
    expect(await readdir(join(directory, "data"))).toEqual(["admin.token"]);
    if (process.platform !== "win32") {
      expect(await modeOf(path)).toBe(0o600);
      expect(await modeOf(join(directory, "data"))).toBe(0o700);
    }
  });

  it.skipIf(process.platform === "win32")("tightens a file that others may read", async () => {
    const path = join(directory, "admin.token");
    await writeFile(path, "kept\n");
    await chmod(path, 0o644);

    expect(secretFiles.readOrCreate(path, () => "new")).toBe("kept");
    expect(await modeOf(path)).toBe(0o600);
  });

  it("refuses an empty file rather than taking an empty secret", async () => {
    const path = join(directory, "admin.token");
    await writeFile(path, "\n");

    expect(() => secretFiles.readOrCreate(path, () => "new")).toThrow(/is empty/);
  });

  it("says which file it cannot keep and what to do", async () => {
    await writeFile(join(directory, "file"), "");

    const attempt = () => secretFiles.readOrCreate(join(directory, "file", "admin.token"), () => "new");

    expect(attempt).toThrow(
      expect.objectContaining({ code: "ERR_DATA_DIRECTORY", hint: expect.stringContaining("owns") }),
    );
  });
});
