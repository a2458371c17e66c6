import type { Alert } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { compareSeverity } from "../severity.ts";
import { alertLine, endedWord, severityOf } from "./alert-words.ts";
import type { PlainWords } from "./story.ts";
import { clockTime } from "./time-words.ts";
import { type Locale, words } from "./words.ts";

const mostLines = 20;

type HeldWords = Readonly<{
  title(count: number, firing: number): string;
  since(line: string, from: string): string;
  between(line: string, from: string, to: string, end: string): string;
  more(count: number): string;
}>;

const heldWords: Readonly<Record<Locale, HeldWords>> = {
  en: {
    title: (count, firing) => `Held: ${count === 1 ? "1 alert" : `${count} alerts`}, ${firing} still on`,
    since: (line, from) => `${line} – since ${from}`,
    between: (line, from, to, end) => `${line} – ${from} to ${to}, ${end.toLowerCase()}`,
    more: (count) => `and ${count} more`,
  },
  zh: {
    title: (count, firing) => `暂存汇总 ${count} 项,${firing} 项未恢复`,
    since: (line, from) => `${line},${from} 起`,
    between: (line, from, to, end) => `${line},${from} 至 ${to},${end}`,
    more: (count) => `其余 ${count} 项略`,
  },
};

/** Orders what was held: what still fires first, then by gravity and time. */
export function heldFirst(a: Alert, b: Alert): number {
  if (a.status !== b.status) return a.status === "firing" ? -1 : 1;
  return compareSeverity(severityOf(b), severityOf(a)) || a.startsAtMs - b.startsAtMs;
}

/** What people read of alerts that were held back: one line each, in the order in which they are given. */
export function heldText(
  alerts: readonly Alert[],
  { locale, createdAtMs, timeZone }: Pick<Notification, "locale" | "createdAtMs" | "timeZone">,
): PlainWords {
  const text = heldWords[locale];
  const clock = (atMs: number): string => clockTime(atMs, createdAtMs, timeZone);
  const lines = alerts.slice(0, mostLines).map((alert) => {
    const line = words[locale].beginning(words[locale].severity[severityOf(alert)]) + alertLine(alert, locale);
    if (alert.status === "firing") return text.since(line, clock(alert.startsAtMs));
    const [from, to] = [clock(alert.startsAtMs), clock(alert.endsAtMs ?? createdAtMs)];
    return text.between(line, from, to, endedWord(alert, locale));
  });
  const rest = alerts.length - lines.length;
  const firing = alerts.filter(({ status }) => status === "firing").length;
  return { title: text.title(alerts.length, firing), lines: rest > 0 ? [...lines, text.more(rest)] : lines };
}
