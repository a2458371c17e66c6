import type { MetricObjectWithValues, MetricValue, Registry } from "prom-client";
import { type ExpositionFormat, familyHeader, labelPairs, sampleLine } from "./text-format.ts";

const types = ["gauge", "counter", "histogram"] as const;

/** Writes a registry of prom-client in either format; its own writer knows one format per registry. */
export async function renderRegistry(registry: Registry, format: ExpositionFormat): Promise<string> {
  const families = await registry.getMetricsAsJSON();
  const names = new Set(families.map((family) => family.name));
  return families
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((family) => familyText(family, format, (name) => names.has(name)))
    .join("");
}

function familyText(
  family: MetricObjectWithValues<MetricValue<string>>,
  format: ExpositionFormat,
  isTaken: (name: string) => boolean,
): string {
  const lines = family.values
    .filter(({ value }) => !Number.isNaN(value))
    .map((value) => {
      const labels = Object.fromEntries(Object.entries(value.labels).map(([name, text]) => [name, String(text)]));
      return sampleLine(
        "metricName" in value ? String(value.metricName) : family.name,
        labelPairs(labels),
        value.value,
      );
    });
  if (lines.length === 0) return "";
  const type = types.find((known) => known === String(family.type)) ?? "untyped";
  return familyHeader({ name: family.name, type, help: family.help }, format, isTaken) + lines.join("");
}
