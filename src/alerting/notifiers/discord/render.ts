import type { Notification } from "../../../core/alerting/notification.ts";
import type { Json } from "../../../core/json.ts";
import { composeMessage, type Message, plainTextOf, type Tone } from "../../../core/message/message.ts";
import type { Dress } from "../code-outcome.ts";
import { type FirstMessage, firstMessageOf } from "../first-message.ts";
import { fitMessage } from "../fit-message.ts";
import { mayMention, personToMention } from "../mention.ts";
import { toneSigns } from "../tone-signs.ts";
import type { DiscordOptions } from "./options.ts";

/** Discord's own limits, in characters. @see https://discord.com/developers/docs/resources/message */
const longestContent = 2000;
const longestDescription = 4096;
const account = { kind: "discord", form: /^\d{5,20}$/ } as const;
const zeroWidthSpace = "\u200B";

const colours: Readonly<Record<Tone, number>> = {
  critical: 0xd93025,
  warning: 0xf29900,
  info: 0x1a73e8,
  resolved: 0x188038,
  ended: 0x5f6368,
  test: 0x80868b,
};

/** The request's JSON, with how it is dressed. */
export type DiscordMessage = Readonly<{
  dress: Dress;
  payload: Readonly<Record<string, Json> & { content: string }>;
  first: FirstMessage;
}>;

type Mentions = Readonly<{ text: string; allowed: Readonly<Record<string, Json>> }>;

/**
 * Renders for Discord: the title as content, which is what a lock screen shows, and the rest as an embed, where nothing pings. Text
 * from targets is escaped, and `allowed_mentions` names the only ones that may be mentioned.
 */
export function renderDiscord(
  notification: Notification,
  { mention }: Pick<DiscordOptions, "mention">,
): DiscordMessage {
  const { plainText, shorten } = notification;
  const composed = composeMessage(notification);
  const person = personToMention(notification.contact, composed.tone, account);
  const mentions = mentionsOf(person, composed.tone, mention);
  const payload = plainText ? plainPayload(composed, mentions) : embedPayload(composed, mentions);
  return {
    dress: { rich: !plainText, shortened: shorten },
    payload: { ...payload, allowed_mentions: mentions.allowed },
    first: firstMessageOf(notification, /^\d{1,20}$/),
  };
}

function embedPayload(composed: Message, { text }: Mentions) {
  const message = fitMessage(composed, longestDescription, (each) => descriptionOf(each).length);
  const description = descriptionOf(message);
  const content = joined([`**${toneSigns[message.tone]} ${inert(message.title)}**`, text]);
  return { content, embeds: description === "" ? [] : [{ description, color: colours[message.tone] }] };
}

function descriptionOf({ lines, links }: Message): string {
  const shown = links.map(({ text, url }) => `[${inert(text)}](${url.replaceAll("(", "%28").replaceAll(")", "%29")})`);
  return joined([...lines.map(({ text }) => inert(text)), shown.join(" · ")]);
}

function plainPayload(composed: Message, { text }: Mentions) {
  const contentOf = (message: Message): string => joined([plainTextOf(inertMessage(message)), text]);
  const message = fitMessage(composed, longestContent, (each) => contentOf(each).length);
  return { content: contentOf(message) };
}

function inertMessage(message: Message): Message {
  const lines = message.lines.map((line) => ({ ...line, text: inert(line.text) }));
  const links = message.links.map(({ text, url }) => ({ text: inert(text), url: `<${url}>` }));
  return { ...message, title: inert(message.title), lines, links };
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n");
}

function mentionsOf(person: readonly string[], tone: Tone, mention: DiscordOptions["mention"]): Mentions {
  const isMentioned = mention !== undefined && mayMention(tone, mention.min_severity);
  if (!isMentioned && person.length === 0) return { text: "", allowed: { parse: [] } };
  const { user_ids: ids, role_ids: roles, all } = isMentioned ? mention : { user_ids: [], role_ids: [], all: false };
  const users = [...new Set([...ids, ...person])];
  const names = [...(all ? ["@everyone"] : []), ...users.map((id) => `<@${id}>`), ...roles.map((id) => `<@&${id}>`)];
  return { text: names.join(" "), allowed: { parse: all ? ["everyone"] : [], users, roles } };
}

/** Escapes one line so that Discord shows it as it is; a mention is broken, since Discord looks for it despite a backslash. */
function inert(line: string): string {
  return line
    .replace(/[\\*_~`|<>[\]]|:(?=\/\/)/g, String.raw`\$&`)
    .replaceAll("@", `@${zeroWidthSpace}`)
    .replace(/^(\d{0,9})([#+-]|[.)](?=\s))/, String.raw`$1\$2`);
}
