import { type Alert, beganAtMs } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { withMoments } from "../time/local-time.ts";
import { impactWords } from "./affected.ts";
import { subjectOf, whatIsWrong } from "./alert-words.ts";
import { cleanText, cutText } from "./clean-text.ts";
import { detailWords } from "./detail-words.ts";
import type { MessageField } from "./message-style.ts";
import { lastedWords, leadingWord } from "./message-title.ts";
import { shortNumber } from "./short-number.ts";
import { causeOf, chainSteps, changeWords, reachedWords } from "./story-lines.ts";
import { clockTime } from "./time-words.ts";
import { words } from "./words.ts";

const longestField = 300;

/** The fields of a message as a flat map of clean lines; what is not known is empty. Undefined stands for a message about no alert. */
export function fieldsOf(
  notification: Notification,
  headline: Alert | undefined,
): Readonly<Record<MessageField, string>> {
  const { locale, createdAtMs, timeZone, alerts, truncatedAlerts, text } = notification;
  const { labels = {}, annotations = {}, value } = headline ?? {};
  const [first] = alerts;
  const subject = text === undefined ? subjectOfAny(headline ?? first, notification) : cleanText(text.title);
  const drill = notification.isDrill === true ? words[locale].drill : "";
  const local = (said: string): string => withMoments(said, (atMs) => clockTime(atMs, createdAtMs, timeZone));
  const fields: Readonly<Record<MessageField, string>> = {
    severity: drill + leadingWord(notification, headline),
    subject,
    what: headline === undefined || headline.status === "resolved" ? "" : whatIsWrong(headline, locale),
    service: annotations["service_title"] ?? labels["service"] ?? "",
    owner: annotations["owner"] ?? "",
    env: notification.env,
    tier: labels["tier"] ?? "",
    check: labels["check"] ?? "",
    instance: labels["instance"] ?? "",
    summary: local(annotations["summary"] ?? ""),
    detail: local(detailWords(annotations["detail"] ?? "", locale)),
    value: value === undefined ? "" : (annotations["measured"] ?? shortNumber(value)),
    impact: headline === undefined ? "" : impactWords(notification, headline),
    since: clockTime(headline === undefined ? createdAtMs : beganAtMs(headline), createdAtMs, timeZone),
    duration: headline === undefined ? "" : lastedWords(headline, notification),
    count: String(alerts.length + truncatedAlerts),
    cause: causeOf(notification),
    chain: chainSteps(notification),
    change: changeWords(notification),
    notified: reachedWords(notification),
    taken_by: notification.story?.takenBy ?? "",
    receiver: notification.receiver,
  };
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, cutText(cleanText(field), longestField)]),
  ) as Record<MessageField, string>;
}

function subjectOfAny(alert: Alert | undefined, { locale, because }: Notification): string {
  return alert === undefined ? cleanText(because) : subjectOf(alert, locale);
}
