import type { Alert } from "../alert.ts";
import type { Notification } from "../notification.ts";
import { idOf, isNamedByService, subjectOf, whatIsWrong } from "./alert-words.ts";
import { cleanText, cutText } from "./clean-text.ts";
import { styledBlocks } from "./message-style.ts";
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
  const kinds = Map.groupBy(affectedOf(notification, headline), (alert) => whatIsWrong(alert, locale));
  const besides = [...kinds].map(([what, alike]) => affected(namesOf(alike, locale), what));
  const own = cleanText(headline.annotations["impact"] ?? "");
  return [...(own === "" ? [] : [own]), ...besides].join(separator);
}

/** Fingerprints of what the lines about impact and chain tell of, so that it need not be listed. */
export function toldElsewhere(notification: Notification, headline: Alert): ReadonlySet<string> {
  const { story, style } = notification;
  const tells = (block: "impact" | "chain"): boolean =>
    (style?.blocks ?? styledBlocks).includes(block) && (style?.lines?.[block]?.includes(`{${block}}`) ?? true);
  const inImpact = tells("impact") ? affectedOf(notification, headline) : [];
  const inChain = tells("chain") ? (story?.chain ?? []) : [];
  return new Set([
    ...inImpact.map(({ fingerprint }) => fingerprint),
    ...inChain.flatMap(({ fingerprint }) => fingerprint ?? []),
  ]);
}

function affectedOf({ alerts }: Notification, headline: Alert): readonly Alert[] {
  if (headline.status !== "firing") return [];
  const affected = alerts.filter(
    (alert) => alert !== headline && alert.status === "firing" && isExplained(alert) && alert.labels["tier"] !== "os",
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
