import type { Alert } from "../../core/alerting/alert.ts";
import type { MaintenanceRun, MaintenanceScope } from "../../core/alerting/maintenance.ts";
import type { Notification } from "../../core/alerting/notification.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import { formatMatcher } from "../../core/matching/matcher.ts";
import { alertLine, severityOf } from "../../core/message/alert-words.ts";
import { type MaintenanceNotice, maintenanceText } from "../../core/message/maintenance-message.ts";
import { words } from "../../core/message/words.ts";
import type { IdSource } from "../../core/ports/random.ts";
import { compareSeverity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { newRow } from "../new-row.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { matchRoutes } from "../routing/route-tree.ts";
import { coveredLabels, coversOf } from "./scope.ts";

const mostListed = 5;

/** What makes a notice besides the run. */
export type NoticeContext = Readonly<{
  state: Pick<PipelineState, "config" | "alerts">;
  ids: IdSource;
  nowMs: EpochMs;
  scope: MaintenanceScope;
  /** Receivers that the config names for this window; those of the routes of its alerts when absent. */
  notify?: readonly string[];
}>;

/** Alerts that fire now and are covered, gravest and oldest first. */
export function failingNow({ state, scope }: Pick<NoticeContext, "state" | "scope">): readonly Alert[] {
  const covers = coversOf(scope);
  return state.alerts
    .all()
    .filter(({ status, labels }) => status === "firing" && covers(labels))
    .toSorted((a, b) => compareSeverity(severityOf(b), severityOf(a)) || a.startsAtMs - b.startsAtMs);
}

/** One message for each receiver that reads messages; what hands alerts to a program or wakes people is left out. */
export function noticeRows(
  run: MaintenanceRun,
  event: MaintenanceNotice["event"],
  context: NoticeContext,
): readonly OutboxRow[] {
  const { state, ids, nowMs } = context;
  const { config } = state;
  return receiversOf(context).flatMap((name) => {
    const receiver = config.receivers.get(name);
    if (receiver === undefined) return [];
    const notification = notificationOf(run, event, context, name);
    return receiver.integrations.flatMap((integration, position): OutboxRow[] => {
      if (integration.interrupts || integration.alertsOnly === true) return [];
      const dedupKey = `${notification.groupKey}/${run.startedAtMs}/${event}@${nowMs}/${name}/${position}`;
      return [newRow({ id: ids.next(), dedupKey, notification, receiver, position, severity: "info", nowMs })];
    });
  });
}

function receiversOf({ state, scope, notify }: NoticeContext): readonly string[] {
  if (notify !== undefined) return notify;
  const { route } = state.config;
  const failing = failingNow({ state, scope }).map(({ labels }) => labels);
  const routes = [...coveredLabels(scope, state.config), ...failing].flatMap((labels) => matchRoutes(route, labels));
  return [...new Set(routes.map(({ receiver }) => receiver))];
}

function notificationOf(
  run: MaintenanceRun,
  event: MaintenanceNotice["event"],
  context: NoticeContext,
  receiver: string,
): Notification {
  const { state, ids, nowMs } = context;
  const { externalUrl, timeZone, env, locale } = state.config;
  return {
    id: ids.next(),
    intent: "meta",
    createdAtMs: nowMs,
    receiver,
    groupKey: `maintenance/${run.id}`,
    groupLabels: {},
    alerts: [],
    truncatedAlerts: 0,
    because: `maintenance ${event}`,
    text: maintenanceText(noticeOf(run, event, context), { locale, timeZone, createdAtMs: nowMs }),
    externalUrl,
    timeZone,
    env,
    locale,
    possibleDuplicate: false,
    shorten: false,
    plainText: false,
  };
}

function noticeOf(run: MaintenanceRun, event: MaintenanceNotice["event"], context: NoticeContext): MaintenanceNotice {
  const { locale } = context.state.config;
  const failing = failingNow(context);
  const lines = failing
    .slice(0, mostListed)
    .map((alert) => words[locale].beginning(words[locale].severity[severityOf(alert)]) + alertLine(alert, locale));
  return {
    event,
    title: run.title,
    startedAtMs: run.startedAtMs,
    untilMs: run.plannedEndMs,
    announcedEndMs: run.announcedEndMs,
    ...(run.by === undefined ? {} : { by: run.by }),
    ...(run.comment === undefined ? {} : { comment: run.comment }),
    neverMute: context.scope.neverMute.map(formatMatcher),
    heldCount: new Set([...run.seen, ...failing.map(({ fingerprint }) => fingerprint)]).size,
    failingCount: failing.length,
    failing: lines,
  };
}
