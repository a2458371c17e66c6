import { describe, expect, it } from "vitest";
import type { Missed } from "../core/checks/result.ts";
import { MissedLedger } from "./missed-ledger.ts";

const slot = (slotMs: number, extra: Partial<Missed> = {}): Missed => ({
  check: "shop",
  target: "t1",
  location: "default",
  fromSlotMs: slotMs,
  toSlotMs: slotMs,
  count: 1,
  reason: "overload",
  ...extra,
});

describe("scheduler/missed-ledger", () => {
  it("makes one range of slots missed one after another for one reason", () => {
    const ledger = new MissedLedger();
    for (const slotMs of [10, 20, 30]) ledger.add(slot(slotMs), 0);

    expect(ledger.hasClosed(0)).toBe(false);
    expect(ledger.takeAll()).toEqual([slot(10, { toSlotMs: 30, count: 3 })]);
    expect(ledger.takeAll()).toEqual([]);
  });

  it("ends a range at another reason, at a run of the subject and after a minute", () => {
    const ledger = new MissedLedger();
    ledger.add(slot(10), 0);
    ledger.add(slot(20, { reason: "suspended" }), 0);
    expect(ledger.take(0)).toEqual([slot(10)]);

    ledger.close(slot(30));
    ledger.add(slot(40, { reason: "suspended" }), 1000);
    expect(ledger.take(1000)).toEqual([slot(20, { reason: "suspended" })]);

    expect(ledger.hasClosed(60_999)).toBe(false);
    expect(ledger.hasClosed(61_000)).toBe(true);
    expect(ledger.take(61_000)).toEqual([slot(40, { reason: "suspended" })]);
  });

  it("keeps the ranges of different subjects apart", () => {
    const ledger = new MissedLedger();
    ledger.add(slot(10), 0);
    ledger.add(slot(10, { location: "office" }), 0);

    expect(ledger.takeAll()).toHaveLength(2);
  });
});
