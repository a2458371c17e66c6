import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Escalation, EscalationPolicy, EscalationStep } from "../../../core/alerting/escalation.ts";
import { isStronger, strongestOf } from "../policies/policy-strength.ts";
import {
  askAgainMs,
  beginAgain,
  beginChain,
  goOnNow,
  hurry,
  nextMove,
  pauseChain,
  resumeChain,
  stepDone,
} from "./chain.ts";

const step = (atMs: number, until: EscalationStep["until"] = "acknowledged"): EscalationStep => ({
  atMs,
  notify: ["person/a"],
  until,
});
const policyOf = (steps: readonly EscalationStep[], repeatMs?: number): EscalationPolicy => ({
  id: "p",
  title: "p",
  steps,
  acknowledgementLastsMs: {},
  ...(repeatMs === undefined ? {} : { repeatMs }),
});

/** Runs everything that is due up to a moment, looking at the clock only at the given moments. */
function run(
  escalation: Escalation,
  looksMs: readonly number[],
): Readonly<{ taken: string[]; escalation: Escalation }> {
  const taken: string[] = [];
  let current = escalation;
  for (const nowMs of looksMs) {
    for (
      let move = nextMove(current, false);
      move !== undefined && move.atMs <= nowMs;
      move = nextMove(current, false)
    ) {
      if (move.kind === "repeat") current = beginAgain(current, move.atMs);
      else {
        taken.push(`${current.round}.${move.index}`);
        current = stepDone(current, move.index);
      }
    }
  }
  return { taken, escalation: current };
}

const policies = fc
  .record({
    times: fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 6 }),
    repeatMs: fc.option(fc.integer({ min: 1, max: 500 }), { nil: undefined }),
  })
  .map(({ times, repeatMs }) =>
    policyOf(
      times.toSorted((a, b) => a - b).map((atMs) => step(atMs)),
      repeatMs,
    ),
  );

describe("alerting/escalation/chain/chain", () => {
  it("takes exactly the steps that are due, each once and in order, however often the clock is looked at", () => {
    fc.assert(
      fc.property(policies, fc.array(fc.integer({ min: 0, max: 4000 }), { maxLength: 12 }), (policy, looks) => {
        const sorted = looks.toSorted((a, b) => a - b);
        const endMs = sorted.at(-1) ?? 0;
        const lastMs = policy.steps.at(-1)?.atMs ?? 0;
        const periodMs = lastMs + (policy.repeatMs ?? Number.POSITIVE_INFINITY);
        const expected: string[] = [];
        for (let round = 0; round === 0 || round * periodMs <= endMs; round += 1)
          policy.steps.forEach(({ atMs }, index) => {
            if ((round === 0 ? 0 : round * periodMs) + atMs <= endMs) expected.push(`${round}.${index}`);
          });

        const { taken } = run(beginChain(policy, "critical", 0), looks.length === 0 ? [0] : sorted);

        expect(taken).toEqual(expected);
      }),
    );
  });

  it("keeps the distances of what is left when it has stood still", () => {
    fc.assert(
      fc.property(
        policies,
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 1000 }),
        (policy, dueMs, restMs) => {
          const begun = run(beginChain(policy, "critical", 0), [dueMs]).escalation;
          const resumed = resumeChain(pauseChain(pauseChain(begun, dueMs), dueMs + 1), dueMs + restMs);
          const before = nextMove(begun, false)?.atMs;

          expect(nextMove(resumed, false)?.atMs).toBe(before === undefined ? undefined : before + restMs);
          expect(resumed).not.toHaveProperty("pausedSinceMs");
        },
      ),
    );
  });

  it("takes the next step at once when it is hurried, and begins again after the last", () => {
    const chain = beginChain(policyOf([step(0), step(300), step(600)]), "critical", 0);
    const first = stepDone(chain, 0);

    expect(nextMove(hurry(first, 100), false)).toMatchObject({ index: 1, atMs: 100 });
    expect(nextMove(stepDone(hurry(first, 100), 1), false)).toMatchObject({ index: 2, atMs: 400 });
    expect(hurry(first, 500)).toBe(first);
    expect(hurry(stepDone(stepDone(first, 1), 2), 900)).toMatchObject({ round: 1, sinceMs: 900, done: [] });
  });

  it("goes on while it is taken only with steps that nothing but the end stops", () => {
    const chain = beginChain(policyOf([step(0), step(10), step(20, "resolved")], 60), "critical", 0);

    expect(nextMove(chain, true)).toMatchObject({ index: 2, atMs: 20 });
    expect(nextMove(stepDone(chain, 2), true)).toBeUndefined();
    expect(nextMove(stepDone(chain, 2), false)).toMatchObject({ index: 0 });
  });
});

describe("alerting/escalation/chain of what is muted", () => {
  const chain = beginChain(policyOf([step(0), step(300)]), "critical", 0);

  it("goes on at once after it was put off, however long it had stood still before", () => {
    const held = pauseChain(stepDone(chain, 0), 300);

    expect(goOnNow(held, 900)).not.toHaveProperty("pausedSinceMs");
    expect(nextMove(goOnNow(held, 900), false)).toMatchObject({ index: 1, atMs: 900 });
  });

  it("is asked again every half a minute since it stands still, whenever it was asked last, or when the clock may let it go on", () => {
    const held = pauseChain(chain, 1000);
    const never = Number.POSITIVE_INFINITY;

    expect([1000, 1001, 30_999, 31_000].map((nowMs) => askAgainMs(held, never, nowMs))).toEqual([
      31_000, 31_000, 31_000, 61_000,
    ]);
    expect(askAgainMs(held, 5000, 2000)).toBe(5000);
    expect(askAgainMs(held, 1500, 2000)).toBe(2001);
  });
});

describe("alerting/escalation/policy-strength", () => {
  const chat = { ...step(0), notify: ["chat"] };

  it.each([
    ["who reaches a person sooner", policyOf([step(60)], 1), policyOf([chat, step(0)])],
    ["who reaches a person at all", policyOf([chat, chat, chat], 1), policyOf([step(900)])],
    ["who begins again sooner", policyOf([step(0)], 60), policyOf([step(0)], 30)],
    ["who begins again at all", policyOf([step(0), step(1)]), policyOf([step(0)], 900)],
    ["who has more steps", policyOf([step(0)]), policyOf([step(0), step(1)])],
  ])("prefers %s", (_, weak, strong) => {
    expect([isStronger(strong, weak), isStronger(weak, strong)]).toEqual([true, false]);
  });

  it("is a strict order, so that the order of alerts never decides", () => {
    const named = fc.tuple(policies, fc.constantFrom("a", "b", "c")).map(([policy, id]) => ({ ...policy, id }));
    fc.assert(
      fc.property(fc.array(named, { maxLength: 5 }), named, (some, one) => {
        expect(isStronger(one, one)).toBe(false);
        expect(strongestOf(some)).toEqual(strongestOf(some.toReversed()));
      }),
    );
    expect(strongestOf([])).toBeUndefined();
  });
});
