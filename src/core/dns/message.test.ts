import packet from "dns-packet";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeMessage, encodeQuestion, isAnswerTo } from "./message.ts";

const question = { id: 7, name: "shop.test", type: "A", recurse: true, dnssec: false } as const;
const good = packet.encode({
  type: "response",
  id: 7,
  flags: 0x0180,
  questions: [{ type: "A", name: "shop.test" }],
  answers: [
    { type: "A", name: "shop.test", ttl: 1, data: "192.0.2.1" },
    { type: "MX", name: "shop.test", ttl: 1, data: { preference: 1, exchange: "a.shop.test" } },
    { type: "TXT", name: "shop.test", ttl: 1, data: ["a", "b"] },
    {
      type: "SOA",
      name: "shop.test",
      ttl: 1,
      data: { mname: "a.test", rname: "b.test", serial: 1, refresh: 1, retry: 1, expire: 1, minimum: 1 },
    },
  ],
});

describe("core/dns/message", () => {
  it("never throws for random bytes, nor for an answer with bytes changed or cut off", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeMessage(bytes)));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, byte, size) => {
        const changed = Buffer.from(good);
        changed[at] = byte;
        decodeMessage(changed);
        decodeMessage(changed.subarray(0, size));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes no answer that breaks off", () => {
    for (let size = 0; size < good.length; size += 1) expect(decodeMessage(good.subarray(0, size))).toBeUndefined();
    expect(decodeMessage(good)?.answers).toHaveLength(4);
  });

  it("knows its own answer, in whatever letters the question comes back", () => {
    const other = (change: Partial<packet.Packet>): Buffer => packet.encode({ ...packet.decode(good), ...change });
    const shouted = Buffer.from(good);
    shouted[13] = "S".charCodeAt(0);

    expect([good, shouted].map((bytes) => isAnswerTo(bytes, question))).toEqual([true, true]);
    const foreign = [
      other({ id: 8 }),
      other({ questions: [{ type: "A", name: "evil.test" }] }),
      other({ questions: [{ type: "MX", name: "shop.test" }] }),
      encodeQuestion(question),
    ];
    expect(foreign.map((bytes) => isAnswerTo(bytes, question))).toEqual([false, false, false, false]);
  });
});
