import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";
import type { HealthJudgement } from "./judge-health.ts";
import type { ValueJudgement } from "./judge-values.ts";
import type { JsonOptions } from "./options.ts";
import type { WantedSeries } from "./series-schema.ts";

const own = {
  status: gauge("probe_http_status_code", "Response HTTP status code"),
  bytes: gauge("probe_json_document_bytes", "Size of the document, unpacked."),
  parts: gauge("probe_json_health_parts", "Parts of a health document that count, by their state.", true, ["state"]),
  series: gauge("probe_json_series", "Number of an element, by the series' id, with the element's labels.", true, [
    "series",
  ]),
  value: gauge("probe_json_value", "Number that a value of the check is, by the value's id.", true, ["value"]),
} as const;

/** Metrics that a check with these options has. */
export function jsonMetrics({ values, series }: JsonOptions): readonly Metric[] {
  const named = new Map<string, ReadonlySet<string>>();
  for (const { metric } of Object.values(values)) if (metric !== undefined) named.set(metric, new Set());
  for (const wanted of Object.values(series)) {
    const { metric } = wanted;
    if (metric !== undefined) named.set(metric, new Set([...(named.get(metric) ?? []), ...labelNamesOf(wanted)]));
  }
  const further = [...named].map(([name, labels]): Metric => {
    const type = name.endsWith("_total") ? "counter" : "gauge";
    return { name, type, help: "Number that a JSON document holds.", labels: [...labels], history: true };
  });
  const elementLabels = new Set(Object.values(series).flatMap(labelNamesOf));
  const elements = { ...own.series, labels: [...own.series.labels, ...elementLabels] };
  return [...Object.values({ ...own, series: elements }), ...tlsMetrics, ...further];
}

function labelNamesOf({ labels, key_label: key }: WantedSeries): readonly string[] {
  return [...Object.keys(labels), ...(key === undefined ? [] : [key])];
}

/** Samples of an answer, read or not. */
export function answerSamples(status: number, bytes: number): readonly Sample[] {
  return [sample(own.status.name, status), sample(own.bytes.name, bytes)];
}

/** Samples of a health document. */
export function healthSamples({ parts }: HealthJudgement): readonly Sample[] {
  return ["up", "degraded", "down"].map((state) =>
    sample(own.parts.name, parts.filter((part) => part.state === state).length, { state }),
  );
}

/** Samples of the values that are numbers. */
export function valueSamples({ values }: JsonOptions, { numbers }: ValueJudgement): readonly Sample[] {
  return [...numbers].flatMap(([id, number]) => {
    const metric = values[id]?.metric;
    const byId = sample(own.value.name, number, { value: id });
    return metric === undefined ? [byId] : [byId, sample(metric, number)];
  });
}
