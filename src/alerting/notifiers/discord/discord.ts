import { invariant } from "../../../core/errors.ts";
import { defineNotifier } from "../../../core/notifier.ts";
import { endpointOf } from "../endpoint.ts";
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
    const answer = await postJson(io.http, { url: executeUrl(options), proxy: options.proxy }, message.payload, signal);
    return classifyDiscord(answer, message.dress, io.now());
  },
});

/** The webhook's address with what this attempt asks for: an answer that holds the message, and the thread. */
function executeUrl({ url, thread_id: threadId }: DiscordOptions): string {
  const address = URL.parse(url.reveal());
  invariant(address !== null, "the schema has parsed this URL");
  address.searchParams.set("wait", "true");
  if (threadId !== undefined) address.searchParams.set("thread_id", threadId);
  return address.href;
}
