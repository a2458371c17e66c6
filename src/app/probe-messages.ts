import type { Check } from "../core/checks/check.ts";
import type { RunKey, SubjectKey } from "../core/checks/result.ts";
import type { Arrival } from "../core/ports/inbox.ts";
import type { Probed } from "../exporters/blackbox/metrics-text.ts";
import type { Batch } from "../scheduler/batch-collector.ts";
import type { Caps } from "../scheduler/dispatcher.ts";
import type { Seed } from "../scheduler/subject.ts";

/** The checks of one worker: every check with those of its targets that the worker owns. */
export type ProbePlan = Readonly<{ checks: readonly Check[]; seeds: readonly Seed[]; generation: number }>;

/** Main's answer to a result. */
export type Confirmation = Readonly<{ key: RunKey; confirming: boolean }>;

/** A probe to run once for somebody who asked over HTTP: a `DoorJob`. Jobs and outcomes are tuples, since the keys of an object cross with each one. */
export type SingleJob = readonly [number: number, timeoutMs: number, moduleText: string, targetText: string];

/** What came of the job of this number. */
export type SingleOutcome = readonly [number: number, ...ProbedFields];
type ProbedFields = [
  verdict: Probed["verdict"],
  durationMs: number,
  metrics: string,
  findings: Probed["findings"],
  notes: Probed["notes"],
];

/** What main tells a probe worker. */
export type ProbeOrder =
  | Readonly<{ kind: "start"; plan: ProbePlan; caps: Caps }>
  | Readonly<{ kind: "replace"; plan: ProbePlan }>
  | Readonly<{ kind: "confirm"; confirmations: readonly Confirmation[] }>
  | Readonly<{ kind: "arrived"; key: SubjectKey; arrival: Arrival }>
  | Readonly<{ kind: "run_now"; order: number; key: SubjectKey }>
  | Readonly<{ kind: "run_single"; jobs: readonly SingleJob[] }>
  | Readonly<{ kind: "drain"; withinMs: number }>;

/** What a probe worker tells main; `ready` comes first, `drained` last. */
export type ProbeReport =
  | Readonly<{ kind: "ready" }>
  | Readonly<{ kind: "batch"; batch: Batch }>
  | Readonly<{ kind: "run_now"; order: number; begun: boolean }>
  | Readonly<{ kind: "ran_single"; outcomes: readonly SingleOutcome[] }>
  | Readonly<{ kind: "drained" }>;
