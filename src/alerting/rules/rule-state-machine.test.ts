import { describe, expect, it } from "vitest";
import type { JudgementOutcome, RuleState } from "../../core/alerting/rule-kind.ts";
import { openRules } from "./configured-rule.ts";
import { initialRuleState, ruleStateMachine } from "./rule-state-machine.ts";
import { rulesSchema } from "./rules-schema.ts";

const minuteMs = 60_000;

/** Judges one outcome a minute, beginning at minute 1; returns the state after each. */
function play(envelope: object, outcomes: readonly JudgementOutcome[]): RuleState[] {
  const parsed = rulesSchema.parse({
    r: { kind: "threshold", metric: "m", above: { warning: 1, critical: 2 }, ...envelope },
  });
  const [rule] = openRules(parsed);
  if (rule === undefined) throw new Error("no rule");
  const next = ruleStateMachine(rule);
  let state = initialRuleState({ rule: "r", fingerprint: "f", labels: { instance: "a" } });
  return outcomes.map((outcome, index) => {
    state = next(state, { labels: { instance: "a" }, outcome, value: index }, (index + 1) * minuteMs);
    return state;
  });
}

function words(states: readonly RuleState[]): string[] {
  return states.map(({ status, severity }) => (severity === undefined ? status : `${status} ${severity}`));
}

describe("alerting/rules state, of what is counted", () => {
  type Judged = readonly [measured: number, usual: number, minute: number];
  const balances = (aggregate: string, judgements: readonly Judged[]): readonly (number | undefined)[] => {
    const block = { kind: "compare", metric: "orders", window: "10m", aggregate, to: { weeks: 1 } };
    const [rule] = openRules(rulesSchema.parse({ r: { ...block, change: { critical: "< -40%" }, for: "5m" } }));
    if (rule === undefined) throw new Error("no rule");
    const next = ruleStateMachine(rule);
    let state = initialRuleState({ rule: "r", fingerprint: "f", labels: {} });
    return judgements.map(([measured, usual, minute]) => {
      const outcome = measured < usual * 0.6 ? "critical" : "ok";
      state = next(state, { labels: {}, outcome, value: 0, comparison: { measured, usual } }, minute * minuteMs);
      return state.balance?.sum;
    });
  };

  it("keeps what it came to since it began: the first window, and of later ones what is new", () => {
    const course: readonly Judged[] = [
      [100, 100, 0],
      [50, 100, 1],
      [40, 100, 2],
      [40, 100, 7],
      [40, 100, 60],
      [100, 100, 61],
      [50, 100, 62],
    ];

    expect(balances("sum", course)).toEqual([undefined, -50, -56, -86, -146, undefined, -50]);
    expect(new Set(balances("avg", course))).toEqual(new Set([undefined]));
  });
});

describe("alerting/rules state", () => {
  it.each<[string, object, JudgementOutcome[], string[]]>([
    ["fires at once without for", {}, ["ok", "warning", "ok"], ["inactive", "firing warning", "inactive"]],
    [
      "waits for",
      { for: "2m" },
      ["warning", "warning", "warning", "ok"],
      ["pending", "pending", "firing warning", "inactive"],
    ],
    [
      "begins anew after an interruption",
      { for: "1m" },
      ["warning", "ok", "warning", "warning"],
      ["pending", "inactive", "pending", "firing warning"],
    ],
    [
      "counts time at a graver severity for the milder one",
      { for: "2m" },
      ["critical", "warning", "critical"],
      ["pending", "pending", "firing warning"],
    ],
    [
      "waits per severity",
      { for: { warning: "3m", critical: "1m" } },
      ["critical", "critical", "warning"],
      ["pending", "firing critical", "firing warning"],
    ],
    ["gets graver while it fires", {}, ["warning", "critical"], ["firing warning", "firing critical"]],
    ["eases while it fires", {}, ["critical", "warning"], ["firing critical", "firing warning"]],
    [
      "goes on for keep_firing_for",
      { keep_firing_for: "2m" },
      ["warning", "ok", "ok", "ok"],
      ["firing warning", "recovering warning", "recovering warning", "inactive"],
    ],
    [
      "begins keep_firing_for anew when the condition comes back",
      { keep_firing_for: "2m" },
      ["warning", "ok", "warning", "ok", "ok", "ok"],
      [
        "firing warning",
        "recovering warning",
        "firing warning",
        "recovering warning",
        "recovering warning",
        "inactive",
      ],
    ],
    [
      "eases after keep_firing_for",
      { keep_firing_for: "1m" },
      ["critical", "warning", "warning"],
      ["firing critical", "recovering critical", "firing warning"],
    ],
    [
      "fires at k of n",
      { k_of_n: { k: 2, n: 3 } },
      ["warning", "ok", "warning", "ok", "ok"],
      ["inactive", "inactive", "firing warning", "inactive", "inactive"],
    ],
    [
      "keeps what is without data",
      { on_nodata: "keep" },
      ["warning", "no_data", "no_data", "ok", "no_data"],
      ["firing warning", "firing warning", "firing warning", "inactive", "inactive"],
    ],
    ["resolves without data", { on_nodata: "resolve" }, ["warning", "no_data"], ["firing warning", "inactive"]],
    [
      "warns without data for two minutes, however short its for",
      { on_nodata: "alert" },
      ["ok", "no_data", "no_data", "no_data", "ok"],
      ["inactive", "pending", "pending", "firing warning", "inactive"],
    ],
    [
      "waits for longer than that without data",
      { on_nodata: "alert", for: "3m" },
      ["no_data", "no_data", "no_data", "no_data"],
      ["pending", "pending", "pending", "firing warning"],
    ],
    [
      "keeps its severity without data",
      { on_nodata: "alert" },
      ["critical", "no_data"],
      ["firing critical", "firing critical"],
    ],
    [
      "is not moved by errors and missing references",
      {},
      ["warning", "error", "no_reference"],
      ["firing warning", "firing warning", "firing warning"],
    ],
    ["takes low volume for ok", {}, ["warning", "low_volume"], ["firing warning", "inactive"]],
  ])("%s", (_behaviour, envelope, outcomes, expected) => {
    expect(words(play(envelope, outcomes))).toEqual(expected);
  });

  it("remembers since when there is no data, and forgets it when there is", () => {
    const states = play({}, ["warning", "no_data", "no_data", "warning"]);

    expect(states.map((state) => state.missingSinceMs)).toEqual([undefined, 2 * minuteMs, 2 * minuteMs, undefined]);
  });

  it("counts a bucket once, however often it is judged", () => {
    const [rule] = openRules(
      rulesSchema.parse({ r: { kind: "threshold", metric: "m", above: { warning: 1 }, k_of_n: { k: 2, n: 3 } } }),
    );
    if (rule === undefined) throw new Error("no rule");
    const next = ruleStateMachine(rule);
    let state = initialRuleState({ rule: "r", fingerprint: "f", labels: {} });
    for (const atMs of [0, 15_000, 30_000, 45_000]) state = next(state, { labels: {}, outcome: "warning" }, atMs);

    expect(state).toMatchObject({ status: "inactive", recent: ["warning"] });
    expect(next(state, { labels: {}, outcome: "warning" }, minuteMs).status).toBe("firing");
  });
});
