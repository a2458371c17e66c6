import fc from "fast-check";
import type { AlertingConfig } from "../../../src/alerting/alerting-config.ts";
import type { Check } from "../../../src/core/checks/check.ts";
import type { Finding } from "../../../src/core/checks/finding.ts";
import { type AlertingWorld, checkOf, downFinding, slowFinding, unknownFinding } from "../worlds/alerting-world.ts";

const minuteMs = 60_000;

/** Whom and what a story is about. */
export type Company = Readonly<{
  /** By their place, also those that a config leaves out. */
  checks: readonly Check[];
  /** The config that a story begins with, and what people make of it meanwhile. */
  configs: readonly [AlertingConfig, ...AlertingConfig[]];
  /** What people and pipelines do, by name. */
  deeds: Readonly<Record<string, (world: AlertingWorld) => void>>;
  /** Rules that are judged on one series; none where absent. */
  rules?: readonly string[];
}>;

/** One thing that happens in a story. */
export type StoryStep =
  | Readonly<{ do: "run"; check: number; findings: readonly Finding[] }>
  | Readonly<{ do: "judge"; rule: string; value: number | undefined }>
  | Readonly<{ do: "wait"; ms: number }>
  | Readonly<{ do: "jump"; ms: number }>
  | Readonly<{ do: "restart" }>
  | Readonly<{ do: "reload"; config: number }>
  | Readonly<{ do: "act"; act: string }>;

/** How often each thing happens; what is left out does not. */
export type StoryMix = Readonly<Partial<Record<StoryStep["do"], number>>>;

/** All that can happen. */
export const anything: StoryMix = { run: 8, wait: 5, jump: 1, restart: 2, reload: 1, act: 2, judge: 2 };

const findings = fc.constantFrom<readonly Finding[]>(
  [],
  [],
  [downFinding],
  [downFinding],
  [downFinding],
  [unknownFinding],
  [slowFinding],
);
const waitsMs = [1000, 12_000, 40_000, 2 * minuteMs, 6 * minuteMs, 27 * minuteMs] as const;
const jumpsMs = [-90 * minuteMs, -5 * minuteMs, -30_000, 5 * minuteMs, 90 * minuteMs] as const;

/** Stories of up to 60 steps. */
export function storiesOf(company: Company, mix: StoryMix = anything): fc.Arbitrary<readonly StoryStep[]> {
  const { checks, configs, deeds, rules = [] } = company;
  const kinds: Readonly<Record<StoryStep["do"], () => fc.Arbitrary<StoryStep>>> = {
    run: () => fc.record({ do: fc.constant("run" as const), check: fc.nat(checks.length - 1), findings }),
    judge: () =>
      fc.record({
        do: fc.constant("judge" as const),
        rule: fc.constantFrom(...rules),
        value: fc.constantFrom(0, 0.8, 2, 4, 6, undefined),
      }),
    wait: () => fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(...waitsMs) }),
    jump: () => fc.record({ do: fc.constant("jump" as const), ms: fc.constantFrom(...jumpsMs) }),
    restart: () => fc.constant({ do: "restart" as const }),
    reload: () => fc.record({ do: fc.constant("reload" as const), config: fc.nat(configs.length - 1) }),
    act: () => fc.record({ do: fc.constant("act" as const), act: fc.constantFrom(...Object.keys(deeds)) }),
  };
  const isPossible = (kind: StoryStep["do"]): boolean =>
    (kind !== "judge" || rules.length > 0) && (kind !== "act" || Object.keys(deeds).length > 0);
  const chosen = (Object.entries(mix) as [StoryStep["do"], number][])
    .filter(([kind]) => isPossible(kind))
    .map(([kind, weight]) => ({ weight, arbitrary: kinds[kind]() }));
  return fc.array(fc.oneof(...chosen), { maxLength: 60, size: "max" });
}

/** Lets one thing happen, and the engine do what is due then: a daemon is awake within milliseconds, after a start or a change of its clock, too. */
export function happen(world: AlertingWorld, company: Company, step: StoryStep): void {
  begin(world, company, step);
  world.advance(0);
}

function begin(world: AlertingWorld, { checks, configs, deeds }: Company, step: StoryStep): void {
  if (step.do === "run") world.run(checks[step.check] ?? checkOf("none"), ...step.findings);
  else if (step.do === "judge") judge(world, step.rule, step.value);
  else if (step.do === "wait") world.advance(step.ms);
  else if (step.do === "jump") {
    world.nowMs += step.ms;
    world.apply(world.engine.flush(world.nowMs));
  } else if (step.do === "restart") world.restart();
  else if (step.do === "reload") world.reload(configs[step.config] ?? configs[0]);
  else deeds[step.act]?.(world);
}

/** Judges a rule on one series of a host, or on none. */
export function judge(world: AlertingWorld, rule: string, value: number | undefined): void {
  world.judge(rule, value === undefined ? [] : [{ labels: { host: "h1" }, points: [[world.nowMs, value]] }]);
}
