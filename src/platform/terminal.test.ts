import { Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { guardOutputs } from "./terminal.ts";

/** A stream that keeps what it takes, or fails with an error code. */
class Stream extends Writable {
  readonly #failsWith: string | undefined;
  text = "";
  tries = 0;

  constructor(failsWith?: string) {
    super({ autoDestroy: false, decodeStrings: false });
    this.#failsWith = failsWith;
  }

  override _write(chunk: string, _: BufferEncoding, done: (error?: Error) => void): void {
    this.tries += 1;
    if (this.#failsWith === undefined) {
      this.text += chunk;
      done();
    } else done(Object.assign(new Error(`${this.#failsWith}: it failed`), { code: this.#failsWith }));
  }
}

async function write(stdout: Stream, stderr: Stream): Promise<number> {
  let failures = 0;
  const { out, error } = guardOutputs({ stdout, stderr }, () => {
    failures += 1;
  });
  for (const line of ["one", "two"]) {
    out(line);
    error(line);
    await nextTurn();
  }
  return failures;
}

describe("platform/terminal", () => {
  it("writes lines", async () => {
    const [stdout, stderr] = [new Stream(), new Stream()];

    expect(await write(stdout, stderr)).toBe(0);
    expect([stdout.text, stderr.text]).toEqual(["one\ntwo\n", "one\ntwo\n"]);
  });

  it("stops writing to a full disk, reports it once and says so on the other stream", async () => {
    const [stdout, stderr] = [new Stream("ENOSPC"), new Stream()];

    expect(await write(stdout, stderr)).toBe(1);
    expect(stdout.tries).toBe(1);
    expect(stderr.text).toBe("one\nwatchfire: the standard output cannot be written: ENOSPC: it failed\ntwo\n");
  });

  it("takes an early closed pipe for no failure", async () => {
    const [stdout, stderr] = [new Stream("EPIPE"), new Stream()];

    expect(await write(stdout, stderr)).toBe(0);
    expect([stdout.tries, stderr.text]).toEqual([1, "one\ntwo\n"]);
  });

  it("reports once where both streams fail", async () => {
    const [stdout, stderr] = [new Stream("ENOSPC"), new Stream("EIO")];

    expect(await write(stdout, stderr)).toBe(1);
    expect([stdout.tries, stderr.tries]).toEqual([1, 1]);
  });
});
