import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fake-clock.ts";
import { createFiles } from "./files.ts";

describe("platform/files", () => {
  let directory: string;
  const clock = new FakeClock();

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "watchfire-files-"));
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it("reads a file whole, also one that is larger than the first buffer", () => {
    const text = "0123456789abcdef\n".repeat(20_000);
    writeFileSync(join(directory, "large"), text);
    writeFileSync(join(directory, "small"), "some avg10=0.00");

    expect(createFiles(clock).readKernelFile(join(directory, "large"))).toBe(text);
    expect(createFiles(clock).readKernelFile(join(directory, "small"))).toBe("some avg10=0.00");
  });

  it("cuts a file at 4 MiB", () => {
    writeFileSync(join(directory, "endless"), Buffer.alloc(5 * 1024 * 1024, "x"));

    expect(createFiles(clock).readKernelFile(join(directory, "endless"))).toHaveLength(4 * 1024 * 1024);
  });

  it("gives undefined and an empty list for what is not there or is no file", () => {
    expect(createFiles(clock).readKernelFile(join(directory, "missing"))).toBeUndefined();
    expect(createFiles(clock).readKernelFile(directory)).toBeUndefined();
    expect(createFiles(clock).listKernelDirectory(join(directory, "missing"))).toEqual([]);
  });

  it("gives the facts of a real filesystem and an error for a missing mount", async () => {
    const files = createFiles(clock);

    const facts = await files.filesystem(directory);

    expect(facts).toMatchObject({ sizeBytes: expect.any(Number), filesFree: expect.any(Number) });
    expect(typeof facts === "object" && facts.sizeBytes >= facts.freeBytes && facts.freeBytes > 0).toBe(true);
    expect(await files.filesystem(join(directory, "missing"))).toBe("error");
  });

  it("calls a mount stuck after 5 s and does not ask again until the first call has returned", async () => {
    let asked = 0;
    let wake = (): void => {};
    const hung = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const files = createFiles(clock, async (path) => {
      asked += 1;
      await hung;
      return statfs(path);
    });

    const first = files.filesystem(directory);
    expect(await files.filesystem(directory)).toBe("stuck");
    await clock.advance(5000);
    expect(await first).toBe("stuck");
    expect(await files.filesystem(directory)).toBe("stuck");
    expect(asked).toBe(1);

    wake();
    let facts = await files.filesystem(directory);
    while (facts === "stuck") {
      await new Promise((resolve) => setImmediate(resolve));
      facts = await files.filesystem(directory);
    }
    expect(facts).toMatchObject({ sizeBytes: expect.any(Number) });
    expect(asked).toBe(2);
  });
});
