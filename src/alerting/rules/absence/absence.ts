import { z } from "zod";
import { defineRule } from "../../../core/alerting/rule-kind.ts";
import { severitySchema } from "../../../core/schema/severity-schema.ts";
import { completedWindow, matchersSchema, metricSchema, windowSchema } from "../selection.ts";

const optionsSchema = z.object({
  metric: metricSchema.describe("Metric that has to keep coming."),
  matchers: matchersSchema.default([]).describe("Which series of it."),
  window: windowSchema
    .prefault("5m")
    .describe("A series is there while it has data in this window; longer than the time between two samples."),
  severity: severitySchema.default("warning").describe("Severity of the alert."),
});

type AbsenceOptions = z.output<typeof optionsSchema>;

/** Alerts about series that were there and are not any more; the engine remembers them over a restart. */
export const absence = defineRule<AbsenceOptions>({
  kind: "absence",
  options: optionsSchema,
  tunable: [],
  noData: { policy: "alert", forMs: 300_000 },
  severities: ({ severity }) => [severity],
  needs: ({ metric, matchers, window }, nowMs) => [
    { metric, matchers, aggregate: "count", ...completedWindow(nowMs, window) },
  ],
  judge: (_options, [series = []]) => series.map(({ labels }) => ({ labels, outcome: "ok" })),
});
