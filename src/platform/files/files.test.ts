import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import type { Files } from "../../core/ports/files.ts";
import { createFiles } from "./files.ts";

describe("platform/files/files", () => {
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

  describe("with a mount that answers when it is told to", () => {
    let asked: string[];
    let answer: () => void;
    let files: Files;

    beforeEach(() => {
      asked = [];
      files = createFiles(clock, (path) => {
        asked.push(path);
        return new Promise((resolve, reject) => {
          answer = () => void statfs(directory).then(resolve, reject);
        });
      });
    });

    /** Lets the answer come and gives what whoever waits for it is told. */
    async function answered(waiting: ReturnType<Files["filesystem"]>) {
      answer();
      return await waiting;
    }

    it("is late after 250 ms, asked no second time, stuck after 5 s, and asked again once it has answered", async () => {
      const first = files.filesystem(directory);
      await clock.advance(249);
      const second = files.filesystem(directory);
      await clock.advance(1);
      expect([await first, await files.filesystem(directory)]).toEqual(["late", "late"]);
      await clock.advance(249);
      expect(await second).toBe("late");
      await clock.advance(4500);
      expect(await files.filesystem(directory)).toBe("late");
      await clock.advance(1);
      expect(await files.filesystem(directory)).toBe("stuck");
      expect(asked).toHaveLength(1);

      answer();
      await expect
        .poll(async () => {
          const waiting = files.filesystem(directory);
          if (asked.length > 1) answer();
          return typeof (await waiting);
        })
        .toBe("object");
      expect(asked).toHaveLength(2);
    });

    it("is waited for as long as its last answer lets expect, and up to 5 s by whom that matters to", async () => {
      const slow = files.filesystem(directory);
      await clock.advance(250);
      expect(await slow).toBe("late");
      await clock.advance(750);
      expect(await answered(files.filesystem(directory, 5000))).toMatchObject({ sizeBytes: expect.any(Number) });

      const patient = files.filesystem(directory);
      await clock.advance(1999);
      expect(await answered(patient)).toMatchObject({ sizeBytes: expect.any(Number) });

      const whole = files.filesystem(directory, 5000);
      await clock.advance(4999);
      const isWaiting = await Promise.race([whole, Promise.resolve("waiting")]);
      expect(isWaiting).toBe("waiting");
      await clock.advance(1);
      expect(await whole).toBe("stuck");
    });

    it("tells everybody who asks meanwhile", async () => {
      const [one, other] = [files.filesystem(directory), files.filesystem(directory)];

      expect(await answered(one)).toEqual(await other);
      expect(asked).toHaveLength(1);
    });
  });
});
