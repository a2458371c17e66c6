import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { alertLine, mostTellingFirst, subjectOf } from "../../core/message/alert-words.ts";
import { cleanText } from "../../core/message/clean-text.ts";
import type { ReportedIncident, ReportFacts } from "../../core/message/report-message.ts";
import type { Locale } from "../../core/message/words.ts";
import type { Service } from "../../core/service.ts";
import { compareSeverity, type Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isDrill } from "../alert-book/drill-labels.ts";

/** Kinds of lines in a timeline that say that somebody took the incident. */
const takings: ReadonlySet<string> = new Set(["acknowledge", "snooze"]);

/** What a report is made of. */
export type ReportInput = Readonly<{
  covers: ReportFacts["covers"];
  fromMs: EpochMs;
  toMs: EpochMs;
  /** Incidents that were open at some moment of the span. */
  incidents: readonly Incident[];
  /** Alerts and groups of now. */
  alerts: readonly Alert[];
  /** Alerts of incidents that are over, as they last were. */
  pastAlerts?: readonly Alert[];
  groups: readonly AlertGroup[];
  services: ReadonlyMap<string, Service>;
  locale: Locale;
  /** Machines whose backups nobody watches. */
  unbacked: readonly string[];
  outlook?: Pick<ReportFacts, "backups" | "onCall" | "planned">;
}>;

/** Counts and names what a report tells; the same input always gives the same facts. */
export function reportFacts(input: ReportInput): ReportFacts {
  const { covers, fromMs, toMs, alerts, groups, locale } = input;
  const told = input.incidents.filter(({ openedAtMs, groupLabels }) => openedAtMs <= toMs && !isDrill(groupLabels));
  const opened = told.filter(({ openedAtMs }) => openedAtMs > fromMs);
  const firing = alerts.filter(({ status }) => status === "firing");
  const named = (of: readonly Alert[]): readonly string[] => [...new Set(of.map((alert) => subjectOf(alert, locale)))];
  const muted = new Set(groups.flatMap((group) => Object.keys(group.muted ?? {})));
  const mttaMs = mean(opened.flatMap((incident) => takenAfterMs(incident) ?? []));
  const mttrMs = mean(told.flatMap((incident) => resolvedAfterMs(incident, toMs) ?? []));
  return {
    covers,
    fromMs,
    toMs,
    opened: countsOf(opened),
    incidents: told.map((incident) => reported(incident, input)).toSorted(openAndGravestFirst),
    ...(mttaMs === undefined ? {} : { mttaMs }),
    ...(mttrMs === undefined ? {} : { mttrMs }),
    expiring: named(firing.filter(({ labels }) => labels["reason"] === "expiring")),
    blind: named(firing.filter(({ labels }) => labels["alertname"] === "CheckBlind")),
    unbacked: input.unbacked,
    ...(input.outlook ?? { onCall: [], planned: [] }),
    held: firing.filter(({ fingerprint }) => muted.has(fingerprint)).map((alert) => alertLine(alert, locale)),
  };
}

function countsOf(incidents: readonly Incident[]): Readonly<Record<Severity, number>> {
  const count = (severity: Severity): number => incidents.filter((each) => each.severity === severity).length;
  return { critical: count("critical"), warning: count("warning"), info: count("info") };
}

function takenAfterMs({ timeline, openedAtMs }: Incident): number | undefined {
  const taking = timeline.find(({ kind }) => takings.has(kind));
  return taking === undefined ? undefined : taking.atMs - openedAtMs;
}

function resolvedAfterMs({ resolvedAtMs, openedAtMs }: Incident, toMs: EpochMs): number | undefined {
  return resolvedAtMs === undefined || resolvedAtMs > toMs ? undefined : resolvedAtMs - openedAtMs;
}

function mean(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function reported(incident: Incident, input: ReportInput): ReportedIncident {
  const { severity, openedAtMs, resolvedAtMs } = incident;
  const isOver = resolvedAtMs !== undefined && resolvedAtMs <= input.toMs;
  return { severity, title: titleOf(incident, input), openedAtMs, ...(isOver ? { resolvedAtMs } : {}) };
}

/** By its gravest alert while that is known, else by what its group is made of. */
function titleOf(
  { members, groupLabels }: Incident,
  { alerts, pastAlerts = [], services, locale }: ReportInput,
): string {
  const known = [...alerts, ...pastAlerts].filter(({ fingerprint }) => members.includes(fingerprint));
  const [gravest] = known.toSorted(mostTellingFirst);
  if (gravest !== undefined) return alertLine(gravest, locale);
  const { service, alertname, ...rest } = groupLabels;
  const title = service === undefined ? undefined : (services.get(service)?.title ?? service);
  return cleanText([title, alertname, ...Object.values(rest)].filter((part) => part !== undefined).join(" "));
}

function openAndGravestFirst(a: ReportedIncident, b: ReportedIncident): number {
  const [aIsOver, bIsOver] = [a.resolvedAtMs !== undefined, b.resolvedAtMs !== undefined];
  if (aIsOver !== bIsOver) return aIsOver ? 1 : -1;
  return compareSeverity(b.severity, a.severity) || a.openedAtMs - b.openedAtMs;
}
