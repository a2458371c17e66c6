import { describe, expect, it } from "vitest";
import { builtThread } from "../../../test/support/daemons/built-thread.ts";
import { DecodingProcesses } from "./decoding-processes.ts";

const crashing = new DecodingProcesses(builtThread("crashing-decoder-worker"));
const never = new AbortController().signal;
const [whole, crashes, hangs] = [new Uint8Array(2), new Uint8Array(3), new Uint8Array(4)];

describe("platform/image-decoding/decoding-processes", () => {
  it("blames the image that takes the decoder down, and goes on with the next in another process", async () => {
    const session = crashing.open(1, never);

    const outcomes = await Promise.all([session.decode(whole), session.decode(crashes), session.decode(whole)]);
    session.close();

    expect(outcomes).toEqual([
      { kind: "whole" },
      { kind: "broken", problem: "it takes the decoder down (SIGSEGV)" },
      { kind: "whole" },
    ]);
  });

  it("ends with the run: what is being decoded, and what waits for its turn", async () => {
    const over = new AbortController();
    const session = crashing.open(1, over.signal);
    await session.decode(whole);
    const outcomes = [session.decode(hangs), session.decode(whole)];
    await new Promise((resolve) => setImmediate(resolve));
    over.abort();

    expect(await Promise.all(outcomes)).toEqual([{ kind: "closed" }, { kind: "closed" }]);
    expect(await crashing.open(1, over.signal).decode(whole)).toEqual({ kind: "closed" });
  });
});
