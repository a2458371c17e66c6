import { type Alert, beganAtMs } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { anySender } from "../checks/target-instance.ts";
import { compareSeverity, type Severity } from "../severity.ts";
import { withMoments } from "../time/local-time.ts";
import { impactWords, toldElsewhere } from "./affected.ts";
import { idOf, isCheckAlert, reasonOf, severityOf, subjectOf, unsaidService } from "./alert-words.ts";
import { cleanText, cutColumns, cutText } from "./clean-text.ts";
import { detailWords } from "./detail-words.ts";
import { listedAlerts } from "./listed-alerts.ts";
import { fieldsOf } from "./message-fields.ts";
import { messageLinks } from "./message-links.ts";
import { filledLine, type MessageStyle, type StyledBlock, styledBlocks } from "./message-style.ts";
import { isDigestOfSeveral, titleOf } from "./message-title.ts";
import { shortNumber } from "./short-number.ts";
import {
  chainSteps,
  changeWords,
  formerCauseLines,
  goesOnLines,
  newsLines,
  outcomeLines,
  reachedWords,
} from "./story-lines.ts";
import { clockTime, durationWords } from "./time-words.ts";
import { words } from "./words.ts";

/** What has just begun has lasted for nothing worth a word. */
const shortestMs = 1000;
const longestLine = 300;
const longestQuote = 120;
const titleColumns = 40;
const mostOthers = 5;
const listedInDigest = 20;

/** Colour of a message (`ended`: over, but not as far as is known recovered); channels show it beside the severity word, never alone. */
export type Tone = Severity | "resolved" | "ended" | "test";

/** Part of a message; each line says which one it belongs to. */
export const messageBlocks = [
  "environment",
  "impact",
  "chain",
  "change",
  "notified",
  "others",
  "runbook",
  "notes",
] as const;
export type MessageBlock = (typeof messageBlocks)[number];

type Line = Readonly<{ block: MessageBlock; text: string }>;

/** What a person reads, before a channel dresses it: clean text, nothing escaped. */
export type Message = Readonly<{
  tone: Tone;
  /** At most 40 columns: 20 Chinese characters or 40 Latin ones. */
  title: string;
  lines: readonly Line[];
  links: readonly Readonly<{ text: string; url: string }>[];
}>;

/** Writes the message of a notification in its language, time zone and style; the same notification always gives the same text. */
export function composeMessage(notification: Notification): Message {
  const headline = headlineOf(notification);
  const { runbook, links } = messageLinks(notification, headline);
  // What is about no alert has one block, which no style may drop.
  const blocks = (notification.text === undefined ? notification.style?.blocks : undefined) ?? styledBlocks;
  const line = (block: MessageBlock, texts: readonly string[]): Line[] =>
    texts.map((text) => ({ block, text: cutText(cleanText(text), longestLine) })).filter(({ text }) => text !== "");
  const always = {
    environment: line("environment", environment(notification)),
    notes: line("notes", notes(notification, headline)),
  };
  const title = styledTitle(notification, headline);
  const shown = { tone: toneOf(notification, headline), title, links: blocks.includes("links") ? links : [] };
  if (notification.shorten) return { ...shown, lines: [...always.environment, ...always.notes] };
  const texts = textsOf(notification, headline, title);
  const body = blocks.flatMap((block) => {
    if (block === "title" || block === "links") return [];
    return line(block === "group" ? "others" : block, styledLines(notification, headline, block, texts[block]));
  });
  const manual = runbook === undefined || !blocks.includes("links") ? [] : line("runbook", [runbook]);
  return { ...shown, lines: [...always.environment, ...body, ...manual, ...always.notes] };
}

/** The message as plain lines, title first, for channels without formatting and for previews. */
export function plainTextOf(message: Message): string {
  const links = message.links.map(({ text, url }) => `${text}: ${url}`);
  return [message.title, ...message.lines.map(({ text }) => text), ...links].join("\n");
}

/** The lines in the paragraphs that channels set apart: what it is about, who and how many, notes of our own. */
export function paragraphsOf({ lines }: Message): Readonly<{ main: string; more: string; notes: string }> {
  const textOf = (wanted: (block: MessageBlock) => boolean): string =>
    lines
      .filter(({ block }) => wanted(block))
      .map(({ text }) => text)
      .join("\n");
  const isMore = (block: MessageBlock): boolean => ["notified", "others", "runbook"].includes(block);
  return {
    main: textOf((block) => block !== "notes" && !isMore(block)),
    more: textOf(isMore),
    notes: textOf((block) => block === "notes"),
  };
}

/**
 * The impact of a chain where nothing is graver, else the firing alert that is gravest and oldest, else the gravest resolved one; none
 * for tests and messages about no alert.
 */
export function headlineOf({ intent, alerts, text, story }: Notification): Alert | undefined {
  if (intent === "test" || text !== undefined) return undefined;
  const firing = alerts.filter(({ status }) => status === "firing");
  const impact = firing.find(({ fingerprint }) => fingerprint === story?.impact);
  if (impact !== undefined && firing.every((alert) => compareSeverity(severityOf(alert), severityOf(impact)) <= 0))
    return impact;
  return alerts.toSorted((a, b) => {
    if (a.status !== b.status) return a.status === "firing" ? -1 : 1;
    return compareSeverity(severityOf(b), severityOf(a)) || a.startsAtMs - b.startsAtMs;
  })[0];
}

function toneOf({ intent }: Notification, headline: Alert | undefined): Tone {
  if (intent === "test") return "test";
  if (headline === undefined) return "info";
  if (headline.status === "firing") return severityOf(headline);
  return headline.ending === undefined ? "resolved" : "ended";
}

type Texts = Readonly<Record<Exclude<StyledBlock, "title" | "links">, readonly string[]>>;

function textsOf(notification: Notification, headline: Alert | undefined, title: string): Texts {
  const { text } = notification;
  if (text !== undefined) return { impact: text.lines, chain: [], change: [], notified: [], group: [] };
  if (headline === undefined) return { impact: [], chain: [], change: [], notified: [], group: [] };
  if (isDigestOfSeveral(notification)) {
    const listed = listedAlerts(notification, notification.alerts, listedInDigest);
    return { impact: [], chain: [], change: [], notified: [], group: listed };
  }
  const over = headline.status === "resolved";
  return {
    impact: [...newsLines(notification), ...impact(headline, notification, title)],
    chain: chain(headline, notification),
    change: over ? [] : prefixed(words[notification.locale].change, changeWords(notification)),
    notified: over ? [] : prefixed((line) => line, reachedWords(notification)),
    group: others(notification, headline),
  };
}

function styledTitle(notification: Notification, headline: Alert | undefined): string {
  const own = notification.style?.lines?.title;
  if (own === undefined || headline === undefined) return titleOf(notification, headline);
  const line = cleanText(filledLine(own, fieldsOf(notification, headline)));
  const drill = notification.isDrill === true ? words[notification.locale].drill : "";
  if (line === "") return titleOf(notification, headline);
  // The field `severity` says so itself.
  return cutColumns(line.startsWith(drill.trim()) ? line : drill + line, titleColumns);
}

function styledLines(
  notification: Notification,
  headline: Alert | undefined,
  block: keyof NonNullable<MessageStyle["lines"]>,
  texts: readonly string[],
): readonly string[] {
  const own = notification.style?.lines?.[block];
  return own === undefined || headline === undefined ? texts : [filledLine(own, fieldsOf(notification, headline))];
}

function prefixed(wrap: (text: string) => string, text: string): readonly string[] {
  return text === "" ? [] : [wrap(text)];
}

/** Named only where it is not production; not in the title, whose columns belong to what is wrong. */
function environment({ env, locale }: Notification): string[] {
  return env === "production" ? [] : [words[locale].environment(cleanText(env))];
}

/** What people notice, then what the probe or rule saw, then where. */
function impact(alert: Alert, notification: Notification, title: string): string[] {
  const text = words[notification.locale];
  const { annotations, labels } = alert;
  const summary = cleanText(annotations["summary"] ?? "");
  const saysMore = !isCheckAlert(alert) && !isSaid(summary, alert, notification.locale);
  const quote = alert.status === "resolved" ? "" : cutText(cleanText(annotations["quote"] ?? ""), longestQuote);
  const { createdAtMs, timeZone } = notification;
  const local = (said: string): string => withMoments(said, (atMs) => clockTime(atMs, createdAtMs, timeZone));
  // Under "resolved" a sentence in the present would say that it goes on.
  const past = (line: string): string => (alert.status === "resolved" && line !== "" ? text.was(line) : line);
  // What "not measured" and "comes and goes" do not say.
  const isUnsaid = ["CheckBlind", "CheckFlapping"].includes(labels["alertname"] ?? "") && alert.status === "firing";
  const reason = isUnsaid ? reasonOf(alert, notification.locale) : "";
  const impacts = impactWords(notification, alert);
  const instance = labels["instance"] === anySender ? "" : (labels["instance"] ?? "");
  const lines = [
    reason === "" ? "" : text.cause(reason, ""),
    impacts === "" ? "" : text.impact(impacts),
    past(saysMore ? local(summary) : ""),
    past(local(detailWords(annotations["detail"] ?? "", notification.locale))),
    quote === "" ? "" : text.quote(quote),
    valueLine(alert, notification, title),
    saysMore && summary.includes(instance) ? "" : instance,
    ofService(alert, title, notification.locale),
  ];
  return lines.filter((line, index) => !title.endsWith(line) && lines.indexOf(line) === index);
}

/** The service where the title has no room for it. */
function ofService(alert: Alert, title: string, locale: Notification["locale"]): string {
  const service = unsaidService(alert, title);
  return service === "" ? "" : words[locale].service(service);
}

/** Whether the title and the address say all that a summary does, as that of a rule without one of its own. */
function isSaid(summary: string, alert: Alert, locale: Notification["locale"]): boolean {
  const title = cleanText(alert.annotations["title"] ?? idOf(alert));
  const said = [title, subjectOf(alert, locale)];
  return said.some((words) => summary === words || summary === `${words}: ${alert.labels["instance"] ?? ""}`);
}

function valueLine({ value, status, annotations }: Alert, { locale }: Notification, title: string): string {
  if (value === undefined || status === "resolved") return "";
  const text = words[locale];
  const measured = cleanText(annotations["measured"] ?? shortNumber(value));
  if (annotations["usual"] === undefined && title.endsWith(` ${measured}`)) return "";
  const shown = text.value(measured);
  return annotations["usual"] === undefined ? shown : text.usual(shown, cleanText(annotations["usual"]));
}

/** The chain where one is known, else since when. */
function chain(alert: Alert, notification: Notification): readonly string[] {
  const { createdAtMs, timeZone, locale } = notification;
  const clock = (atMs: number): string => clockTime(atMs, createdAtMs, timeZone);
  const text = words[locale];
  if (alert.status === "resolved") {
    const span = text.between(clock(beganAtMs(alert)), clock(alert.endsAtMs ?? createdAtMs));
    return [...outcomeLines(notification, alert), span, ...goesOnLines(notification)];
  }
  const steps = chainSteps(notification);
  if (steps !== "") return [text.chain(steps)];
  const former = formerCauseLines(notification);
  return [...former, since(alert, notification)];
}

/** Since when, counted from the first sign of it, and when all was well the last time. */
function since(alert: Alert, { createdAtMs, timeZone, locale }: Notification): string {
  const [text, fromMs] = [words[locale], beganAtMs(alert)];
  const from = clockTime(fromMs, createdAtMs, timeZone);
  const lastsMs = createdAtMs - fromMs;
  const said = text.since(from, lastsMs < shortestMs ? undefined : durationWords(lastsMs, locale));
  const wellMs = Date.parse(alert.annotations["last_well"] ?? "");
  if (Number.isNaN(wellMs)) return said;
  const well = clockTime(wellMs, createdAtMs, timeZone);
  return well === from ? said : text.lastWell(said, well);
}

/** The other alerts of the group that no other line tells of. */
function others(notification: Notification, headline: Alert): readonly string[] {
  const told = toldElsewhere(notification, headline);
  const rest = notification.alerts.filter(
    (alert) =>
      alert !== headline &&
      (!told.has(alert.fingerprint) || (alert.status !== headline.status && alert.status === "resolved")),
  );
  return listedAlerts(notification, rest, mostOthers);
}

function notes(
  { intent, isDrill, possibleDuplicate, lateMs, locale, fallbackFrom }: Notification,
  headline: Alert | undefined,
): string[] {
  const text = words[locale];
  return [
    ...(isDrill === true ? [headline?.status === "resolved" ? text.drillOverNote : text.drillNote] : []),
    ...(intent === "test" ? [text.nothingWrong] : []),
    ...(fallbackFrom === undefined ? [] : [text.fallback(cleanText(fallbackFrom))]),
    ...(possibleDuplicate ? [text.duplicate] : []),
    ...(lateMs === undefined ? [] : [text.late(durationWords(lateMs, locale))]),
  ];
}
