import { describe, expect, it } from "vitest";
import { checkOf, resultOf } from "../../../test/support/samples/sample-checks.ts";
import { SeedBook } from "./seed-book.ts";

const check = checkOf({ id: "nightly" });
const key = { check: "nightly", target: "t1", location: "default" };

describe("app/daemon/seed-book", () => {
  it("gives the newest slot and memory, not those of the start", () => {
    const seeds = new SeedBook();
    seeds.note([resultOf(check, { slotMs: 1000, memory: { failed: true } })]);
    seeds.note([resultOf(check, { slotMs: 2000, memory: { failed: false } })]);

    expect(seeds.get(key)).toEqual({ ...key, lastSlotMs: 2000, memory: { failed: false } });
  });

  it("keeps what was remembered when a run remembers nothing new", () => {
    const seeds = new SeedBook();
    seeds.note([resultOf(check, { slotMs: 1000, memory: 7 }), resultOf(check, { slotMs: 2000 })]);

    expect(seeds.get(key)).toEqual({ ...key, lastSlotMs: 2000, memory: 7 });
  });

  it("forgets a check that leaves, so that it begins anew when it comes back", () => {
    const seeds = new SeedBook();
    seeds.note([resultOf(check, { slotMs: 1000, memory: 7 })]);

    seeds.keepOnly([checkOf({ id: "other" })]);

    expect(seeds.get(key)).toBeUndefined();
  });
});
