import type { Json } from "../json.ts";
import type { Labels } from "../labels.ts";
import type { Severity } from "../severity.ts";
import type { Tier } from "../tier.ts";
import type { Target } from "./probe.ts";

/** When something is expected: a period, or a cron expression read in a time zone. */
export type Recurrence =
  | Readonly<{ kind: "every"; everyMs: number }>
  | Readonly<{ kind: "cron"; expression: string; timeZone: string }>;

/** When a check runs: by its own recurrence, or when something arrives (and at the end of the grace when nothing did). */
export type Schedule = Recurrence | Readonly<{ kind: "arrival"; expected?: Recurrence; graceMs: number }>;

/** A target with the network host it loads, for per-host caps and the worker that owns it. */
export type CheckTarget = Target & Readonly<{ host?: string }>;

/** A configured instance: probe + options + targets + schedule; can be cloned into a worker (options are raw, interpolated, unparsed). */
export type Check = Readonly<{
  id: string;
  title: string;
  /** Probe kind. */
  probe: string;
  tier: Tier;
  /** Severity of the check's outage. */
  severity: Severity;
  service?: string;
  /** What it cannot work without: `check/<id>`, `rule/<id>`, `service/<id>`, `host/<id>`, or an id alone where that is clear. */
  dependsOn?: readonly string[];
  env: string;
  labels: Labels;
  location: string;
  targets: readonly CheckTarget[];
  /** Where its targets come from, unparsed; `targets` are then those that were found last. */
  targetsFrom?: Json;
  options: Json;
  /** Texts in the options that nothing which is shown may hold. */
  secrets?: readonly string[];
  schedule: Schedule;
  /** Random spread added to each slot, at most this much. */
  jitterMs: number;
  timeoutMs: number;
  /** Absent: a bad result is not re-probed in haste. */
  retryIntervalMs?: number;
  failureThreshold: number;
  /** That many bad runs of the newest so many measured ones make it down; absent: in a row. At least the threshold, at most 20. */
  failureWindow?: number;
  successThreshold: number;
  /** Absent: a subject that flaps says so instead of reporting every change. */
  flapDetection?: false;
  blindAfterMs: number;
  /** Runs beside the plan of one host begin so far apart; absent: they are spread over half a minute. */
  paceMs?: number;
  /** Zone of local times in the options, where the kind has such. */
  timeZone?: string;
}>;
