import { z } from "zod";
import type { ProbeKind } from "../../core/checks/probe.ts";
import { dependencySchema, idSchema, ownLabelsSchema } from "../../core/schema/name-schema.ts";
import { severitySchema } from "../../core/schema/severity-schema.ts";
import { tierSchema } from "../../core/tier.ts";
import { cronSchema } from "../../core/time/cron-schema.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { timeZoneSchema } from "../../core/time/time-zone-schema.ts";
import { targetsFromSchema } from "../discovery/targets-from-schema.ts";

const secondMs = 1000;
const dayMs = 86_400_000;
const yearMs = 366 * dayMs;

const target = z.string().min(1);
const threshold = z.int().min(1).max(20);

const shared = {
  probe: idSchema.describe("Kind of probe."),
  use: z.array(idSchema).default([]).describe("Templates to start from, in this order; the check's own keys win."),
  target: target.optional().describe("What is observed; its form depends on the probe."),
  targets: z.array(target).min(1).max(10_000).optional().describe("Several targets of the same check."),
  targets_from: targetsFromSchema
    .optional()
    .describe(
      "Targets that a file, an address or name servers list, in place of `target`; followed without a restart.",
    ),
  title: z.string().min(1).max(200).optional().describe("Name for people; the id when absent."),
  tier: tierSchema.optional().describe("Tier; that of the probe when absent."),
  service: idSchema.optional().describe("Service of the catalogue it belongs to."),
  depends_on: z
    .array(dependencySchema)
    .optional()
    .describe(
      "What it cannot work without: ids of checks, rules, services or hosts; `service/<id>` where an id is several.",
    ),
  severity: severitySchema
    .optional()
    .describe("Severity of its outage; critical for business and application, warning for os when absent."),
  env: idSchema.optional().describe("Environment it belongs to; the one that runs when absent."),
  labels: ownLabelsSchema.default({}).describe("Labels of its own."),
  timeout: durationSchema({ minMs: 10, maxMs: dayMs })
    .optional()
    .describe("Deadline of one run; at most the interval."),
  failure_threshold: threshold
    .optional()
    .describe("Bad runs that make it down: in a row, or among the last failure_window."),
  failure_window: threshold
    .optional()
    .describe(
      "Makes it down by N of M: failure_threshold bad runs among this many measured ones; in a row when absent.",
    ),
  success_threshold: threshold.default(1).describe("Good runs in a row that bring it back."),
  flap_detection: z
    .boolean()
    .default(true)
    .describe("One alert says that it keeps changing, instead of one for each change."),
  blind_after: durationSchema({ minMs: secondMs, maxMs: yearMs })
    .optional()
    .describe("After this long without a measurement it raises a warning (default 15m; certificate 3h, domain 36h)."),
  time_zone: timeZoneSchema.optional().describe("Time zone of its cron expression, and of local times in its options."),
};

/** Keys of a check that runs by the clock. */
export const scheduledEnvelope = z.strictObject({
  ...shared,
  interval: durationSchema({ minMs: secondMs, maxMs: yearMs }).optional().describe("Time from run to run."),
  cron: cronSchema.optional().describe("Runs at these times instead of by an interval."),
  jitter: durationSchema({ maxMs: dayMs }).prefault("0s").describe("Random delay of each run, at most this much."),
  retry_interval: durationSchema({ minMs: secondMs, maxMs: yearMs })
    .optional()
    .describe("Time to the next run while a change is being confirmed."),
});

/** Keys of a check that judges what is sent to it. */
export const arrivalEnvelope = z.strictObject({
  ...shared,
  every: durationSchema({ minMs: secondMs, maxMs: yearMs }).optional().describe("Something is expected this often."),
  schedule: cronSchema.optional().describe("Something is expected at these times (cron)."),
  grace: durationSchema({ maxMs: yearMs }).optional().describe("How late it may be; 10m when absent."),
});

/** Keys that a template may set for checks of any kind, beside those of the units. */
export const templateEnvelope = z
  .strictObject({ ...scheduledEnvelope.shape, ...arrivalEnvelope.shape })
  .omit({ use: true });

/** Grace of an expected arrival when the check names none. */
export const defaultGraceMs = 600_000;

/** The keys that every check of the kind has, beside the unit's own. */
export function envelopeOf(kind: ProbeKind): typeof scheduledEnvelope | typeof arrivalEnvelope {
  return kind.trigger === "schedule" ? scheduledEnvelope : arrivalEnvelope;
}

export type ScheduledKeys = z.output<typeof scheduledEnvelope>;
export type ArrivalKeys = z.output<typeof arrivalEnvelope>;

const otherTrigger: Readonly<Record<string, string>> = {
  interval: "belongs to checks that run by the clock; something that is sent has `every` or `schedule`",
  cron: "belongs to checks that run by the clock; something that is sent has `schedule`",
  jitter: "belongs to checks that run by the clock",
  retry_interval: "belongs to checks that run by the clock",
  every: "belongs to checks that wait for something; this probe runs by `interval` or `cron`",
  schedule: "belongs to checks that wait for something; this probe runs by `interval` or `cron`",
  grace: "belongs to checks that wait for something",
};

/** Says why a key of the envelope does not fit the kind's trigger; undefined when the key is none of the other envelope's. */
export function misplacedKey(kind: ProbeKind, key: string): string | undefined {
  return key in envelopeOf(kind).shape ? undefined : otherTrigger[key];
}
