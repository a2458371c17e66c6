import type { Finding } from "../../core/checks/finding.ts";
import type { Sample } from "../../core/checks/metric.ts";

const mostFindings = 20;
const runningStates: ReadonlySet<string> = new Set(["node_systemd_unit_state active", "windows_service_state running"]);

/** A critical flaw for each service that has to run and does not, or is not there. */
export function judgeMustRun(wanted: readonly string[], samples: readonly Sample[]): readonly Finding[] {
  if (wanted.length === 0) return [];
  const services = samples.filter(({ metric, labels }) => runningStates.has(`${metric} ${labels["state"]}`));
  const details = wanted.flatMap((pattern) => {
    const matches = patternOf(pattern);
    const found = services.filter(({ labels }) => matches.test(labels["name"] ?? ""));
    if (found.length === 0) return [`there is no service ${pattern}`];
    return found.filter(({ value }) => value < 1).map(({ labels }) => `the service ${labels["name"]} does not run`);
  });
  return details
    .slice(0, mostFindings)
    .map((detail) => ({ is: "flaw", severity: "critical", reason: "threshold", detail }));
}

/** In any case of letters, as Windows takes names; of systemd with or without the ending. */
function patternOf(service: string): RegExp {
  const text = service.replaceAll(/[.$]/g, "[$&]").replaceAll(/\*+/g, ".*");
  return new RegExp(`^${text}(?:[.]service)?$`, "iu");
}
