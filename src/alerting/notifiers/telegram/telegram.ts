import { defineNotifier } from "../../../core/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import { Secret } from "../../../core/secret.ts";
import { endpointOf } from "../endpoint.ts";
import { postJson } from "../post-json.ts";
import { classifyTelegram, movedTo } from "./classify.ts";
import { type TelegramOptions, telegramOptions } from "./options.ts";
import { renderTelegram, type TelegramMessage } from "./render.ts";

/** Writes to a Telegram chat as a bot. @see https://core.telegram.org/bots/api#sendmessage */
export const telegram = defineNotifier<TelegramOptions, TelegramMessage>({
  kind: "telegram",
  title: "Telegram (bot)",
  options: telegramOptions,
  // Never more than 18 within any minute, where Telegram takes 20 in a group.
  limit: { count: 3, perMs: 12_000 },
  endpoint: (options) => endpointOf(new Secret(`${methodUrl(options)}#${options.chat_id}`)),
  render: renderTelegram,
  async send(message, options, io, signal) {
    const target = { url: methodUrl(options), proxy: options.proxy };
    const topic = options.thread_id === undefined ? {} : { message_thread_id: options.thread_id };
    const post = (chatId: string): Promise<NotifyAnswer> =>
      postJson(io.http, target, { chat_id: chatId, ...topic, ...message.payload }, signal);
    const answer = await post(options.chat_id);
    const moved = movedTo(answer);
    if (moved === undefined) return classifyTelegram(answer, message.dress, io.now());
    io.log("warn", "telegram_chat_moved", { chat_id: options.chat_id, set_chat_id_to: moved });
    return classifyTelegram(await post(moved), message.dress, io.now());
  },
});

function methodUrl({ base_url: baseUrl, token }: TelegramOptions): string {
  return `${baseUrl}/bot${token.reveal()}/sendMessage`;
}
