import type { ProbeKind } from "../core/probe.ts";
import type { ArrivalKeys, ScheduledKeys } from "./check-schema.ts";
import type { Problem } from "./issue.ts";

type Keys = Pick<ScheduledKeys | ArrivalKeys, "failure_threshold" | "failure_window" | "locations">;

/** The only place that probes: the daemon itself. */
const ownLocation = "default";

/** What is wrong with the keys that say when a bad result is believed. */
export function confirmationProblems(
  { failure_threshold, failure_window, locations }: Keys,
  kind: ProbeKind,
): Problem[] {
  const problems: Problem[] = [];
  const threshold = failure_threshold ?? kind.defaults.failureThreshold;
  if (failure_window !== undefined && failure_window < threshold) {
    const message = `${failure_window} runs cannot hold ${threshold} bad ones; failure_window must be at least failure_threshold`;
    problems.push({ path: ["failure_window"], message });
  }
  if (locations === undefined) return problems;
  for (const [index, name] of locations.from.entries()) {
    if (name === ownLocation) continue;
    const message = `there is no location "${name}": checks run at the daemon itself, which is "${ownLocation}"; other locations cannot be connected yet`;
    problems.push({ path: ["locations", "from", index], message });
  }
  const places = new Set(locations.from).size;
  if (locations.quorum > places) {
    const message = `${locations.quorum} places have to agree, but ${places === 1 ? "only 1 is" : `only ${places} are`} named under \`from\``;
    problems.push({ path: ["locations", "quorum"], message });
  }
  return problems;
}
