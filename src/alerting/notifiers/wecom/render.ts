import type { Notification } from "../../../core/alerting/notification.ts";
import type { Json } from "../../../core/json.ts";
import { composeMessage, type Message, plainTextOf } from "../../../core/message/message.ts";
import type { Dress } from "../code-outcome.ts";
import { fitMessage } from "../fit-message.ts";
import { inertMarkdown, markdownLink } from "../inert-markdown.ts";
import { mayMention, personToMention } from "../mention.ts";
import { toneSigns } from "../tone-signs.ts";
import type { WecomOptions } from "./options.ts";

/** WeCom's own limits, in bytes of UTF-8. @see https://developer.work.weixin.qq.com/document/path/91770 */
const longestMarkdown = 4096;
const longestText = 2048;
const account = { kind: "wecom", form: /^(?!all$)[\w.@-]{1,64}$/ } as const;

/** The request's JSON, with how it is dressed. */
export type WecomMessage = Readonly<{ dress: Dress; payload: Readonly<{ msgtype: "markdown" | "text" }> & Json }>;

type Mention = Pick<NonNullable<WecomOptions["mention"]>, "user_ids" | "mobiles" | "all">;

/**
 * Renders for WeCom: Markdown in which text from targets is inert. Only plain text can mention everybody or a mobile number, so what
 * has to do so is plain.
 */
export function renderWecom(notification: Notification, { mention }: Pick<WecomOptions, "mention">): WecomMessage {
  const composed = composeMessage(notification);
  const person = personToMention(notification.contact, composed.tone, account);
  const mentioned = withPerson(
    mention !== undefined && mayMention(composed.tone, mention.min_severity) ? mention : undefined,
    person,
  );
  const rich = !notification.plainText && mentioned?.all !== true && (mentioned?.mobiles ?? []).length === 0;
  const dress = { rich, shortened: notification.shorten };
  if (!rich) return { dress, payload: textPayload(composed, mentioned) };
  const contentOf = (message: Message): string => markdownOf(message, mentioned?.user_ids ?? []);
  const message = fitMessage(composed, longestMarkdown, (each) => Buffer.byteLength(contentOf(each)));
  return { dress, payload: { msgtype: "markdown", markdown: { content: contentOf(message) } } };
}

function withPerson(mention: Mention | undefined, person: readonly string[]): Mention | undefined {
  if (person.length === 0) return mention;
  const { user_ids: userIds, mobiles, all } = mention ?? { user_ids: [], mobiles: [], all: false };
  return { user_ids: [...new Set([...userIds, ...person])], mobiles, all };
}

function markdownOf(message: Message, userIds: readonly string[]): string {
  const parts = [
    `### ${toneSigns[message.tone]} ${inertMarkdown(message.title)}`,
    ...message.lines.map(({ text }) => inertMarkdown(text)),
    message.links.map(markdownLink).join(" · "),
    userIds.map((id) => `<@${id}>`).join(""),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function textPayload(composed: Message, mention: Mention | undefined) {
  const message = fitMessage(composed, longestText, (each) => Buffer.byteLength(textOf(each)));
  const lists =
    mention === undefined
      ? {}
      : {
          mentioned_list: [...mention.user_ids, ...(mention.all ? ["@all"] : [])],
          mentioned_mobile_list: mention.mobiles,
        };
  return { msgtype: "text", text: { content: textOf(message), ...lists } } as const;
}

/** Plain text, in which no tag can begin. */
function textOf(message: Message): string {
  return plainTextOf(message).replaceAll("<", "\uFF1C");
}
