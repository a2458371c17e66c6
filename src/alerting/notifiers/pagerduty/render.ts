import { createHash } from "node:crypto";
import type { Alert } from "../../../core/alerting/alert.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { Json } from "../../../core/json.ts";
import { cleanText, cutText } from "../../../core/message/clean-text.ts";
import { composeMessage, type Message } from "../../../core/message/message.ts";
import type { Severity } from "../../../core/severity.ts";
import { jsonBytes } from "../post-json.ts";

/** PagerDuty's own limits: 1024 characters of summary, 512 KB of event, of which the alerts get most. @see https://developer.pagerduty.com/docs/send-alert-event */
const longestSummary = 1024;
const alertsBytes = 400_000;
const longestField = 200;

export type PagerdutyPayload = Readonly<{
  summary: string;
  source: string;
  severity: Severity;
  timestamp: string;
  component?: string;
  group?: string;
  class?: string;
  custom_details: Json;
}>;

/** An event without its routing key, which is the secret; one that ends or takes an incident says only which. */
export type PagerdutyEvent =
  | Readonly<{ event_action: "acknowledge" | "resolve"; dedup_key: string }>
  | Readonly<{
      event_action: "trigger";
      dedup_key: string;
      payload: PagerdutyPayload;
      links: readonly Readonly<{ href: string; text: string }>[];
      client: "Watchfire";
      client_url?: string;
    }>;

export type PagerdutyMessage = Readonly<{ event: PagerdutyEvent; shortened: boolean }>;

/**
 * Renders one event of Events API v2. All events of a group carry the same key, so that PagerDuty keeps one incident for it and a
 * repetition opens no second one. Who takes an incident or puts it off here has taken it there, too.
 */
export function renderPagerduty(notification: Notification): PagerdutyMessage {
  const { groupKey, alerts, intent, shorten, story } = notification;
  const key = createHash("sha256").update(groupKey).digest("hex");
  const over = alerts.length > 0 && alerts.every(({ status }) => status === "resolved");
  if (intent === "resolved" || over) return { event: { event_action: "resolve", dedup_key: key }, shortened: shorten };
  if (story?.news?.kind === "taken" || story?.news?.kind === "snoozed")
    return { event: { event_action: "acknowledge", dedup_key: key }, shortened: shorten };
  const message = composeMessage(notification);
  const page = webAddress(notification.externalUrl);
  return {
    event: {
      event_action: "trigger",
      dedup_key: key,
      payload: payloadOf(notification, message),
      links: message.links.map(({ text, url }) => ({ href: url, text })),
      client: "Watchfire",
      ...(page === undefined ? {} : { client_url: page }),
    },
    shortened: shorten,
  };
}

function payloadOf(notification: Notification, message: Message): PagerdutyPayload {
  const { alerts, createdAtMs } = notification;
  const headline = alerts.find(({ status }) => status === "firing");
  // A check's reason stands among the labels where it is part of the identity, else among the annotations.
  const facts: Readonly<Record<string, string | undefined>> = {
    reason: headline?.annotations["reason"],
    ...headline?.labels,
  };
  const field = (...names: readonly string[]): string | undefined => {
    const text = names.map((name) => cleanText(facts[name] ?? "")).find((value) => value !== "");
    return text === undefined ? undefined : cutText(text, longestField);
  };
  const [component, group, kind] = [field("service"), field("tier"), field("reason", "alertname")];
  const { tone, title, lines } = message;
  return {
    summary: cutText([title, ...lines.slice(0, 1).map(({ text }) => text)].join(" · "), longestSummary),
    source: field("instance", "check", "alertname") ?? "watchfire",
    severity: tone === "critical" || tone === "warning" ? tone : "info",
    timestamp: new Date(headline?.startsAtMs ?? createdAtMs).toISOString(),
    ...(component === undefined ? {} : { component }),
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { class: kind }),
    custom_details: detailsOf(notification, message),
  };
}

/** The text, the numbers, and as many of the alerts as fit. */
function detailsOf({ alerts, truncatedAlerts, because, env, shorten }: Notification, { lines }: Message): Json {
  const shown = shorten ? [] : fitting(alerts);
  return {
    message: lines.map(({ text }) => text),
    env,
    because,
    firing: alerts.filter(({ status }) => status === "firing").length,
    resolved: alerts.filter(({ status }) => status === "resolved").length,
    not_shown: alerts.length - shown.length + truncatedAlerts,
    alerts: shown,
  };
}

function fitting(alerts: readonly Alert[]): readonly Json[] {
  const shown: Json[] = [];
  let sizeBytes = 0;
  for (const { status, labels, annotations, startsAtMs } of alerts) {
    const detail = { status, labels, annotations, starts_at: new Date(startsAtMs).toISOString() };
    sizeBytes += jsonBytes(detail) + 1;
    if (sizeBytes > alertsBytes) break;
    shown.push(detail);
  }
  return shown;
}

function webAddress(text: string): string | undefined {
  const url = URL.parse(text);
  return url?.protocol === "https:" || url?.protocol === "http:" ? url.href : undefined;
}
