import { type Alert, beganAtMs } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import type { Severity } from "../severity.ts";
import { endedWord, severityOf, subjectOf, unsaidService, whatIsWrong } from "./alert-words.ts";
import { cleanText, columnsOf, cutColumns } from "./clean-text.ts";
import { durationWords } from "./time-words.ts";
import { type Locale, words } from "./words.ts";

const titleColumns = 40;
const shortestSubject = 12;

/** Word for a severity, as the organisation calls it. */
export function severityWord({ locale, style }: Notification, severity: Severity): string {
  return cleanText(style?.severityNames?.[severity] ?? words[locale].severity[severity]);
}

/** The word that a title begins with: what kind of message this is, or how grave. */
export function leadingWord(notification: Notification, headline: Alert | undefined): string {
  const { locale, intent, story } = notification;
  const text = words[locale];
  if (intent === "test") return text.test;
  if (intent === "digest") return text.digest;
  if (headline?.status === "resolved") return endedWord(headline, locale);
  const news = story?.news === undefined ? "" : text.news[story.news.kind];
  return news === "" ? severityWord(notification, headline === undefined ? "info" : severityOf(headline)) : news;
}

/** The one line that a lock screen shows: severity, whom it is about, what is wrong; at most 40 columns. */
export function titleOf(notification: Notification, headline: Alert | undefined): string {
  const { locale, text: said, isDrill } = notification;
  const drill = isDrill === true ? words[locale].drill : "";
  if (said !== undefined) return cutColumns(drill + cleanText(said.title), titleColumns);
  const beginning = drill + words[locale].beginning(leadingWord(notification, headline));
  if (headline === undefined) {
    const [first] = notification.alerts;
    const subject = first === undefined ? cleanText(notification.because) : subjectOf(first, locale);
    return cutColumns(beginning + subject, titleColumns);
  }
  if (isDigestOfSeveral(notification)) return cutColumns(beginning + digestCounts(notification), titleColumns);
  const whole = endOf(headline, notification);
  const named = `${beginning}${ofService(headline, locale)}${whole}`;
  if (columnsOf(named) <= titleColumns) return named.trim();
  const isFull = columnsOf(beginning + subjectOf(headline, locale) + whole) > titleColumns;
  const end = isFull && isToldBelow(headline) ? "" : whole;
  const room = Math.max(shortestSubject, titleColumns - columnsOf(beginning) - columnsOf(end));
  return cutColumns(`${beginning}${cutColumns(subjectOf(headline, locale), room)}${end}`.trim(), titleColumns);
}

/** The subject after its service, which a lock screen would else not name: every service has a front page. */
function ofService(headline: Alert, locale: Locale): string {
  const subject = subjectOf(headline, locale);
  const service = unsaidService(headline, subject);
  return service === "" ? subject : words[locale].ofMachine(service, subject);
}

/** A value that the message tells anyway gives way to the name of what is wrong. */
function isToldBelow({ status, annotations }: Alert): boolean {
  return status === "firing" && annotations["what"] !== undefined && annotations["what"] === annotations["measured"];
}

/** A digest of one alert reads like any message about it. */
export function isDigestOfSeveral({ intent, alerts }: Notification): boolean {
  return intent === "digest" && alerts.length > 1;
}

/** How many alerts, and how many of each severity fire or are over; gravest first, so that a cut takes the least. */
function digestCounts(notification: Notification): string {
  const { alerts, truncatedAlerts, locale } = notification;
  const text = words[locale];
  const firing = alerts.filter(({ status }) => status === "firing");
  const counts = (["critical", "warning", "info"] as const).map((severity) => {
    const count = firing.filter((alert) => severityOf(alert) === severity).length;
    return [severityWord(notification, severity), count] as const;
  });
  const over = Map.groupBy(
    alerts.filter(({ status }) => status === "resolved"),
    (alert) => endedWord(alert, locale),
  );
  const all = [...counts, ...[...over].map(([word, ended]) => [word, ended.length] as const)];
  return text.counts(
    alerts.length + truncatedAlerts,
    all.filter(([, count]) => count > 0),
  );
}

function endOf(headline: Alert, notification: Notification): string {
  const text = words[notification.locale];
  if (headline.status === "resolved") return text.lasted(lastedWords(headline, notification));
  const what = whatIsWrong(headline, notification.locale);
  return what === "" ? "" : text.what("", what);
}

/** How long an alert fired, or has fired until now. */
export function lastedWords(alert: Alert, { locale, createdAtMs }: Notification): string {
  const endMs = alert.status === "resolved" ? (alert.endsAtMs ?? createdAtMs) : createdAtMs;
  return durationWords(endMs - beganAtMs(alert), locale);
}
