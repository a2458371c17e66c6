import { z } from "zod";
import type { Metric, Sample } from "../../../src/core/checks/metric.ts";
import { defineProbe, type ProbeKind } from "../../../src/core/checks/probe.ts";
import { Exposition } from "../../../src/exporters/prometheus/exposition.ts";
import type { ExpositionFormat } from "../../../src/exporters/prometheus/text-format.ts";
import { parseExposition } from "./exposition-parser.ts";

export const startMs = Date.UTC(2026, 10, 23, 2, 0, 0);
/** A declared metric. */
export const metric = (name: string, type: Metric["type"], help = `Help of ${name}.`): Metric => ({
  name,
  type,
  help,
  labels: [],
  history: false,
});

/** A kind whose metrics nobody declares. */
export const pushLike = {
  kind: "push",
  title: "push",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 30_000, timeoutMs: 10_000, failureThreshold: 3 },
  address: z.string(),
  display: (address: string) => address,
  hostOf: () => undefined,
  options: z.object({ help: z.string().optional() }) as z.ZodType<{ help?: string }>,
  metrics: "dynamic",
  create: () => ({ run: async () => ({ findings: [], samples: [] }), close: async () => {} }),
} as const;

function kindOf(kind: string, metrics: ProbeKind["metrics"]): ProbeKind {
  return defineProbe({ ...pushLike, kind, metrics });
}

export const kinds = [
  kindOf("http", [
    metric("probe_http_status_code", "gauge"),
    metric("probe_http_redirects_total", "counter"),
    metric("shared_bytes", "gauge", "As http says."),
    metric("probe_size_bytes", "histogram"),
  ]),
  kindOf("host", [metric("shared_bytes", "counter", "As host says."), metric("node_vmstat_pgfault", "untyped")]),
  kindOf("push", "dynamic"),
];

/** An exposition of these kinds without checks. */
export function expositionOf(seriesBudget = 1000): Exposition {
  return new Exposition({ kinds, seriesBudget });
}

/** What a scrape sees. */
export async function render(
  exposition: Exposition,
  format: ExpositionFormat = "text",
  nowMs = startMs,
): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of exposition.render(format, nowMs, async () => {})) chunks.push(chunk);
  return Buffer.concat(chunks).toString() + (format === "openmetrics" ? "# EOF\n" : "");
}

/** What a scrape sees, by family. */
export async function families(exposition: Exposition, format: ExpositionFormat = "text", nowMs = startMs) {
  return parseExposition(await render(exposition, format, nowMs), format);
}

/** A sample. */
export const value = (name: string, value: number, labels: Sample["labels"] = {}): Sample => ({
  metric: name,
  labels,
  value,
});
