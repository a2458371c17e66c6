import { gauge, type Metric } from "../../core/checks/metric.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";
import { queriesOf, type SqlOptions } from "./options.ts";

/** Series that every sql check has. */
export const commonMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_sql_duration_seconds", "Duration of the run by phase", true, ["phase"]),
  gauge("probe_sql_query_duration_seconds", "Duration of a query until its last row", true, ["query"]),
  gauge("probe_sql_rows", "Rows of a query that were read", false, ["query"]),
  gauge("probe_sql_value", "Number that a row holds, by query and column, with the row's labels", true, [
    "query",
    "value",
  ]),
  ...tlsMetrics,
];

/** Series of a check with these options. */
export function sqlMetrics(options: SqlOptions): readonly Metric[] {
  const queries = Object.values(queriesOf(options));
  const rowLabels = [...new Set(queries.flatMap(({ labels }) => labels))];
  const named = new Map<string, readonly string[]>();
  for (const { labels, values = {}, only } of queries) {
    for (const { metric } of [...Object.values(values), ...(only === undefined ? [] : [only])]) {
      if (metric !== undefined) named.set(metric, [...new Set([...(named.get(metric) ?? []), ...labels])]);
    }
  }
  return [
    ...commonMetrics.map((metric) =>
      metric.name === "probe_sql_value" ? { ...metric, labels: [...metric.labels, ...rowLabels] } : metric,
    ),
    ...[...named].map(([name, labels]): Metric => {
      const type = name.endsWith("_total") ? "counter" : "gauge";
      return { name, type, help: "Number that a database holds.", labels, history: true };
    }),
  ];
}
