import { describe, expect, it } from "vitest";
import { ArrivalInbox } from "./inbox.ts";

describe("scheduler/inbox", () => {
  it("gives what arrived once, oldest first, per target", () => {
    const inbox = new ArrivalInbox();
    inbox.put("a", { atMs: 1, signal: "start" });
    inbox.put("b", { atMs: 2, signal: "fail" });
    inbox.put("a", { atMs: 3, signal: "success" });

    expect(inbox.take("a").map((arrival) => arrival.atMs)).toEqual([1, 3]);
    expect(inbox.take("a")).toEqual([]);
    expect(inbox.take("b")).toHaveLength(1);
  });

  it("forgets the oldest of more than a thousand, and counts them", () => {
    const inbox = new ArrivalInbox();
    for (let atMs = 0; atMs < 1010; atMs += 1) inbox.put("a", { atMs, signal: "values" });

    expect(inbox.takeDropped()).toBe(10);
    expect(inbox.takeDropped()).toBe(0);
    const kept = inbox.take("a");
    expect([kept.length, kept[0]?.atMs]).toEqual([1000, 10]);
  });
});
