import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { Incident, IncidentEvent } from "../../core/alerting/incident.ts";
import { compareSeverity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { gravest, severityOf } from "../alert-book/alert-severity.ts";

const timelineLimit = 200;

/** Opens an incident for the alerts that a group tells for the first time. */
export function openIncident(id: string, group: AlertGroup, firing: readonly Alert[], nowMs: EpochMs): Incident {
  const severity = gravest(firing.map((alert) => alert.labels["severity"] ?? "")) ?? "info";
  return {
    id,
    groupKey: group.key,
    receiver: group.receiver,
    groupLabels: group.labels,
    status: "open",
    severity,
    openedAtMs: nowMs,
    members: [...new Set(firing.map((alert) => alert.fingerprint))],
    timeline: [{ atMs: nowMs, kind: "opened", detail: `${severity}: ${countOf(firing)} firing` }],
  };
}

/** Takes in alerts that fire now; the severity never sinks while the incident lasts. Returns the same object when all are known. */
export function joinIncident(incident: Incident, firing: readonly Alert[], nowMs: EpochMs): Incident {
  const members = new Set(incident.members);
  const left = new Set(incident.left);
  const joining = firing.filter(({ fingerprint }) => !members.has(fingerprint) || left.has(fingerprint));
  if (joining.length === 0) return incident;
  for (const { fingerprint } of joining) members.add(fingerprint);
  let joined: Incident = members.size === incident.members.length ? incident : { ...incident, members: [...members] };
  joined = note(joined, { atMs: nowMs, kind: "joined", detail: `${countOf(joining)} more: ${summaryOf(joining)}` });
  const severity = gravest(joining.map((alert) => alert.labels["severity"] ?? ""));
  if (severity === undefined || compareSeverity(severity, incident.severity) <= 0) return joined;
  return note({ ...joined, severity }, { atMs: nowMs, kind: "severity", detail: `now ${severity}` });
}

/** Ends an incident: none of its alerts fires any more and that is told. */
export function resolveIncident(incident: Incident, nowMs: EpochMs, because: string): Incident {
  const resolved: Incident = { ...incident, status: "resolved", resolvedAtMs: nowMs };
  return note(resolved, { atMs: nowMs, kind: "resolved", detail: because });
}

/** Adds a line to the timeline; the opening stays, of the rest the oldest lines give way. */
export function note(incident: Incident, event: IncidentEvent): Incident {
  const [opening, ...rest] = [...incident.timeline, event];
  if (opening === undefined) return incident;
  return { ...incident, timeline: [opening, ...rest.slice(-(timelineLimit - 1))] };
}

function countOf(alerts: readonly Alert[]): string {
  return alerts.length === 1 ? "1 alert" : `${alerts.length} alerts`;
}

function summaryOf(alerts: readonly Alert[]): string {
  const graverFirst = [...alerts].sort((a, b) =>
    compareSeverity(severityOf(b.labels["severity"]), severityOf(a.labels["severity"])),
  );
  const [first] = graverFirst;
  return first?.annotations["summary"] ?? first?.labels["alertname"] ?? "";
}
