import type { Notification } from "../../../core/alerting/notification.ts";
import type { Json } from "../../../core/json.ts";
import { cleanText, cutText } from "../../../core/message/clean-text.ts";
import { composeMessage, type Message, type Tone } from "../../../core/message/message.ts";
import type { Dress } from "../code-outcome.ts";
import { fitMessage } from "../fit-message.ts";
import { mayMention, personToMention } from "../mention.ts";
import { jsonBytes } from "../post-json.ts";
import { toneSigns } from "../tone-signs.ts";
import type { TeamsOptions } from "./options.ts";

/** Teams takes about 28 KB, its own envelope included. */
const longestBody = 25_000;
const account = { kind: "teams", form: /^[\w.@+-]{1,128}$/ } as const;
const markup = /[<>&*_~`[\]()\\]/g;
const longestName = 64;
/** A card shows no more buttons than these. */
const mostButtons = 6;

const colours: Readonly<Record<Tone, string>> = {
  critical: "Attention",
  warning: "Warning",
  info: "Accent",
  resolved: "Good",
  ended: "Default",
  test: "Default",
};

/** The request's JSON, with how it is dressed. */
export type TeamsMessage = Readonly<{ dress: Dress; payload: Readonly<Record<string, Json>> }>;

type User = NonNullable<TeamsOptions["mention"]>["users"][number];

/**
 * Renders an Adaptive Card for Teams. All text stands in `TextRun`s, which know no Markdown, so that text from targets cannot mention,
 * link or format; the plain form has neither buttons nor mentions.
 */
export function renderTeams(notification: Notification, { mention }: Pick<TeamsOptions, "mention">): TeamsMessage {
  const { plainText, shorten } = notification;
  const composed = composeMessage(notification);
  const configured = mention !== undefined && mayMention(composed.tone, mention.min_severity) ? mention.users : [];
  const person = personToMention(notification.contact, composed.tone, account);
  const users = withPerson(configured, person, notification.contact?.title ?? "");
  const payloadOf = (message: Message) => inEnvelope(plainText ? plainCard(message) : buttonCard(message, users));
  const message = fitMessage(composed, longestBody, (each) => jsonBytes(payloadOf(each)));
  return { dress: { rich: !plainText, shortened: shorten }, payload: payloadOf(message) };
}

/** The person under the name that people know, without what would be markup. */
function withPerson(users: readonly User[], person: readonly string[], title: string): readonly User[] {
  const name = cutText(cleanText(title.replaceAll(markup, "")), longestName);
  const others = person.filter((id) => users.every((user) => user.id !== id));
  return [...users, ...others.map((id) => ({ id, name: name === "" ? id : name }))];
}

function buttonCard({ tone, title, lines, links }: Message, users: readonly User[]) {
  const runs = lines.map(({ block, text }) => line(text, block === "notes" ? { isSubtle: true } : {}));
  const shown = links.length > mostButtons ? links.toSpliced(mostButtons - 1, links.length - mostButtons) : links;
  return {
    msteams: { width: "Full", ...(users.length === 0 ? {} : { entities: users.map(entity) }) },
    body: [heading(tone, title), ...runs, ...(users.length === 0 ? [] : [mentions(users)])],
    actions: shown.map(({ text, url }) => ({ type: "Action.OpenUrl", title: text, url })),
  };
}

function plainCard({ tone, title, lines, links }: Message) {
  const texts = [...lines.map(({ text }) => text), ...links.map(({ text, url }) => `${text}: ${url}`)];
  return { msteams: { width: "Full" }, body: [heading(tone, title), ...texts.map((text) => line(text))], actions: [] };
}

function inEnvelope(parts: Readonly<Record<"msteams" | "body" | "actions", Json>>) {
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    ...parts,
  };
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content };
  return { type: "message", attachments: [attachment] } as const;
}

function heading(tone: Tone, title: string) {
  const run = { type: "TextRun", text: `${toneSigns[tone]} ${title}`, size: "Large", weight: "Bolder" };
  return { type: "RichTextBlock", inlines: [{ ...run, color: colours[tone] }] };
}

function line(text: string, style: Readonly<Record<string, Json>> = {}) {
  return { type: "RichTextBlock", spacing: "Small", inlines: [{ type: "TextRun", text, ...style }] };
}

function mentions(users: readonly User[]) {
  return { type: "TextBlock", wrap: true, text: users.map(tag).join(" ") };
}

function entity(user: User) {
  return { type: "mention", text: tag(user), mentioned: { id: user.id, name: user.name } };
}

function tag({ name }: User): string {
  return `<at>${name}</at>`;
}
