import type { Notification } from "../../../core/alerting/notification.ts";
import type { Json } from "../../../core/json.ts";
import { composeMessage, type Message, plainTextOf } from "../../../core/message/message.ts";
import type { Dress } from "../code-outcome.ts";
import { type FirstMessage, firstMessageOf } from "../first-message.ts";
import { fitMessage } from "../fit-message.ts";
import { mayMention, personToMention } from "../mention.ts";
import { toneSigns } from "../tone-signs.ts";
import type { TelegramOptions } from "./options.ts";

/** Telegram counts after it has read the markup; counted here with the markup, to be on the safe side. */
const longestText = 4096;
/** What Telegram turns into mentions, hashtags, cashtags, commands and links by itself. */
const selfMade = /@\w|#[\p{L}\p{N}_]|\$[A-Z]|:\/\/|(?<![\p{L}\p{N}])\/[a-z]|\.\p{L}/giu;
const account = { kind: "telegram", form: /^\w{1,64}$/ } as const;
const joiner = "\u2060";

/** The request's JSON without its chat, with how it is dressed. */
export type TelegramMessage = Readonly<{
  dress: Dress;
  payload: Readonly<Record<string, Json> & { text: string }>;
  first: FirstMessage;
}>;

type Mention = Pick<NonNullable<TelegramOptions["mention"]>, "usernames" | "user_ids">;

/**
 * Renders for Telegram: HTML with `&`, `<` and `>` escaped. Telegram finds mentions, commands and addresses in text by itself; a line
 * in which it would stands in `<code>`, where it looks for none, and the title and plain text get an invisible joiner.
 */
export function renderTelegram(
  notification: Notification,
  { mention }: Pick<TelegramOptions, "mention">,
): TelegramMessage {
  const { plainText, shorten } = notification;
  const composed = composeMessage(notification);
  const person = personToMention(notification.contact, composed.tone, account);
  const mentioned = withPerson(
    mention !== undefined && mayMention(composed.tone, mention.min_severity) ? mention : undefined,
    person,
  );
  const textOf = (message: Message): string => (plainText ? plainOf : htmlOf)(message, mentioned);
  const text = textOf(fitMessage(composed, longestText, (each) => textOf(each).length));
  const payload = { text, ...(plainText ? {} : { parse_mode: "HTML" }), link_preview_options: { is_disabled: true } };
  const first = firstMessageOf(notification, /^\d{1,15}$/);
  return { dress: { rich: !plainText, shortened: shorten }, payload, first };
}

/** A person is known by a name or by a number. */
function withPerson(mention: Mention | undefined, person: readonly string[]): Mention | undefined {
  if (person.length === 0) return mention;
  const { usernames, user_ids: userIds } = mention ?? { usernames: [], user_ids: [] };
  const isNumber = (account: string): boolean => /^\d+$/.test(account);
  return {
    usernames: [...new Set([...usernames, ...person.filter((each) => !isNumber(each))])],
    user_ids: [...new Set([...userIds, ...person.filter(isNumber)])],
  };
}

function htmlOf(message: Message, mention: Mention | undefined): string {
  const people = (mention?.user_ids ?? []).map((id) => `<a href="tg://user?id=${id}">${id}</a>`);
  return paragraphs([
    [
      `<b>${toneSigns[message.tone]} ${escaped(broken(message.title))}</b>`,
      ...message.lines.map(({ text }) => inert(text)),
    ],
    [message.links.map(({ text, url }) => `<a href="${escaped(url)}">${escaped(broken(text))}</a>`).join(" · ")],
    [[...names(mention), ...people].join(" ")],
  ]);
}

function plainOf(message: Message, mention: Mention | undefined): string {
  const lines = message.lines.map((line) => ({ ...line, text: broken(line.text) }));
  const links = message.links.map(({ text, url }) => ({ text: broken(text), url }));
  return paragraphs([
    [plainTextOf({ ...message, title: broken(message.title), lines, links })],
    [names(mention).join(" ")],
  ]);
}

function names(mention: Mention | undefined): string[] {
  return (mention?.usernames ?? []).map((name) => `@${name}`);
}

function paragraphs(parts: readonly (readonly string[])[]): string {
  return parts
    .map((lines) => lines.join("\n"))
    .filter((part) => part !== "")
    .join("\n\n");
}

function inert(line: string): string {
  return line.search(selfMade) < 0 ? escaped(line) : `<code>${escaped(line)}</code>`;
}

function broken(text: string): string {
  return text.replace(selfMade, (found) => `${found.slice(0, 1)}${joiner}${found.slice(1)}`);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
