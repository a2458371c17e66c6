import type { Alert } from "../alert.ts";
import type { Notification } from "../notification.ts";
import { compareSeverity, type Severity } from "../severity.ts";
import { alertLine, isCheckAlert, severityOf, subjectOf, whatIsWrong } from "./alert-words.ts";
import { cleanText, columnsOf, cutColumns, cutText } from "./clean-text.ts";
import { messageLinks } from "./message-links.ts";
import { clockTime, durationWords } from "./time-words.ts";
import { words } from "./words.ts";

const titleColumns = 40;
const longestLine = 300;
const listedAlerts = 5;

/** Colour of a message; channels show it beside the severity word, never alone. */
export type Tone = Severity | "resolved" | "test";

/** Part of a message; each line says which one it belongs to. */
export type MessageBlock = "environment" | "impact" | "since" | "others" | "runbook" | "notes";

/** What a person reads, before a channel dresses it: clean text, nothing escaped. */
export type Message = Readonly<{
  tone: Tone;
  /** At most 40 columns: 20 Chinese characters or 40 Latin ones. */
  title: string;
  lines: readonly Readonly<{ block: MessageBlock; text: string }>[];
  links: readonly Readonly<{ text: string; url: string }>[];
}>;

/** Writes the message of a notification in its language and time zone; the same notification always gives the same text. */
export function composeMessage(notification: Notification): Message {
  const headline = notification.intent === "test" ? undefined : headlineAlert(notification.alerts);
  const line = (block: MessageBlock, texts: readonly string[]) =>
    texts.map((text) => ({ block, text: cutText(cleanText(text), longestLine) })).filter(({ text }) => text !== "");
  const { runbook, links } = messageLinks(notification, headline);
  const title = titleOf(notification, headline);
  if (notification.shorten)
    return {
      tone: toneOf(notification, headline),
      title,
      lines: line("notes", [...environment(notification), ...notes(notification)]),
      links,
    };
  return {
    tone: toneOf(notification, headline),
    title,
    lines: [
      ...line("environment", environment(notification)),
      ...line("impact", headline === undefined ? [] : impact(headline, notification, title)),
      ...line("since", headline === undefined ? [] : [since(headline, notification)]),
      ...line("others", others(notification, headline)),
      ...line("runbook", runbook === undefined ? [] : [runbook]),
      ...line("notes", notes(notification)),
    ],
    links,
  };
}

/** The message as plain lines, title first, for channels without formatting and for previews. */
export function plainTextOf(message: Message): string {
  const links = message.links.map(({ text, url }) => `${text}: ${url}`);
  return [message.title, ...message.lines.map(({ text }) => text), ...links].join("\n");
}

/** The firing alert that is gravest and oldest, else the gravest resolved one. */
function headlineAlert(alerts: readonly Alert[]): Alert | undefined {
  return alerts.toSorted((a, b) => {
    if (a.status !== b.status) return a.status === "firing" ? -1 : 1;
    return compareSeverity(severityOf(b), severityOf(a)) || a.startsAtMs - b.startsAtMs;
  })[0];
}

function toneOf({ intent }: Notification, headline: Alert | undefined): Tone {
  if (intent === "test") return "test";
  if (headline === undefined) return "info";
  return headline.status === "resolved" ? "resolved" : severityOf(headline);
}

function titleOf(notification: Notification, headline: Alert | undefined): string {
  const { locale, intent } = notification;
  const text = words[locale];
  const resolved = headline?.status === "resolved";
  const word = (): string => {
    if (intent === "test") return text.test;
    if (intent === "digest") return text.digest;
    return resolved ? text.resolved : text.severity[headline === undefined ? "info" : severityOf(headline)];
  };
  const beginning = text.beginning(word());
  if (headline === undefined) {
    const [first] = notification.alerts;
    const subject = first === undefined ? cleanText(notification.because) : subjectOf(first, locale);
    return cutColumns(beginning + subject, titleColumns);
  }
  const what = resolved ? "" : whatIsWrong(headline, locale);
  const end = resolved ? text.lasted(lastedWords(headline, notification)) : what === "" ? "" : text.what("", what);
  const room = Math.max(12, titleColumns - columnsOf(beginning) - columnsOf(end));
  return cutColumns(`${beginning}${cutColumns(subjectOf(headline, locale), room)}${end}`.trim(), titleColumns);
}

function lastedWords(alert: Alert, { locale, createdAtMs }: Notification): string {
  return durationWords((alert.endsAtMs ?? createdAtMs) - alert.startsAtMs, locale);
}

/** Named only where it is not production; not in the title, whose columns belong to what is wrong. */
function environment({ env, locale }: Notification): string[] {
  return env === "production" ? [] : [words[locale].environment(cleanText(env))];
}

/** What people notice, then what the probe or rule saw, then where. */
function impact(alert: Alert, notification: Notification, title: string): string[] {
  const { annotations, labels } = alert;
  const summary = isCheckAlert(alert) ? "" : cleanText(annotations["summary"] ?? "");
  const value =
    alert.value === undefined || alert.status === "resolved"
      ? ""
      : words[notification.locale].value(shortNumber(alert.value));
  const instance = labels["instance"] ?? "";
  const lines = [annotations["impact"] ?? "", summary, annotations["detail"] ?? "", value, instance];
  return lines.filter((text, index) => !title.endsWith(text) && lines.indexOf(text) === index);
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4)));
}

function since(alert: Alert, notification: Notification): string {
  const { createdAtMs, timeZone, locale } = notification;
  const clock = (atMs: number): string => clockTime(atMs, createdAtMs, timeZone);
  if (alert.status === "resolved") {
    return words[locale].between(clock(alert.startsAtMs), clock(alert.endsAtMs ?? createdAtMs));
  }
  return words[locale].since(clock(alert.startsAtMs), durationWords(createdAtMs - alert.startsAtMs, locale));
}

/** The other alerts of the group, a few by name and the rest as one number. */
function others({ alerts, truncatedAlerts, locale }: Notification, headline: Alert | undefined): string[] {
  if (headline === undefined) return [];
  const text = words[locale];
  const rest = alerts.filter((alert) => alert !== headline);
  const listed = rest.slice(0, listedAlerts).map((alert) => {
    const word = alert.status === "resolved" ? text.resolved : text.severity[severityOf(alert)];
    return text.beginning(word) + alertLine(alert, locale);
  });
  const unlisted = rest.length - listed.length + truncatedAlerts;
  return unlisted === 0 ? listed : [...listed, text.more(unlisted)];
}

function notes({ intent, possibleDuplicate, lateMs, locale }: Notification): string[] {
  const text = words[locale];
  return [
    ...(intent === "test" ? [text.nothingWrong] : []),
    ...(possibleDuplicate ? [text.duplicate] : []),
    ...(lateMs === undefined ? [] : [text.late(durationWords(lateMs, locale))]),
  ];
}
