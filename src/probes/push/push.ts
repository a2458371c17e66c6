import { z } from "zod";
import type { Finding } from "../../core/checks/finding.ts";
import type { Metric, Sample } from "../../core/checks/metric.ts";
import { defineProbe, type ProbeContext, type ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { anySender } from "../../core/checks/target-instance.ts";
import type { Arrival } from "../../core/ports/inbox.ts";
import { type PushOptions, pushOptionsSchema } from "./options.ts";
import { afterArrival, afterExpectation, judge, type Progress, progressOf } from "./progress.ts";
import { SeriesBudget, seriesKey } from "./series-budget.ts";
import { type Reading, readValues } from "./values.ts";

const own = {
  heard: declare("push_last_arrival_timestamp_seconds", "When something arrived last, in unixtime."),
  succeeded: declare("push_last_success_timestamp_seconds", "When the job last reported success, in unixtime."),
  duration: declare("push_run_duration_seconds", "Time between the start and the end that the job reported last."),
  exitCode: declare("push_last_exit_code", "Exit code that the job reported last."),
};

function declare(name: string, help: string): Metric {
  return { name, type: "gauge", help, labels: [], history: true };
}

const addressSchema = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/,
    "the target of a push check is the sender's name: 1 to 63 of a-z A-Z 0-9 . _ -",
  );

/** Waits for a sender: heartbeats of a job with their run time and exit code, and values that are sent as JSON. */
export const push = defineProbe({
  kind: "push",
  title: "Heartbeats and pushed values",
  tier: "business",
  trigger: "arrival",
  defaults: { intervalMs: 60_000, timeoutMs: 5000, failureThreshold: 1 },
  address: addressSchema,
  defaultAddress: anySender,
  display: (address) => address,
  hostOf: () => undefined,
  options: pushOptionsSchema,
  metrics: "dynamic",
  metricsOf: (options) => [
    ...Object.values(own),
    ...Object.entries(options.values).map(([name, value]) => ({ ...declare(name, value.help), type: value.type })),
  ],
  create(options, io) {
    const budgets = new Map<string, SeriesBudget>();
    return {
      run: (context) => Promise.resolve(run(context, io, options, budgetOf(budgets, context.target.id, options))),
      close: () => Promise.resolve(),
    };
  },
});

function run(context: ProbeContext, io: ProbeIo, options: PushOptions, budget: SeriesBudget): Observation {
  context.phase("local");
  let progress = progressOf(context.memory);
  const readings: Reading[] = [];
  for (const arrival of io.inbox.take(context.target.id)) {
    const reading = readArrival(arrival, options, budget);
    if (reading !== undefined) readings.push(reading);
    // A push of which nothing could be used is no sign that the sender works.
    if (reading === undefined || reading.samples.length > 0) progress = afterArrival(progress, arrival);
  }
  progress = afterExpectation(progress, context.expected);
  return {
    findings: [...refusals(readings), ...judge(progress, context.expected)],
    samples: [...ownSamples(progress), ...newest(readings)],
    memory: { ...progress },
  };
}

function readArrival(arrival: Arrival, options: PushOptions, budget: SeriesBudget): Reading | undefined {
  if (arrival.signal !== "values") return undefined;
  const read = readValues(arrival.body, options);
  const samples = read.samples.filter((sample) => budget.admits(sample, arrival.atMs));
  const shut = read.samples.length - samples.length;
  if (shut === 0) return read;
  const reason = `more than ${options.max_series} different label sets within a day`;
  return { samples, refused: read.refused + shut, reasons: [...read.reasons, reason] };
}

/** Refused values are a flaw while others were taken, and unknown when nothing of what arrived could be used. */
function refusals(readings: readonly Reading[]): readonly Finding[] {
  const refused = readings.reduce((sum, reading) => sum + reading.refused, 0);
  if (refused === 0) return [];
  const taken = readings.reduce((sum, reading) => sum + reading.samples.length, 0);
  const why = [...new Set(readings.flatMap((reading) => reading.reasons))].slice(0, 3).join("; ");
  if (taken === 0) return [{ is: "unknown", reason: "parse", detail: `nothing of the push could be used: ${why}` }];
  const detail = `${refused} of ${refused + taken} values were refused: ${why}`;
  return [{ is: "flaw", severity: "warning", reason: "json", detail }];
}

/** The newest value of each series: one run gives a series once. */
function newest(readings: readonly Reading[]): readonly Sample[] {
  const bySeries = new Map<string, Sample>();
  for (const sample of readings.flatMap((reading) => reading.samples)) bySeries.set(seriesKey(sample), sample);
  return [...bySeries.values()];
}

function ownSamples(progress: Progress): readonly Sample[] {
  return [
    ...sampleOf(own.heard, seconds(progress.heardMs)),
    ...sampleOf(own.succeeded, seconds(progress.succeededMs)),
    ...sampleOf(own.duration, seconds(progress.durationMs)),
    ...sampleOf(own.exitCode, progress.exitCode),
  ];
}

function sampleOf(metric: Metric, value: number | undefined): readonly Sample[] {
  return value === undefined ? [] : [{ metric: metric.name, labels: {}, value }];
}

function seconds(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : ms / 1000;
}

function budgetOf(budgets: Map<string, SeriesBudget>, targetId: string, options: PushOptions): SeriesBudget {
  const known = budgets.get(targetId);
  if (known !== undefined) return known;
  const budget = new SeriesBudget(options.max_series);
  budgets.set(targetId, budget);
  return budget;
}
