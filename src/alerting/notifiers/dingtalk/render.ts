import type { Notification } from "../../../core/alerting/notification.ts";
import type { Json } from "../../../core/json.ts";
import { composeMessage, type Message, plainTextOf } from "../../../core/message/message.ts";
import type { Dress } from "../code-outcome.ts";
import { fitMessage } from "../fit-message.ts";
import { inertMarkdown, markdownLink } from "../inert-markdown.ts";
import { mayMention, personToMention } from "../mention.ts";
import { jsonBytes } from "../post-json.ts";
import { toneSigns } from "../tone-signs.ts";
import type { DingtalkOptions } from "./options.ts";

/** The whole request body, in bytes. */
const longestBody = 20_000;
const account = { kind: "dingtalk", form: /^[\w.@$:+-]{1,64}$/ } as const;
const mobileForm = /^\+?[\d-]{5,20}$/;
const lineEnd = "  \n  ";

/** The request's JSON, with how it is dressed. */
export type DingtalkMessage = Readonly<{ dress: Dress; payload: Readonly<{ msgtype: "markdown" | "text" }> & Json }>;

const nobody = { mobiles: [], user_ids: [], all: false } as const;

type Mentions = Readonly<{ at: Readonly<Record<string, Json>>; text: string }>;

/**
 * Renders for DingTalk: Markdown in which text from targets is inert, or plain text. Members are mentioned by `at` together with
 * their name in the text, which is how DingTalk wants it.
 */
export function renderDingtalk(
  notification: Notification,
  options: Pick<DingtalkOptions, "keyword" | "mention">,
): DingtalkMessage {
  const { plainText, shorten } = notification;
  const dressed = plainText ? textPayload : markdownPayload;
  const composed = composeMessage(notification);
  const person = personToMention(notification.contact, composed.tone, account);
  const mentions = mentionsOf(composed, options, person);
  const payloadOf = (message: Message) => dressed(message, mentions, options.keyword);
  const message = fitMessage(composed, longestBody, (each) => jsonBytes(payloadOf(each)));
  return { dress: { rich: !plainText, shortened: shorten }, payload: payloadOf(message) };
}

function markdownPayload(message: Message, { at, text: mentioned }: Mentions, keyword: string | undefined) {
  const title = inertMarkdown(message.title);
  const lines = message.lines.map(({ text }) => inertMarkdown(text));
  const links = message.links.map(markdownLink).join(" · ");
  const paragraphs = [`### ${toneSigns[message.tone]} ${title}`, lines.join(lineEnd), links, mentioned];
  const text = withKeyword(paragraphs.filter((each) => each !== "").join("\n\n"), keyword, "\n\n");
  return { msgtype: "markdown", markdown: { title: message.title, text }, at } as const;
}

function textPayload(message: Message, { at, text: mentioned }: Mentions, keyword: string | undefined) {
  const text = [plainTextOf(message), mentioned].filter((each) => each !== "").join("\n");
  return { msgtype: "text", text: { content: withKeyword(text, keyword, "\n") }, at } as const;
}

function mentionsOf(
  { tone }: Message,
  { mention }: Pick<DingtalkOptions, "mention">,
  person: readonly string[],
): Mentions {
  const asked = mention !== undefined && mayMention(tone, mention.min_severity) ? mention : nobody;
  if (asked === nobody && person.length === 0) return { at: { isAtAll: false }, text: "" };
  const mobiles = [...new Set([...asked.mobiles, ...person.filter((each) => mobileForm.test(each))])];
  const userIds = [...new Set([...asked.user_ids, ...person.filter((each) => !mobileForm.test(each))])];
  const { all } = asked;
  const text = [...mobiles, ...userIds].map((id) => `@${id}`).join(" ");
  return { at: { atMobiles: mobiles, atUserIds: userIds, isAtAll: all }, text };
}

function withKeyword(text: string, keyword: string | undefined, separator: string): string {
  return keyword === undefined || text.includes(keyword) ? text : `${text}${separator}${keyword}`;
}
