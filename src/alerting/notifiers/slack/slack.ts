import {
  IncomingWebhook,
  IncomingWebhookHTTPError,
  IncomingWebhookRequestError,
  type IncomingWebhookSendArguments,
} from "@slack/webhook";
import { z } from "zod";
import { defineNotifier } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer, NotifyHttp } from "../../../core/ports/notify-http.ts";
import { proxyUrlSchema, secretUrlSchema } from "../../../core/schema/secret-url-schema.ts";
import { endpointOf } from "../endpoint.ts";
import { renderSlack, type SlackMessage, slackMentionSchema } from "../slack-message.ts";
import { classifySlack } from "./classify.ts";

const options = z.strictObject({
  url: secretUrlSchema.describe("Address of the incoming webhook; it is the secret."),
  mention: slackMentionSchema,
  proxy: proxyUrlSchema.optional().describe("HTTP proxy to go through, as `http://host:port`."),
});

type SlackOptions = z.output<typeof options>;

/** Posts to a Slack incoming webhook. @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
export const slack = defineNotifier<SlackOptions, SlackMessage>({
  kind: "slack",
  title: "Slack",
  options,
  limit: { count: 1, perMs: 1000 },
  endpoint: (options) => endpointOf(options.url),
  render: (notification, { mention }) => renderSlack(notification, "text", mention),
  async send(message, options, io, signal) {
    const answer = await post(message, options, io.http, signal);
    const dress = { blocks: message.payload.blocks !== undefined, shortened: message.shortened };
    return classifySlack(answer, dress, io.now());
  },
});

type SlackFetch = NonNullable<ConstructorParameters<typeof IncomingWebhook>[1]>["fetch"];

/** Lets the SDK build the request, and keeps the whole answer, of which the SDK hides the headers. */
async function post(
  message: SlackMessage,
  { url, proxy }: SlackOptions,
  http: NotifyHttp,
  signal: AbortSignal,
): Promise<NotifyAnswer> {
  let answer: NotifyAnswer = { ok: false, reason: "protocol", detail: "no request was made", sent: false };
  const fetch: SlackFetch = async (address, { headers = {}, body } = {}) => {
    const text = typeof body === "string" ? body : "";
    const via = proxy === undefined ? {} : { proxy: proxy.reveal() };
    answer = await http.request({ url: String(address), method: "POST", headers, body: text, ...via }, signal);
    if (!answer.ok) throw new Error(answer.reason);
    return responseOf(answer, String(address));
  };
  try {
    await new IncomingWebhook(url.reveal(), { fetch }).send(message.payload as unknown as IncomingWebhookSendArguments);
  } catch (error) {
    const expected = error instanceof IncomingWebhookHTTPError || error instanceof IncomingWebhookRequestError;
    if (!expected) throw error;
  }
  return answer;
}

function responseOf(
  answer: Extract<NotifyAnswer, { ok: true }>,
  url: string,
): Awaited<ReturnType<NonNullable<SlackFetch>>> {
  const { status, body, headers } = answer;
  return {
    ok: status >= 200 && status < 300,
    status,
    statusText: "",
    url,
    headers: { get: (name) => headers[name.toLowerCase()] ?? null, entries: () => Object.entries(headers) },
    arrayBuffer: async () => new TextEncoder().encode(body).buffer,
    json: async () => JSON.parse(body) as unknown,
    text: async () => body,
  };
}
