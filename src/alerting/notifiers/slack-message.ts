import { z } from "zod";
import type { Notification } from "../../core/alerting/notification.ts";
import type { Json } from "../../core/json.ts";
import { cutText } from "../../core/message/clean-text.ts";
import { composeMessage, type Message, paragraphsOf, plainTextOf, type Tone } from "../../core/message/message.ts";
import { fitMessage } from "./fit-message.ts";
import { mayMention, mentionSeverity, personToMention } from "./mention.ts";
import { toneSigns } from "./tone-signs.ts";

/** Slack's own limits, in characters. @see https://docs.slack.dev/reference/block-kit/blocks */
const headerLimit = 150;
const sectionLimit = 3000;
const textLimit = 3500;
const buttonLimit = 75;
const mostButtons = 25;
const mostMentioned = 20;
/** Of all blocks together, which Slack does not document. */
const blocksLimit = 11_000;
const account = { kind: "slack", form: /^[UW][A-Z0-9]{2,20}$/ } as const;

/** Option `mention` of both notifiers for Slack. */
export const slackMentionSchema = z
  .strictObject({
    user_ids: z
      .array(z.string().regex(account.form, "write the member's ID, such as U0123456789"))
      .max(mostMentioned)
      .default([])
      .describe("IDs of members to mention."),
    group_ids: z
      .array(z.string().regex(/^S[A-Z0-9]{2,20}$/, "write the user group's ID, such as S0123456789"))
      .max(mostMentioned)
      .default([])
      .describe("IDs of user groups to mention."),
    all: z
      .enum(["none", "here", "channel"])
      .default("none")
      .describe("`here` mentions everybody in the channel who is active, `channel` everybody."),
    min_severity: mentionSeverity,
  })
  .optional()
  .describe("Who is mentioned when something fires; without it only the person that a message is for.");

export type SlackMention = z.output<typeof slackMentionSchema>;

/** The request's JSON, with what the sender has to know of its form. */
export type SlackMessage = Readonly<{
  shortened: boolean;
  /** `text` is what a lock screen shows; `blocks` are left out when plain text was asked for. */
  payload: Readonly<{
    text: string;
    blocks?: readonly Json[];
    mrkdwn: false;
    unfurl_links: false;
    unfurl_media: false;
  }>;
}>;

/** How links are shown: a webhook has no app that buttons could report to. */
type LinkForm = "text" | "buttons";

/**
 * Renders for Slack. Everything but our own links is a `plain_text` object, so that text from targets cannot mention,
 * link or format; `&`, `<` and `>` are escaped everywhere.
 */
export function renderSlack(notification: Notification, form: LinkForm, mention?: SlackMention): SlackMessage {
  const message = composeMessage(notification);
  const mentioned = mentionsOf(notification, message.tone, mention);
  const quiet = { mrkdwn: false, unfurl_links: false, unfurl_media: false } as const;
  if (notification.plainText) {
    const fitted = fitMessage(message, textLimit, (each) => escape(plainTextOf(each)).length);
    const text = escaped(plainTextOf(fitted), textLimit);
    return { shortened: notification.shorten, payload: { ...quiet, text } };
  }
  const linksOf =
    form === "text" ? linkTexts : (each: Message) => buttons(each, notification.pages?.take !== undefined);
  const dressed = (each: Message): readonly Json[] => [...blocksOf(each, mentioned), ...linksOf(each)];
  const fitted = fitMessage(message, blocksLimit, (each) => JSON.stringify(dressed(each)).length);
  const text = escaped([message.title, ...message.lines.slice(0, 2).map((line) => line.text)].join("\n"), textLimit);
  return { shortened: notification.shorten, payload: { ...quiet, text, blocks: dressed(fitted) } };
}

/** Marks of whom a message mentions, each once. */
function mentionsOf({ contact }: Notification, tone: Tone, mention: SlackMention): readonly string[] {
  const person = personToMention(contact, tone, account);
  const isMentioned = mention !== undefined && mayMention(tone, mention.min_severity);
  const {
    user_ids: users,
    group_ids: groups,
    all,
  } = isMentioned ? mention : { user_ids: [], group_ids: [], all: "none" };
  return [
    ...[...new Set([...users, ...person])].map((id) => `<@${id}>`),
    ...groups.map((id) => `<!subteam^${id}>`),
    ...(all === "none" ? [] : [`<!${all}>`]),
  ];
}

function blocksOf(message: Message, mentioned: readonly string[]): readonly Json[] {
  const { main, more, notes } = paragraphsOf(message);
  const blocks: Json[] = [
    { type: "header", text: plain(`${toneSigns[message.tone]} ${message.title}`, headerLimit) },
    ...section(main),
    ...section(more),
  ];
  if (notes !== "") blocks.push({ type: "context", elements: [plain(notes, sectionLimit)] });
  if (mentioned.length > 0) {
    const text = mentioned.join(" ");
    blocks.push({ type: "section", text: { type: "mrkdwn", verbatim: true, text } });
  }
  return blocks;
}

function linkTexts(message: Message): readonly Json[] {
  if (message.links.length === 0) return [];
  return [{ type: "section", text: { type: "mrkdwn", verbatim: true, text: linksOf(message) } }];
}

/** The first one stands out where it takes the incident. */
function buttons({ links }: Message, canTake: boolean): readonly Json[] {
  if (links.length === 0) return [];
  const elements = links.slice(0, mostButtons).map(({ text, url }, index) => ({
    type: "button",
    text: plain(text, buttonLimit),
    url,
    ...(index === 0 && canTake ? { style: "primary" } : {}),
  }));
  return [{ type: "actions", elements }];
}

function section(text: string): Json[] {
  return text === "" ? [] : [{ type: "section", text: plain(text, sectionLimit) }];
}

function plain(text: string, limit: number): Json {
  return { type: "plain_text", emoji: false, text: escaped(text, limit) };
}

/** As many links as fit, whole; the last one, which is the board, gives way last. */
function linksOf({ links }: Message): string {
  let shown = links;
  const textOf = (): string => shown.map(({ url, text }) => `<${escape(url)}|${escape(text)}>`).join(" · ");
  while (shown.length > 1 && textOf().length > sectionLimit) shown = shown.toSpliced(-2, 1);
  return textOf();
}

/** Escapes, after cutting so far that the escaped text keeps to the limit. */
function escaped(text: string, limit: number): string {
  let room = limit;
  let out = escape(cutText(text, room));
  while (out.length > limit) {
    room = Math.max(1, room - (out.length - limit));
    out = escape(cutText(text, room));
  }
  return out;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
