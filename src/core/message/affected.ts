import { type Alert, beganAtMs } from "../alerting/alert.ts";
import type { Notification } from "../alerting/notification.ts";
import { alertLine, idOf, isNamedByService, subjectOf, whatIsWrong } from "./alert-words.ts";
import { cleanText, cutText } from "./clean-text.ts";
import { styledBlocks } from "./message-style.ts";
import { durationWords } from "./time-words.ts";
import { type Locale, words } from "./words.ts";

/** More than these are a list of their own. */
const mostNamed = 6;
const longestName = 24;

/**
 * What people notice: what the alert says of that, then what else fails because of the cause (`Front page, Checkout HTTP 502`). Empty
 * where nothing is known of it.
 */
export function impactWords(notification: Notification, headline: Alert): string {
  const { locale } = notification;
  const { affected, separator } = words[locale];
  const failing = headline.status === "firing" ? affectedOf(notification, headline) : [];
  const kinds = Map.groupBy(failing, (alert) => whatIsWrong(alert, locale));
  const besides = [...kinds].map(([what, alike]) => affected(namesOf(alike, locale), what));
  const own = cleanText(headline.annotations["impact"] ?? "");
  return [...(own === "" ? [] : [own]), ...besides].join(separator);
}

/** What else has failed because of the cause, and for how long: the sum of the impact, now that it is over. */
export function sumOfImpact(notification: Notification, headline: Alert): string {
  const { locale, createdAtMs } = notification;
  const { lasting, separator } = words[locale];
  return affectedOf(notification, headline)
    .map((alert) => {
      const lastedMs = (alert.endsAtMs ?? createdAtMs) - beganAtMs(alert);
      const lasted = lasting(alertLine(alert, locale), durationWords(lastedMs, locale));
      const total = cleanText(alert.annotations["impact_total"] ?? "");
      return total === "" ? lasted : `${lasted}${locale === "zh" ? "," : ", "}${total}`;
    })
    .join(separator);
}

/** Fingerprints of what the lines about impact and chain tell of, so that it need not be listed. */
export function toldElsewhere(notification: Notification, headline: Alert): ReadonlySet<string> {
  const { story, style } = notification;
  const isOver = headline.status === "resolved";
  const tells = (block: "impact" | "chain"): boolean =>
    (style?.blocks ?? styledBlocks).includes(block) && (style?.lines?.[block]?.includes(`{${block}}`) ?? true);
  const inImpact = tells(isOver ? "chain" : "impact") ? affectedOf(notification, headline) : [];
  const inChain = tells("chain") && !isOver ? (story?.chain ?? []) : [];
  return new Set([
    ...inImpact.map(({ fingerprint }) => fingerprint),
    ...inChain.flatMap(({ fingerprint }) => fingerprint ?? []),
  ]);
}

/** What is as the headline is, firing or recovered. */
function affectedOf({ alerts }: Notification, headline: Alert): readonly Alert[] {
  if (headline.ending !== undefined) return [];
  const isLike = ({ status, ending }: Alert): boolean => status === headline.status && ending === undefined;
  const affected = alerts.filter(
    (alert) => alert !== headline && isLike(alert) && isExplained(alert) && alert.labels["tier"] !== "os",
  );
  return affected.length > mostNamed ? [] : affected;
}

function isExplained({ explanation }: Alert): boolean {
  return explanation !== undefined && explanation.releasedAtMs === undefined;
}

/** As people call them; what is called by its service only, by its check. */
function namesOf(alerts: readonly Alert[], locale: Locale): readonly string[] {
  const names = alerts.map((alert) => {
    const name = isNamedByService(alert) ? cleanText(idOf(alert)) : subjectOf(alert, locale);
    return cutText(name === "" ? subjectOf(alert, locale) : name, longestName);
  });
  return [...new Set(names)];
}
