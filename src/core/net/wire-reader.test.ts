import { describe, expect, it } from "vitest";
import type { Received, Wire } from "../ports/wires.ts";
import { WireReader } from "./wire-reader.ts";

/** A wire that says what it is given, then ends. */
function wireOf(...parts: readonly (string | Received)[]): Wire {
  const queue = parts.map(
    (part): Received => (typeof part === "string" ? { bytes: new TextEncoder().encode(part) } : part),
  );
  return {
    remote: { address: "127.0.0.1", family: 4 },
    receive: () => Promise.resolve(queue.shift() ?? { end: true }),
    send: () => Promise.resolve(undefined),
    secure: () => Promise.resolve({}),
    close: () => {},
  };
}

const reset: Received = { finding: { is: "down", reason: "reset", detail: "broken off" } };

describe("core/net/wire-reader", () => {
  it("puts lines together whatever the pieces, and takes the rest for a line", async () => {
    const reader = new WireReader(wireOf("a", "b\r", "\nc\n\nsp", "\u00e4t"), { limitBytes: 100 });

    const lines = [await reader.line(), await reader.line(), await reader.line(), await reader.line()];

    expect(lines).toEqual([{ got: "ab" }, { got: "c" }, { got: "" }, { got: "sp\u00e4t" }]);
    expect(await reader.line()).toEqual({ end: true });
  });

  it("mixes lines and bytes without losing one, and keeps what it handed out", async () => {
    const reader = new WireReader(wireOf("ab\ncd", "e".repeat(5000)), { limitBytes: 10_000 });

    const [line, first] = [await reader.line(), await reader.bytes(2)];
    expect([reader.hasMore, line]).toEqual([false, { got: "ab" }]);
    const rest = await reader.rest();

    expect("got" in first && new TextDecoder().decode(first.got)).toBe("cd");
    expect("got" in rest && rest.got.length).toBe(5000);
  });

  it("says that the other end was done before the bytes were there", async () => {
    expect(await new WireReader(wireOf("ab"), { limitBytes: 10 }).bytes(3)).toEqual({ end: true });
  });

  it("passes on why nothing comes, also in the middle of a line", async () => {
    for (const read of ["line", "rest"] as const) {
      expect(await new WireReader(wireOf("ab", reset), { limitBytes: 10 })[read]()).toEqual(reset);
    }
  });

  it("refuses a line and a whole that are too long", async () => {
    const long = await new WireReader(wireOf("x".repeat(9), "x".repeat(9)), {
      limitBytes: 100,
      lineLimitBytes: 16,
    }).line();
    const much = await new WireReader(wireOf("x\n".repeat(9)), { limitBytes: 16 }).rest();

    expect([long, much]).toMatchObject([{ finding: { reason: "protocol" } }, { finding: { reason: "protocol" } }]);
  });
});
