import type { Notification } from "../../../core/alerting/notification.ts";
import type { Json } from "../../../core/json.ts";
import { composeMessage, type Message, paragraphsOf, type Tone } from "../../../core/message/message.ts";
import type { Dress } from "../code-outcome.ts";
import { fitMessage } from "../fit-message.ts";
import { mayMention, personToMention } from "../mention.ts";
import { jsonBytes } from "../post-json.ts";
import type { FeishuOptions } from "./options.ts";

/** The whole request body has 20 KB; the rest is for the signature. */
const longestBody = 19_800;
const account = { kind: "feishu", form: /^ou_\w{1,64}$/ } as const;

const colours: Readonly<Record<Tone, string>> = {
  critical: "red",
  warning: "orange",
  info: "blue",
  resolved: "green",
  ended: "grey",
  test: "grey",
};

/** The request's JSON without its signature, with how it is dressed. */
export type FeishuMessage = Readonly<{ dress: Dress; payload: Readonly<Record<string, Json>> }>;

type Dressing = Readonly<{ keyword: string | undefined; mentioned: readonly string[]; locale: Notification["locale"] }>;

/**
 * Renders for Feishu: a card, or a `post` where plain text is asked for. All text stands in elements that know no markup, so that
 * text from targets cannot mention, link or format. The plain form mentions nobody: a card is mostly refused for an id in it.
 */
export function renderFeishu(
  notification: Notification,
  { keyword, mention }: Pick<FeishuOptions, "keyword" | "mention">,
): FeishuMessage {
  const { plainText, shorten, locale } = notification;
  const composed = composeMessage(notification);
  const mentions = mention !== undefined && mayMention(composed.tone, mention.min_severity);
  const person = personToMention(notification.contact, composed.tone, account);
  const asked = mentions ? [...mention.user_ids, ...(mention.all ? ["all"] : [])] : [];
  const mentioned = [...new Set([...asked, ...person])];
  const dressing = { keyword, mentioned, locale };
  const payloadOf = (message: Message) => (plainText ? postPayload : cardPayload)(message, dressing);
  const message = fitMessage(composed, longestBody, (each) => jsonBytes(payloadOf(each)));
  return { dress: { rich: !plainText, shortened: shorten }, payload: payloadOf(message) };
}

function cardPayload(message: Message, { keyword, mentioned }: Dressing) {
  const { main, more, notes: own } = paragraphsOf(message);
  const notes = [own, missing(keyword, message)].filter((text) => text !== "");
  const elements = [
    ...texts(main),
    ...texts(more),
    ...(notes.length === 0 ? [] : [{ tag: "note", elements: [plain(notes.join("\n"))] }]),
    ...(mentioned.length === 0 ? [] : [{ tag: "div", text: { tag: "lark_md", content: mentioned.map(at).join(" ") } }]),
    ...(message.links.length === 0 ? [] : [{ tag: "action", actions: message.links.map(button) }]),
  ];
  const card = {
    config: { wide_screen_mode: true },
    header: { title: plain(message.title), template: colours[message.tone] },
    elements: elements.length === 0 ? texts(message.title) : elements,
  };
  return { msg_type: "interactive", card } as const;
}

function postPayload(message: Message, { keyword, locale }: Dressing) {
  const texts = [...message.lines.map(({ text }) => text), missing(keyword, message)].filter((text) => text !== "");
  const links = message.links.map(({ text, url }) => [{ tag: "a", text, href: url }]);
  const shown = texts.length + links.length === 0 ? [message.title] : texts;
  const content = [...shown.map((text) => [{ tag: "text", text }]), ...links];
  const post = { [locale === "zh" ? "zh_cn" : "en_us"]: { title: message.title, content } };
  return { msg_type: "post", content: { post } } as const;
}

function texts(text: string) {
  return text === "" ? [] : [{ tag: "div", text: plain(text) }];
}

function plain(content: string) {
  return { tag: "plain_text", content };
}

function at(id: string): string {
  return `<at id=${id}></at>`;
}

function button({ text, url }: Message["links"][number]) {
  return { tag: "button", text: plain(text), type: "default", url };
}

/** The keyword where the message does not hold it, else nothing. */
function missing(keyword: string | undefined, { title, lines }: Message): string {
  if (keyword === undefined) return "";
  return [title, ...lines.map(({ text }) => text)].some((text) => text.includes(keyword)) ? "" : keyword;
}
