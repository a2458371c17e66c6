import { describe, expect, it } from "vitest";
import type { Told } from "../../core/alerting/alert-group.ts";
import { decideFlush, type FlushFacts } from "./flush-decision.ts";

const quiet: FlushFacts = {
  firing: [],
  silentCount: 0,
  someReleased: false,
  someOfAnotherCause: false,
  resolved: [],
  told: undefined,
  sendResolved: true,
  repeatIntervalMs: 1000,
  nowMs: 500,
};
const a = { fingerprint: "a", startsAtMs: 10 };
const b = { fingerprint: "b", startsAtMs: 20 };
const toldA: Told = { atMs: 100, firing: ["a"], firingSinceMs: [10], resolved: [] };
const toldNothing: Told = { atMs: 100, firing: [], resolved: ["a"] };

describe("alerting/grouping flush decision", () => {
  it.each<[string, Partial<FlushFacts>, string | undefined]>([
    ["row 1: nothing told, one fires", { firing: [a] }, "first notification"],
    ["row 1: nothing told, none fires", { resolved: ["a"] }, undefined],
    ["row 2: another fires", { told: toldA, firing: [a, b] }, "new alerts added"],
    ["row 2: fires after all was resolved", { told: toldNothing, firing: [a] }, "first notification"],
    ["row 3: the last one is resolved", { told: toldA, resolved: ["a"] }, "all alerts resolved"],
    [
      "row 3: even where recovery is not wanted",
      { told: toldA, resolved: ["a"], sendResolved: false },
      "all alerts resolved",
    ],
    ["row 3: nothing was told as firing", { told: toldNothing }, undefined],
    [
      "row 4: one of two is resolved",
      { told: { ...toldA, firing: ["a", "b"], firingSinceMs: [10, 20] }, firing: [b], resolved: ["a"] },
      "some alerts resolved",
    ],
    [
      "row 4: but recovery is not wanted",
      {
        told: { ...toldA, firing: ["a", "b"], firingSinceMs: [10, 20] },
        firing: [b],
        resolved: ["a"],
        sendResolved: false,
      },
      undefined,
    ],
    ["row 4: what was never told is no recovery", { told: toldA, firing: [a], resolved: ["b"] }, undefined],
    ["row 5: the repeat interval has passed", { told: toldA, firing: [a], nowMs: 1100 }, "repeat interval elapsed"],
    ["row 6: it has not", { told: toldA, firing: [a], nowMs: 1099 }, undefined],
    ["another occurrence of a told alert", { told: toldA, firing: [{ ...a, startsAtMs: 300 }] }, "fired again"],
    ["only strays are left", { told: toldA, silentCount: 1, nowMs: 9999 }, undefined],
    [
      "one recovers beside a stray",
      { told: { ...toldA, firing: ["a", "b"] }, silentCount: 1, resolved: ["a"] },
      "some alerts resolved",
    ],
    [
      "told by a version that kept no beginnings",
      { told: { atMs: 100, firing: ["a"], resolved: [] }, firing: [a] },
      undefined,
    ],
  ])("%s", (_row, facts, reason) => {
    expect(decideFlush({ ...quiet, ...facts })).toBe(reason);
  });
});
