import { defineNotifier } from "../../../core/alerting/notifier.ts";
import { invariant } from "../../../core/errors.ts";
import { endpointOf } from "../endpoint.ts";
import { settledWith } from "../first-message.ts";
import { postJson } from "../post-json.ts";
import { classifyDiscord } from "./classify.ts";
import { type DiscordOptions, discordOptions } from "./options.ts";
import { type DiscordMessage, renderDiscord } from "./render.ts";

/** Posts to the webhook of a Discord channel. @see https://discord.com/developers/docs/resources/webhook#execute-webhook */
export const discord = defineNotifier<DiscordOptions, DiscordMessage>({
  kind: "discord",
  title: "Discord",
  options: discordOptions,
  // Never more than 5 within two seconds.
  limit: { count: 3, perMs: 3000 },
  endpoint: (options) => endpointOf(options.url),
  render: renderDiscord,
  async send(message, options, io, signal) {
    const { dress, payload, first } = message;
    const answer = await postJson(io.http, { url: messagesUrl(options), proxy: options.proxy }, payload, signal);
    return settledWith(classifyDiscord(answer, dress, io.now()), first, async (id) => {
      const target = { url: messagesUrl(options, id), proxy: options.proxy, method: "PATCH" } as const;
      // Embeds that are not named would stay.
      return classifyDiscord(await postJson(io.http, target, { embeds: [], ...payload }, signal), dress, io.now());
    });
  },
});

/** The webhook's address: of all its messages, asking for an answer that holds the new one, or of one; with the thread. */
function messagesUrl({ url, thread_id: threadId }: DiscordOptions, id?: string): string {
  const address = URL.parse(url.reveal());
  invariant(address !== null, "the schema has parsed this URL");
  if (id === undefined) address.searchParams.set("wait", "true");
  else address.pathname = `${address.pathname.replace(/\/$/, "")}/messages/${id}`;
  if (threadId !== undefined) address.searchParams.set("thread_id", threadId);
  return address.href;
}
