import { defineNotifier } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import { Secret } from "../../../core/secrets/secret.ts";
import { endpointOf } from "../endpoint.ts";
import { settledWith } from "../first-message.ts";
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
  endpoint: (options) => endpointOf(new Secret(`${methodUrl(options, "sendMessage")}#${options.chat_id}`)),
  render: renderTelegram,
  async send(message, options, io, signal) {
    const target = (method: TelegramMethod) => ({ url: methodUrl(options, method), proxy: options.proxy });
    const topic = options.thread_id === undefined ? {} : { message_thread_id: options.thread_id };
    const { first, payload } = message;
    const reply = first === null ? {} : { reply_parameters: replyTo(first.id) };
    const post = (chatId: string): Promise<NotifyAnswer> =>
      postJson(io.http, target("sendMessage"), { chat_id: chatId, ...topic, ...reply, ...payload }, signal);
    const answer = await post(options.chat_id);
    const moved = movedTo(answer);
    if (moved !== undefined) {
      io.log("warn", "telegram_chat_moved", { chat_id: options.chat_id, set_chat_id_to: moved });
      // Ids of messages do not move with their group: what follows goes on with this one.
      return classifyTelegram(await post(moved), message.dress, io.now());
    }
    return settledWith(classifyTelegram(answer, message.dress, io.now()), first, async (id) => {
      const edit = { chat_id: options.chat_id, message_id: Number(id), ...payload };
      return classifyTelegram(
        await postJson(io.http, target("editMessageText"), edit, signal),
        message.dress,
        io.now(),
      );
    });
  },
});

type TelegramMethod = "sendMessage" | "editMessageText";

/** Where somebody has deleted the message, Telegram sends the reply all the same. */
function replyTo(id: string): Readonly<{ message_id: number; allow_sending_without_reply: true }> {
  return { message_id: Number(id), allow_sending_without_reply: true };
}

function methodUrl({ base_url: baseUrl, token }: TelegramOptions, method: TelegramMethod): string {
  return `${baseUrl}/bot${token.reveal()}/${method}`;
}
