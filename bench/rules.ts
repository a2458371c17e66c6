import { deserialize, serialize } from "node:v8";
import { createAlertingEngine } from "../src/alerting/pipeline/alerting-engine.ts";
import type { Series } from "../src/core/checks/series.ts";
import { CountingIds } from "../test/support/fakes/fake-random.ts";
import { alertingConfigOf } from "../test/support/worlds/alerting-world.ts";
import type { Bench, Row, RunOptions } from "./support/bench.ts";
import { sampleOf } from "./support/statistics.ts";

/** What one judgement of a rule with many series takes of the main thread. */
export const rulesBench: Bench = {
  name: "rules",
  title: "one judgement of a rule with 10 000 series on the main thread, without what the store does for it",
  goals: ["no kind takes 50 ms while a tenth of its series fires"],
  run,
};

const seriesCount = 10_000;
const minuteMs = 60_000;
const startMs = Date.UTC(2026, 10, 23, 2, 0, 0);
const limits = { above: { warning: "90%", critical: "95%" }, recover: "80%" };

const kinds: Readonly<Record<string, object>> = {
  threshold: { kind: "threshold", metric: "m", ...limits, for: "2m" },
  "k of n": { kind: "threshold", metric: "m", ...limits, k_of_n: { k: 3, n: 5 } },
  ratio: { kind: "ratio", of: "a", to: "b", on: ["instance", "mount"], ...limits },
  predict: { kind: "predict", metric: "m", within: { warning: "24h", critical: "4h" } },
  compare: { kind: "compare", metric: "m", to: { weeks: 4 }, change: { warning: "< -30%", critical: "< -50%" } },
  absence: { kind: "absence", metric: "m" },
};

async function run(options: RunOptions): Promise<readonly Row[]> {
  const turns = options.quick ? 8 : 30;
  return Object.entries(kinds).flatMap(([name, rule]) => {
    options.say(name);
    return [
      ...rowsOf(`${name}: a tenth fires`, judgementsMs(rule, { turns, isBad: (index) => index % 10 === 0 }), 50),
      ...rowsOf(`${name}: half fires`, judgementsMs(rule, { turns, isBad: (index) => index % 2 === 0 })),
    ];
  });
}

function rowsOf(what: string, timesMs: readonly number[], atMost?: number): readonly Row[] {
  const sample = sampleOf(timesMs);
  if (sample === undefined) return [];
  const figure: Row = { kind: "figure", what, unit: "ms", sample };
  return atMost === undefined ? [figure] : [figure, { kind: "limit", what, unit: "ms", value: sample.median, atMost }];
}

type Load = Readonly<{ turns: number; isBad(index: number): boolean }>;

/** The first turns, in which all that fires begins and the code is compiled, are left out. */
function judgementsMs(rule: object, { turns, isBad }: Load): readonly number[] {
  const engine = createAlertingEngine(alertingConfigOf([], { rules: { bench: rule } }), { ids: new CountingIds() });
  const timesMs: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const nowMs = startMs + turn * minuteMs;
    // Series come from another thread: every judgement gets objects that it has never seen.
    const inputs = deserialize(serialize(inputsOf(rule, nowMs, isBad))) as ReturnType<typeof inputsOf>;
    const beganMs = performance.now();
    engine.onRuleInputs("bench", inputs, nowMs);
    timesMs.push(performance.now() - beganMs);
  }
  return timesMs.slice(4);
}

function inputsOf(rule: object, nowMs: number, isBad: Load["isBad"]): readonly (readonly Series[])[] {
  const labels = Array.from({ length: seriesCount }, (_, index) => ({
    check: "hosts",
    env: "production",
    instance: `web-${Math.floor(index / 8)}`,
    job: "node",
    location: "default",
    mount: `/data/${index % 8}`,
    service: "shop",
    tier: "os",
  }));
  const each = (pointsOf: (index: number) => Series["points"]): readonly Series[] =>
    labels.map((own, index) => ({ labels: own, points: pointsOf(index) }));
  const one = (good: number, bad: number): readonly Series[] => each((index) => [[nowMs, isBad(index) ? bad : good]]);
  if ("of" in rule) return [one(10, 93), one(100, 100)];
  if ("to" in rule) return [one(100, 60), ...[99, 100, 101, 102].map((value) => one(value, value))];
  if ("within" in rule) return [each((index) => courseOf(nowMs, isBad(index) ? 2 : 0.0001))];
  return [one(0.1, 0.93)];
}

/** Six hours in 36 points that lead to 0 in five hours, or not for years. */
function courseOf(nowMs: number, growth: number): Series["points"] {
  return Array.from(
    { length: 36 },
    (_, index) => [nowMs - (36 - index) * 10 * minuteMs, -130 + index * growth] as const,
  );
}
