import type { IncidentEvent } from "../../core/alerting/incident.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { cleanText, cutText } from "../../core/message/clean-text.ts";
import { detailWords } from "../../core/message/detail-words.ts";
import { reasonWords } from "../../core/message/reason-words.ts";
import { clockTime, durationWords } from "../../core/message/time-words.ts";
import type { Locale } from "../../core/message/words.ts";
import { withMoments } from "../../core/time/local-time.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { eventText } from "./incident-event.ts";
import { type PageWords, pageWords } from "./page-words.ts";

const longestEvent = 160;

/** What the parts of a page need to write words and times. */
export type PageContext = Readonly<{
  words: PageWords;
  /** Time from a moment until the page's own. */
  age(sinceMs: EpochMs): string;
  /** Time from the page's own moment until another. */
  left(untilMs: EpochMs): string;
  duration(durationMs: number): string;
  reason(reason: Reason): string;
  /** What happened to an incident: kind and detail in one harmless line. */
  event(event: IncidentEvent): string;
  /** The same of what a probe says, in the language of the page. */
  detail(text: string, limit: number): string;
  /** One harmless line of text from elsewhere, its UTC moments in the zone of the page. */
  line(text: string, limit: number): string;
}>;

/** When, where and for whom a page is made. */
type PageMoment = Readonly<{ nowMs: EpochMs; language: Locale; timeZone: string }>;

/** Returns the words and times of a page made at `nowMs`. */
export function pageContext({ nowMs, language, timeZone }: PageMoment): PageContext {
  const line = (text: string, limit: number): string => {
    const local = withMoments(text, (atMs) => clockTime(atMs, nowMs, timeZone));
    return cutText(cleanText(local), limit);
  };
  return {
    words: pageWords[language],
    age: (sinceMs) => durationWords(nowMs - sinceMs, language),
    left: (untilMs) => durationWords(Math.max(0, untilMs - nowMs), language),
    duration: (durationMs) => durationWords(durationMs, language),
    reason: (reason) => reasonWords[reason][language],
    event: (event) => line(eventText(event, language), longestEvent),
    detail: (text, limit) => line(detailWords(text, language), limit),
    line,
  };
}
