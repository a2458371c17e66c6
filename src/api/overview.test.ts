import { describe, expect, it } from "vitest";
import { checkOf, stateOf } from "../../test/support/samples/sample-checks.ts";
import { noFacts } from "../../test/support/worlds/api-harness.ts";
import type { CheckState } from "../core/checks/check-state.ts";
import { subjectId } from "../core/checks/result.ts";
import { overviewOf } from "./overview.ts";

const nowMs = Date.UTC(2026, 10, 23, 2, 0, 0);

function stateShownFor(state: Partial<CheckState> | undefined) {
  const check = checkOf({ id: "shop" });
  const key = subjectId({ check: "shop", target: "t1", location: "default" });
  const states = new Map(state === undefined ? [] : [[key, stateOf(check, state)]]);
  return overviewOf({ ...noFacts, checks: [check], states }, nowMs).tiers[1]?.subjects[0]?.state;
}

describe("api/overview", () => {
  it.each([
    ["up", {}],
    ["degraded", { flaws: { slow: "info" } }],
    ["down", { confirmed: "down", flaws: { slow: "info" } }],
    ["unknown", { confirmed: "unknown", blindSinceMs: nowMs }],
    ["waiting", { confirmed: "unknown" }],
    ["waiting", undefined],
  ] as const)("shows %s for %j", (shown, state) => {
    expect(stateShownFor(state)).toBe(shown);
  });

  it("puts critical before warning among checks that are down, and the newest first among equals", () => {
    const checks = [
      checkOf({ id: "old", severity: "critical" }),
      checkOf({ id: "mild", severity: "warning" }),
      checkOf({ id: "new", severity: "critical" }),
    ];
    const states = new Map(
      checks.map((check, index) => [
        subjectId({ check: check.id, target: "t1", location: "default" }),
        stateOf(check, { confirmed: "down", sinceMs: nowMs - 1000 + index }),
      ]),
    );

    const tier = overviewOf({ ...noFacts, checks, states }, nowMs).tiers[1];

    expect(tier?.subjects.map(({ check }) => check)).toEqual(["new", "old", "mild"]);
    expect(tier?.counts.down).toBe(3);
  });

  it("lists a message as failed by its newest attempt alone, for a day", () => {
    const delivery = { receiver: "chat", endpoint: "e", attempt: 1, outcome: "retryable" };
    const deliveries = [
      { ...delivery, outboxId: "sent", atMs: nowMs - 1000, outcome: "delivered" },
      { ...delivery, outboxId: "sent", atMs: nowMs - 5000 },
      { ...delivery, outboxId: "lost", atMs: nowMs - 6000, outcome: "rejected" },
      { ...delivery, outboxId: "lost", atMs: nowMs - 7000 },
      { ...delivery, outboxId: "joined", atMs: nowMs - 6000, outcome: "digested" },
      { ...delivery, outboxId: "shadow", atMs: nowMs - 6000, outcome: "dropped" },
      { ...delivery, outboxId: "older", atMs: nowMs - 25 * 3_600_000 },
    ];

    const { failedDeliveries } = overviewOf({ ...noFacts, deliveries }, nowMs);

    expect(failedDeliveries.map(({ outboxId, outcome }) => [outboxId, outcome])).toEqual([["lost", "rejected"]]);
  });
});
