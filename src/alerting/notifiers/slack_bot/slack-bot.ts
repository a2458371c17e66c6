import { type DeliveryOutcome, defineNotifier } from "../../../core/alerting/notifier.ts";
import type { Json } from "../../../core/json.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import { Secret } from "../../../core/secrets/secret.ts";
import { endpointOf } from "../endpoint.ts";
import { postJson } from "../post-json.ts";
import { classifySlackBot, threadState } from "./classify.ts";
import { type SlackBotOptions, slackBotOptions } from "./options.ts";
import { renderSlackBot, type SlackBotMessage, type SlackThread, threadId } from "./render.ts";

type Call = (
  method: "chat.postMessage" | "chat.update",
  request: Readonly<Record<string, Json>>,
) => Promise<NotifyAnswer>;

/**
 * Writes to a Slack channel as a bot: the first message about an incident shows how it stands, and what follows is told in its
 * thread. @see https://docs.slack.dev/reference/methods/chat.postMessage
 */
export const slackBot = defineNotifier<SlackBotOptions, SlackBotMessage>({
  kind: "slack_bot",
  title: "Slack (bot)",
  options: slackBotOptions,
  limit: { count: 1, perMs: 1000 },
  endpoint: ({ base_url: baseUrl, token, channel }) =>
    endpointOf(new Secret(`${baseUrl}/${token.reveal()}#${channel}`)),
  render: renderSlackBot,
  async send(message, { base_url: baseUrl, token, channel, proxy }, io, signal) {
    const authorization = `Bearer ${token.reveal()}`;
    const call: Call = (method, request) =>
      postJson(io.http, { url: `${baseUrl}/${method}`, proxy, authorization }, request, signal);
    const classify = (answer: NotifyAnswer): DeliveryOutcome => classifySlackBot(answer, dressOf(message), io.now());
    const post = async (): Promise<DeliveryOutcome> =>
      classify(await call("chat.postMessage", { ...message.payload, channel }));
    const { thread } = message;
    if (thread === null) return await post();
    const { text, blocks = [] } = message.payload;
    const updated = await call("chat.update", { channel: thread.channel, ts: thread.ts, text, blocks });
    const state = threadState(updated);
    if (state === "gone") return await post();
    const outcome = classify(updated);
    // An update that is made twice does no harm: nothing was told yet.
    if (state === "fine" && outcome.kind !== "delivered") return withoutDoubt(outcome);
    const answer = await call("chat.postMessage", { ...message.payload, ...replyTo(thread, message) });
    return threadState(answer) === "gone" ? await post() : inThread(classify(answer), thread);
  },
});

function dressOf({ payload, shortened }: SlackBotMessage): Readonly<{ rich: boolean; shortened: boolean }> {
  return { rich: payload.blocks !== undefined, shortened };
}

function replyTo({ channel, ts }: SlackThread, { isLoud }: SlackBotMessage): Readonly<Record<string, Json>> {
  return { channel, thread_ts: ts, ...(isLoud ? { reply_broadcast: true } : {}) };
}

/** Later messages go on with the thread, not with the reply. */
function inThread(outcome: DeliveryOutcome, thread: SlackThread): DeliveryOutcome {
  return outcome.kind === "delivered" ? { ...outcome, externalId: threadId(thread) } : outcome;
}

function withoutDoubt(outcome: DeliveryOutcome): DeliveryOutcome {
  return outcome.kind === "retryable" ? { ...outcome, maybeDelivered: false } : outcome;
}
