import type { Notification } from "../../../core/alerting/notification.ts";
import type { NewsKind } from "../../../core/message/story.ts";
import { renderSlack, type SlackMessage } from "../slack-message.ts";
import type { SlackBotOptions } from "./options.ts";

/** Where the first message about an incident stands. */
export type SlackThread = Readonly<{ channel: string; ts: string }>;

/** The message, the thread that it goes on with, and whether all in the channel have to see it although it stands there. */
export type SlackBotMessage = SlackMessage & Readonly<{ thread: SlackThread | null; isLoud: boolean }>;

const loudNews: ReadonlySet<NewsKind> = new Set(["escalated", "untaken", "released"]);

/** Renders for Slack with buttons; what is known of the incident's first message comes along. */
export function renderSlackBot(
  notification: Notification,
  { mention }: Pick<SlackBotOptions, "mention"> = {},
): SlackBotMessage {
  return {
    ...renderSlack(notification, "buttons", mention),
    thread: threadOf(notification.previousExternalId),
    isLoud: isLoud(notification),
  };
}

/** Identity of a message as it is stored. */
export function threadId({ channel, ts }: SlackThread): string {
  return `${channel}/${ts}`;
}

function threadOf(id: string | undefined): SlackThread | null {
  const [, channel, ts] = /^([A-Z0-9]{3,21})\/(\d{1,12}\.\d{1,8})$/.exec(id ?? "") ?? [];
  return channel === undefined || ts === undefined ? null : { channel, ts };
}

/** Replies in a thread notify hardly anybody: what is new and critical, and what nobody has answered, also goes to the channel. */
function isLoud({ intent, alerts, story }: Notification): boolean {
  const isCritical = alerts.some(({ status, labels }) => status === "firing" && labels["severity"] === "critical");
  const news = story?.news?.kind;
  return isCritical && (news === undefined ? intent === "firing" : loudNews.has(news));
}
