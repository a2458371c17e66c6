import type { ZodType } from "zod";
import type { Labels } from "./labels.ts";
import type { Series, SeriesQuery } from "./series.ts";
import type { Severity } from "./severity.ts";
import type { EpochMs } from "./time.ts";

export type JudgementOutcome = Severity | "ok" | "no_data" | "low_volume" | "no_reference" | "error";
export type Judgement = Readonly<{ labels: Labels; value?: number; outcome: JudgementOutcome }>;

/** A rule kind says what it needs and judges it; `firing` (fingerprint → severity) is there for hysteresis. The engine fetches, and owns for, k of n, keep_firing_for, on_nodata. */
export interface RuleSpec<C> {
  readonly kind: string;
  readonly options: ZodType<C>;
  needs(options: C, nowMs: EpochMs): readonly SeriesQuery[];
  judge(
    options: C,
    inputs: readonly (readonly Series[])[],
    firing: ReadonlyMap<string, Severity>,
    nowMs: EpochMs,
  ): readonly Judgement[];
}

/** One configured rule with its options closed over. */
export interface Rule {
  needs(nowMs: EpochMs): readonly SeriesQuery[];
  judge(
    inputs: readonly (readonly Series[])[],
    firing: ReadonlyMap<string, Severity>,
    nowMs: EpochMs,
  ): readonly Judgement[];
}

export interface RuleKind {
  readonly kind: string;
  readonly options: ZodType;
  /** @throws {ZodError} when the options do not fit. */
  open(raw: unknown): Rule;
}

/** Closes over a rule's own option type. */
export function defineRule<C>(spec: RuleSpec<C>): RuleKind {
  return {
    kind: spec.kind,
    options: spec.options,
    open(raw) {
      const options = spec.options.parse(raw);
      return {
        needs: (nowMs) => spec.needs(options, nowMs),
        judge: (inputs, firing, nowMs) => spec.judge(options, inputs, firing, nowMs),
      };
    },
  };
}

export type RuleState = Readonly<{
  rule: string;
  fingerprint: string;
  labels: Labels;
  status: "inactive" | "pending" | "firing" | "recovering";
  severity?: Severity;
  value?: number;
  activeAtMs?: EpochMs;
  firedAtMs?: EpochMs;
  missingSinceMs?: EpochMs;
  recent: readonly boolean[];
}>;

export type NextRuleState = (state: RuleState, judgement: Judgement, nowMs: EpochMs) => RuleState;
