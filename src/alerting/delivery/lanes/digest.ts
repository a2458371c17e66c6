import type { Alert } from "../../../core/alerting/alert.ts";
import { type OutboxRow, outletOf } from "../../../core/alerting/outbox.ts";
import { fingerprint } from "../../../core/labels.ts";
import { compareSeverity } from "../../../core/severity.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { severityOf } from "../../alert-book/alert-severity.ts";

/** Alerts that one digest carries whole; the rest is a number. */
const mostAlerts = 200;

/**
 * Joins rows of one outlet, in their order, to one message: the latest word on each alert, gravest first. It is as old as the oldest
 * of them, and is given up when the first of them would be.
 */
export function digestRow(
  rows: readonly [OutboxRow, ...OutboxRow[]],
  { id, notBeforeMs }: Readonly<{ id: string; notBeforeMs: EpochMs }>,
): OutboxRow {
  const {
    unheard: _unheard,
    overtaken: _overtaken,
    isAbandoned: _abandoned,
    isHastened: _hastened,
    tried: _tried,
    ...first
  } = rows[0];
  const notifications = rows.map(({ notification }) => notification);
  const alerts = latestOf(notifications.flatMap((notification) => notification.alerts)).sort(gravestFirst);
  const truncated = notifications.reduce((sum, { truncatedAlerts }) => sum + truncatedAlerts, 0);
  const fallback = [...new Set(rows.flatMap((row) => row.fallback ?? []))];
  const tried = triedBefore(rows);
  const {
    incident: _incident,
    isIncidentOver: _over,
    previousExternalId: _previous,
    story: _story,
    pages: _pages,
    ...common
  } = first.notification;
  const { story, pages, isIncidentOver } = notifications.at(-1) ?? {};
  const from = [...new Set(notifications.flatMap(({ fallbackFrom }) => fallbackFrom ?? []))];
  const sameIncident = new Set(notifications.map(({ incident }) => incident)).size === 1;
  return {
    ...first,
    id,
    dedupKey: `digest/${id}`,
    notification: {
      ...common,
      ...(sameIncident && first.notification.incident !== undefined ? { incident: first.notification.incident } : {}),
      ...(sameIncident && story !== undefined ? { story } : {}),
      ...(sameIncident && isIncidentOver === true ? { isIncidentOver } : {}),
      ...(sameIncident && pages !== undefined ? { pages } : {}),
      ...(notifications.some(({ isForAll }) => isForAll === true) ? { isForAll: true } : {}),
      id,
      intent: alerts.length === 1 ? (notifications.at(-1)?.intent ?? "digest") : "digest",
      createdAtMs: Math.min(...notifications.map(({ createdAtMs }) => createdAtMs)),
      groupKey: sameIncident ? first.notification.groupKey : `digest ${fingerprint({ outlet: outletOf(first) })}`,
      groupLabels: sameIncident ? first.notification.groupLabels : {},
      alerts: alerts.slice(0, mostAlerts),
      truncatedAlerts: truncated + Math.max(0, alerts.length - mostAlerts),
      because: "several messages in one",
      ...(from.length === 0 ? {} : { fallbackFrom: from.join(", ") }),
      possibleDuplicate: rows.some((row) => row.startedBefore || row.notification.possibleDuplicate),
      shorten: false,
      plainText: notifications.some(({ plainText }) => plainText),
    },
    attempts: 0,
    notBeforeMs,
    giveUpAtMs: Math.min(...rows.map(({ giveUpAtMs }) => giveUpAtMs)),
    startedBefore: false,
    ...(fallback.length === 0 ? {} : { fallback }),
    ...(tried.length === 0 ? {} : { tried }),
  };
}

/** Places in whose place all of it is told; none where something is told here anyway: that is told whatever becomes of the rest. */
function triedBefore(rows: readonly OutboxRow[]): readonly string[] {
  const isInstead = rows.every(({ tried }) => tried !== undefined);
  return isInstead ? [...new Set(rows.flatMap(({ tried = [] }) => tried))] : [];
}

function gravestFirst(a: Alert, b: Alert): number {
  if (a.status !== b.status) return a.status === "firing" ? -1 : 1;
  const severity = compareSeverity(severityOf(b.labels["severity"]), severityOf(a.labels["severity"]));
  return severity || a.startsAtMs - b.startsAtMs || (a.fingerprint < b.fingerprint ? -1 : 1);
}

/** The latest word on each alert: the end of the time before may have been tried again after what fires since. */
function latestOf(alerts: readonly Alert[]): Alert[] {
  const latest = new Map<string, Alert>();
  for (const alert of alerts) {
    const known = latest.get(alert.fingerprint);
    if (known === undefined || known.startsAtMs <= alert.startsAtMs) latest.set(alert.fingerprint, alert);
  }
  return [...latest.values()];
}
