import { z } from "zod";
import { escapeBlock, escapeControls } from "../../core/text/printable.ts";
import { alignRows } from "./align.ts";

/** Answer of `GET /api/v1/explain`. */
export const explainedAlerts = z.object({
  alerts: z.array(
    z.object({
      fingerprint: z.string(),
      labels: z.record(z.string(), z.string()),
      status: z.string(),
      summary: z.string(),
      startsAt: z.string(),
      endsAt: z.string().nullable(),
      explainedBy: z.array(z.string()),
      trail: z.array(z.object({ at: z.string(), stage: z.string(), outcome: z.string(), because: z.string() })),
      deliveries: z.array(
        z.object({
          at: z.string(),
          receiver: z.string(),
          endpoint: z.string(),
          attempt: z.number(),
          outcome: z.string(),
          detail: z.string(),
        }),
      ),
    }),
  ),
});
type Explained = z.output<typeof explainedAlerts>["alerts"][number];

/** Writes occurrences of alerts with their trails, one under the other. */
export function renderExplained({ alerts }: z.output<typeof explainedAlerts>): string {
  if (alerts.length === 0) return "no such alert is remembered";
  return alerts.map(renderOne).join("\n\n");
}

function renderOne(alert: Explained): string {
  const { fingerprint, labels, status, summary, startsAt, endsAt, explainedBy, trail, deliveries } = alert;
  const shownLabels = Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
  const rows = [
    ...trail.map(({ at, stage, outcome, because }) => [at, stage, outcome, because]),
    ...deliveries.map(({ at, receiver, endpoint, attempt, outcome, detail }) => [
      at,
      "delivery",
      outcome,
      `${receiver}, attempt ${attempt}: ${[endpoint, detail].filter((word) => word !== "").join(": ")}`,
    ]),
  ];
  return [
    `${summary === "" ? (labels["alertname"] ?? fingerprint) : summary} (${fingerprint})`,
    shownLabels,
    `${status}, ${startsAt} to ${endsAt ?? "now"}`,
    ...(explainedBy.length === 0 ? [] : [`explained by ${explainedBy.join(" → ")}`]),
    alignRows(
      rows.map((row) => row.map(escapeControls)).toSorted(([a = ""], [b = ""]) => (a < b ? -1 : Number(a > b))),
    ).join("\n"),
  ]
    .map(escapeBlock)
    .join("\n");
}
