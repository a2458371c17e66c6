import type { Alert } from "../../../core/alerting/alert.ts";
import type { ToldDestination } from "../../../core/alerting/escalation.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import { sinceOf } from "../../grouping/told.ts";
import { knownAlerts } from "../../incidents/hearers.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";

/** Of an incident with thousands of alerts so many are asked who was told of them. */
const mostAsked = 50;

/** What groups have told of some alerts as they fire now, by receiver. */
export function toldByGroups(
  { groups }: Pick<PipelineState, "groups">,
  alerts: readonly Alert[],
): ReadonlyMap<string, readonly Alert[]> {
  const told = new Map<string, Alert[]>();
  for (const alert of alerts.slice(0, mostAsked)) {
    const { fingerprint, startsAtMs } = alert;
    const telling = groups.groupsOf(fingerprint).filter((group) => sinceOf(group.told, fingerprint) === startsAtMs);
    for (const receiver of new Set(telling.map((group) => group.receiver)))
      told.set(receiver, [...(told.get(receiver) ?? []), alert]);
  }
  return told;
}

/** What of some alerts a destination of steps knows of, and with what groups have told there what is known where all read it. */
export function knownThere(
  incident: Incident,
  destination: ToldDestination,
  { alerts, groups }: Readonly<{ alerts: readonly Alert[]; groups: ReadonlyMap<string, readonly Alert[]> }>,
): Readonly<{ alerts: readonly Alert[]; shared: readonly Alert[] }> {
  const known = knownAlerts(incident, destination, alerts);
  return { alerts: known, shared: [...new Set([...known, ...(groups.get(destination.receiver) ?? [])])] };
}
