import type { Alert } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { compareSeverity, type Severity } from "../severity.ts";
import { alertLine, commonLine, endedWord, isNamedByService, severityOf } from "./alert-words.ts";
import { cleanText, cutText } from "./clean-text.ts";
import { severityWord } from "./message-title.ts";
import { words } from "./words.ts";

/** Names in one line; a message about two hundred sites stays readable on a telephone. */
const mostNames = 8;
const longestName = 60;

/** A few lines that name alerts, and the rest as one number; alerts that read alike share a line, which says which checks they are of. */
export function listedAlerts(notification: Notification, alerts: readonly Alert[], most: number): readonly string[] {
  const { truncatedAlerts, locale } = notification;
  const text = words[locale];
  const word = (alert: Alert): string => {
    const severity = severityWord(notification, severityOf(alert));
    if (alert.status !== "resolved") return severity;
    return goesOnAs(alert, notification.alerts) === undefined ? endedWord(alert, locale) : text.noLonger(severity);
  };
  const shown = alerts.filter((alert) => !isSaidByGraver(alert, notification.alerts));
  const lines = Map.groupBy(shown, (alert) => text.beginning(word(alert)) + commonLine(alert, locale));
  const listed = [...lines].slice(0, most);
  const unlisted = shown.length - listed.flatMap(([, alike]) => alike).length + truncatedAlerts;
  const told = listed.map(([line, alike]) => {
    const [only] = alike;
    if (only === undefined || alike.length > 1) return withNames(line, alike, notification);
    return withNames(text.beginning(word(only)) + alertLine(only, locale), alike, notification);
  });
  return unlisted === 0 ? told : [...told, text.more(unlisted)];
}

/** What fires on at another severity is over at this one, and has not recovered. */
function goesOnAs(over: Alert, alerts: readonly Alert[]): Severity | undefined {
  const on = alerts.find((alert) => alert.status === "firing" && isSameButSeverity(alert, over));
  return on === undefined ? undefined : severityOf(on);
}

/** What has become graver is told by that alone. */
function isSaidByGraver(alert: Alert, alerts: readonly Alert[]): boolean {
  if (alert.status !== "resolved") return false;
  const severity = goesOnAs(alert, alerts);
  return severity !== undefined && compareSeverity(severity, severityOf(alert)) > 0;
}

function isSameButSeverity(alert: Alert, { labels: other, annotations }: Alert): boolean {
  const { labels: one } = alert;
  const names = Object.keys(one);
  if (alert.annotations["title"] !== annotations["title"] || names.length !== Object.keys(other).length) return false;
  return names.every((name) => name === "severity" || one[name] === other[name]);
}

function withNames(line: string, alike: readonly Alert[], { locale }: Notification): string {
  const [only] = alike;
  if (only === undefined || (alike.length === 1 && !isNamedByService(only))) return line;
  const names = namesOf(alike);
  if (names.length === 0 && alike.length === 1) return line;
  return words[locale].alike(line, names.slice(0, mostNames), alike.length);
}

/** By what people call the checks; targets of one check, and machines of one rule, by their addresses. */
function namesOf(alerts: readonly Alert[]): readonly string[] {
  for (const label of ["check", "instance"]) {
    const names = new Set(alerts.map(({ labels }) => cutText(cleanText(labels[label] ?? ""), longestName)));
    names.delete("");
    if (names.size === alerts.length) return [...names];
  }
  return [];
}
