import type { Alert } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { sumOfImpact } from "./affected.ts";
import { cleanText, cutText } from "./clean-text.ts";
import type { Moment } from "./story.ts";
import { clockTime } from "./time-words.ts";
import { words } from "./words.ts";

const mostSteps = 5;
const mostChanges = 2;
const longestStep = 60;

/** The way from the cause to the impact, each step with its time; empty while no cause is known. */
export function chainSteps(notification: Notification): string {
  const steps = momentsOf(notification.story?.chain ?? [], mostSteps, notification);
  return steps.join(" → ");
}

/** What explained the alert until lately; none where it was always told on its own. */
export function formerCauseLines({ story, locale, createdAtMs, timeZone }: Notification): readonly string[] {
  const { formerCause } = story ?? {};
  if (formerCause === undefined) return [];
  return [words[locale].formerly(stepText(formerCause.text), clockTime(formerCause.atMs, createdAtMs, timeZone))];
}

/** What was changed lately, newest first. */
export function changeWords(notification: Notification): string {
  const { story, locale } = notification;
  return momentsOf(story?.changes ?? [], mostChanges, notification).join(locale === "zh" ? "、" : ", ");
}

/** The first step of the chain, which is the cause. */
export function causeOf({ story }: Notification): string {
  return stepText(story?.chain?.[0]?.text ?? "");
}

/** Who was reached for and who is next, each with the time. */
export function reachedWords({ story, locale, createdAtMs, timeZone }: Notification): string {
  const text = words[locale];
  const clock = (atMs: number): string => clockTime(atMs, createdAtMs, timeZone);
  const reached = (story?.reached ?? []).map(({ who, how, atMs, answer }) => {
    const told = text.reached[how](stepText(who), clock(atMs));
    if (answer === undefined) return told;
    return answer === "none" ? text.noAnswer(told) : text.tookIt(told);
  });
  const next = (story?.next ?? []).map(({ who, atMs, again }) =>
    again === true ? text.again(clock(atMs)) : text.next(stepText(who), clock(atMs)),
  );
  const last = story?.isLast === true ? [text.nobodyNext] : [];
  const way = [...reached, ...next, ...last].join(" → ");
  return reached.length === 0 && next.length > 0 ? text.upNext(way) : way;
}

/** What happened to the incident, as a line of its own. */
export function newsLines({ story, locale, createdAtMs, timeZone }: Notification): readonly string[] {
  const { news } = story ?? {};
  if (news === undefined) return [];
  const until = news.untilMs === undefined ? "" : clockTime(news.untilMs, createdAtMs, timeZone);
  return [words[locale].newsLine(news.kind, stepText(news.who ?? ""), until)];
}

/** What a resolved alert was about: its cause, who handled it, and what it cost. */
export function outcomeLines(notification: Notification, alert: Alert): readonly string[] {
  const { annotations, ending } = alert;
  const text = words[notification.locale];
  const cause = causeOf(notification);
  const takenBy = stepText(notification.story?.takenBy ?? "");
  const impact = [annotations["impact_total"] ?? "", sumOfImpact(notification, alert)]
    .filter((part) => part !== "")
    .join(text.separator);
  const handled = takenBy === "" ? [] : [text.handledBy(takenBy)];
  return [
    ...(ending === undefined ? [] : [text.ended[ending].line]),
    ...(cause === "" ? handled : [text.cause(cause, takenBy)]),
    ...(impact === "" ? [] : [text.impact(impact)]),
  ];
}

/** What fires on without what is over; none where all is over. */
export function goesOnLines({ story, locale }: Notification): readonly string[] {
  const { goesOn = [] } = story ?? {};
  if (goesOn.length === 0) return [];
  return [words[locale].goesOn(goesOn.map(stepText).join(locale === "zh" ? "、" : ", "))];
}

function momentsOf(moments: readonly Moment[], most: number, { createdAtMs, timeZone }: Notification): string[] {
  return moments
    .slice(0, most)
    .map(({ atMs, text }) => `${clockTime(atMs, createdAtMs, timeZone)} ${stepText(text)}`.trim());
}

function stepText(text: string): string {
  return cutText(cleanText(text), longestStep);
}
