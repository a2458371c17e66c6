import type { Alert } from "../../core/alerting/alert.ts";
import type { Notification } from "../../core/alerting/notification.ts";
import { cutText } from "../../core/message/clean-text.ts";
import { headlineOf } from "../../core/message/message.ts";
import { fieldsOf } from "../../core/message/message-fields.ts";
import type { MessageField } from "../../core/message/message-style.ts";
import { lastedWords } from "../../core/message/message-title.ts";
import { clockTime } from "../../core/message/time-words.ts";
import { words } from "../../core/message/words.ts";

const addresses = /[a-z][a-z0-9+.-]*:\/\/(?:[^\s/@]*@)?([^\s/?#]*)\S*/gi;
const dotsOfNames = /(?<=[\p{L}\p{N}])[.。.](?=\p{L})/gu;
const ipv4 = /\d+(?:\.\d+){3,}/g;
const ipv6 = /(?<![\p{L}\p{N}])(?=[^\s]*:[^\s]*:)[0-9a-f:]{3,}(?![\p{L}\p{N}])/giu;
const refused = /[^\p{L}\p{M}\p{N}\p{P}\p{Zs}+%<>=~|^]|[【】{}]/gu;
/** Stands for what is empty: providers refuse an empty variable. */
const nothing = "-";
/** Fields that a refused text may still have: none of them comes from a target. */
const harmless: ReadonlySet<MessageField> = new Set(["severity", "since", "duration", "count", "env", "tier"]);

/**
 * One variable of a provider's template: no address, no domain, no IP address and no sign that mobile networks refuse, never empty,
 * at most so many characters.
 */
export function templateVariable(text: string, longest: number): string {
  const plain = text
    .replaceAll("−", "-")
    .replace(refused, "")
    .replace(addresses, "$1")
    .replaceAll("@", " ")
    .replace(ipv4, (address) => address.replaceAll(".", "-"))
    .replace(ipv6, (address) => address.replaceAll(":", "-"))
    .replace(dotsOfNames, "-")
    .replace(/ {2,}/g, " ")
    .trim();
  return plain === "" ? nothing : cutText(plain, longest);
}

/**
 * The fields as a template's variables; half as long when the message is to be shorter, and only our own words when it is to be plain.
 * There is room for nothing else: at the end `what` is how long it lasted and `since` when it was over, and of several alerts the subject
 * says how many.
 */
export function templateVariables(
  notification: Notification,
  fields: readonly MessageField[],
  longest: number,
): readonly string[] {
  const headline = headlineOf(notification);
  const known = { ...fieldsOf(notification, headline), ...shortWords(notification, headline) };
  const { plainText, shorten, alerts, truncatedAlerts, locale, isDrill } = notification;
  const most = shorten ? Math.max(2, Math.floor(longest / 2)) : longest;
  const count = fields.includes("count") ? 1 : alerts.length + truncatedAlerts;
  // The severity says that it is a drill; where the template has none, whatever it says first must.
  const drill = isDrill === true && !fields.includes("severity") ? words[locale].drill : "";
  return fields.map((field, position) => {
    const mark = position === 0 ? drill : "";
    if (plainText && !harmless.has(field)) return mark === "" ? nothing : templateVariable(mark, most);
    if (field === "subject" && count > 1) return withOthers(mark + known.subject, { count, locale }, most);
    return templateVariable(mark + known[field], most);
  });
}

function shortWords(
  notification: Notification,
  headline: Alert | undefined,
): Readonly<Partial<Record<MessageField, string>>> {
  const { intent, locale, createdAtMs, timeZone } = notification;
  const text = words[locale];
  if (intent === "test") return { what: text.allIsWell };
  if (headline?.status !== "resolved") return {};
  const what = text.lastedShort(lastedWords(headline, notification));
  return { what, since: clockTime(headline.endsAtMs ?? createdAtMs, createdAtMs, timeZone) };
}

/** The number stays whole; the name gives way. */
function withOthers(
  subject: string,
  { count, locale }: Readonly<{ count: number; locale: Notification["locale"] }>,
  longest: number,
): string {
  const room = longest - words[locale].andOthers("", count).length;
  if (room < 2) return templateVariable(subject, longest);
  return words[locale].andOthers(templateVariable(subject, room), count);
}
