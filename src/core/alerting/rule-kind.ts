import type { ZodObject, ZodType } from "zod";
import type { Series, SeriesQuery } from "../checks/series.ts";
import type { Labels } from "../labels.ts";
import type { Severity } from "../severity.ts";
import type { EpochMs } from "../time/time.ts";
import type { ValueForm } from "../value-form.ts";

/** `off`: the rule leaves this label set out; what it knew about it ends. */
export type JudgementOutcome = Severity | "ok" | "no_data" | "low_volume" | "no_reference" | "error" | "off";
export type Judgement = Readonly<{
  labels: Labels;
  value?: number;
  /** Where the value is a change: what was measured, and what is usual. */
  comparison?: Comparison;
  outcome: JudgementOutcome;
}>;

/** A value beside the one that is usual. */
export type Comparison = Readonly<{ measured: number; usual: number }>;

/** A fault of options, with the path of the key it is about. */
export type OptionFault = Readonly<{ path: readonly string[]; message: string }>;

export type NoDataDefaults = Readonly<{ policy: "alert"; forMs: number }>;

/** At which severity the alert of a label set fires; undefined while it does not. Asked by the labels of the judgement. */
export type FiringSeverity = (labels: Labels) => Severity | undefined;

/** A rule kind says what it needs and judges it; `firing` is there for hysteresis. The engine fetches, and owns for, k of n, keep_firing_for, on_nodata. */
export interface RuleSpec<C> {
  readonly kind: string;
  readonly options: ZodObject & ZodType<C>;
  /** Options that an override may set for some of the series; they change neither the queries nor the labels of the judgements. */
  readonly tunable: readonly (keyof C & string)[];
  /** For a kind that is about missing data: its policy, instead of the user's, and the default of `for`. */
  readonly noData?: NoDataDefaults;
  /** What is wrong with options that fit the schema one by one but not together. */
  faults?(options: C): readonly OptionFault[];
  /** Severities that the options can give, mildest first; at least one. */
  severities(options: C): readonly Severity[];
  /** How people write the values that it judges; bare numbers where absent. */
  form?(options: C): ValueForm;
  needs(options: C, nowMs: EpochMs): readonly SeriesQuery[];
  judge(
    options: C,
    inputs: readonly (readonly Series[])[],
    firing: FiringSeverity,
    nowMs: EpochMs,
  ): readonly Judgement[];
}

/** One configured rule with its options closed over. */
export interface Rule {
  readonly severities: readonly Severity[];
  readonly form: ValueForm;
  needs(nowMs: EpochMs): readonly SeriesQuery[];
  judge(inputs: readonly (readonly Series[])[], firing: FiringSeverity, nowMs: EpochMs): readonly Judgement[];
}

export interface RuleKind {
  readonly kind: string;
  readonly options: ZodObject;
  readonly tunable: readonly string[];
  readonly noData: NoDataDefaults | undefined;
  /** Judges parsed options against each other. */
  faults(parsed: unknown): readonly OptionFault[];
  /** Makes the rule from options that this kind's own schema has parsed (plain data: it may have come from another thread). */
  bind(parsed: unknown): Rule;
}

/** Closes over a rule's own option type. */
export function defineRule<C>(spec: RuleSpec<C>): RuleKind {
  return {
    kind: spec.kind,
    options: spec.options,
    tunable: spec.tunable,
    noData: spec.noData,
    faults: (parsed) => spec.faults?.(parsed as C) ?? [],
    bind(parsed) {
      const options = parsed as C;
      return {
        severities: spec.severities(options),
        form: spec.form?.(options) ?? {},
        needs: (nowMs) => spec.needs(options, nowMs),
        judge: (inputs, firing, nowMs) => spec.judge(options, inputs, firing, nowMs),
      };
    },
  };
}

/** What one rule holds about one label set; `labels` are its identity, without alertname and severity. */
export type RuleState = Readonly<{
  rule: string;
  fingerprint: string;
  labels: Labels;
  status: "inactive" | "pending" | "firing" | "recovering";
  /** Severity of the alert while firing or recovering. */
  severity?: Severity;
  value?: number;
  comparison?: Comparison;
  /** How much more than usual was counted since it began (less where negative), up to a moment; of comparisons of what is counted. */
  balance?: Readonly<{ sum: number; untilMs: EpochMs }>;
  activeAtMs?: EpochMs;
  /** Since when the condition holds at this severity or a graver one. */
  activeSinceMs?: Readonly<Partial<Record<Severity, EpochMs>>>;
  firedAtMs?: EpochMs;
  /** Since when the condition of the current severity no longer holds. */
  recoveringSinceMs?: EpochMs;
  /** Digest of the condition that held last; absent once it was seen to hold no longer. */
  heldBy?: string;
  /** Since when there is no data. */
  missingSinceMs?: EpochMs;
  /** Outcomes of the newest completed buckets, newest last; kept only for k of n. */
  recent: readonly (Severity | "ok")[];
  /** The rule alerts when this label set has no data any more, so the state is kept although nothing is wrong. */
  expected?: true;
  /** When `recent` got its newest entry. */
  recentAtMs?: EpochMs;
}>;

export type NextRuleState = (state: RuleState, judgement: Judgement, nowMs: EpochMs) => RuleState;
