import { compareSeverity, type Severity, severities } from "../../core/severity.ts";

/** Returns the gravest of some severities; undefined when there is none. */
export function gravest(names: readonly string[]): Severity | undefined {
  return names.map(severityOf).sort(compareSeverity).at(-1);
}

/** Reads the `severity` label; what is none counts as `warning`. */
export function severityOf(label: string | undefined): Severity {
  return severities.find((severity) => severity === label) ?? "warning";
}
