import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { codeText, jsonObject } from "../answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning, outcomeOfRobotStatus } from "../code-outcome.ts";
import { outcomeOfFailure } from "../outcome.ts";

type Refusal = Readonly<{ form: RegExp; meaning: Meaning; detail: string }>;

const nobody: Meaning = { reject: "recipient", reason: "unknown_recipient" };

/** What Telegram's 400 means stands only in its description. @see https://core.telegram.org/api/errors */
const refusals: readonly Refusal[] = [
  { form: /can't parse entities/i, meaning: "plain_text", detail: "the markup cannot be parsed" },
  { form: /message is too long|MESSAGE_TOO_LONG/i, meaning: "shorten", detail: "the message is too long" },
  { form: /chat not found|PEER_ID_INVALID/i, meaning: nobody, detail: "the chat is not found; check `chat_id`" },
  { form: /thread not found|TOPIC_/i, meaning: nobody, detail: "the topic is not there; check `thread_id`" },
  { form: /upgraded to a supergroup/i, meaning: nobody, detail: "the group has another id now; set it as `chat_id`" },
];
const others: Readonly<Record<string, Readonly<{ meaning: Meaning; detail: string }>>> = {
  "401": { meaning: { reject: "endpoint", reason: "unauthorized" }, detail: "the token is not valid" },
  "403": { meaning: nobody, detail: "the bot is blocked or not in the chat" },
  "404": { meaning: { reject: "endpoint", reason: "unauthorized" }, detail: "there is no such bot; check `token`" },
};

type Said = Readonly<Record<string, unknown>> | undefined;

/** Classifies Telegram's answer: only HTTP 200 with `ok: true` is success. */
export function classifyTelegram(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const said = jsonObject(answer.body);
  if (answer.status === 200 && said?.["ok"] === true) return deliveredAs(said["result"]);
  const status = answer.status === 200 ? Number(codeText(said?.["error_code"]) ?? 200) : answer.status;
  const refusal = status === 400 ? refusalOf(said) : others[String(status)];
  if (refusal !== undefined) return outcomeOfMeaning(refusal.meaning, `HTTP ${status}: ${refusal.detail}`, dress);
  const outcome = outcomeOfRobotStatus({ status, headers: answer.headers }, dress, nowMs);
  const waitSeconds = numberIn(said?.["parameters"], "retry_after");
  if (outcome.kind !== "retryable" || waitSeconds === undefined) return outcome;
  return { ...outcome, afterMs: waitSeconds * 1000 };
}

/** The id that a group has got by becoming a supergroup, where that is why the message was refused. */
export function movedTo(answer: NotifyAnswer): string | undefined {
  if (!answer.ok || answer.status !== 400) return undefined;
  const chatId = numberIn(jsonObject(answer.body)?.["parameters"], "migrate_to_chat_id");
  return chatId === undefined ? undefined : String(chatId);
}

function refusalOf(said: Said): Refusal | undefined {
  const description = String(said?.["description"]);
  return refusals.find(({ form }) => form.test(description));
}

function deliveredAs(result: unknown): DeliveryOutcome {
  const messageId = numberIn(result, "message_id");
  return { kind: "delivered", final: true, ...(messageId === undefined ? {} : { externalId: String(messageId) }) };
}

function numberIn(holder: unknown, key: string): number | undefined {
  if (typeof holder !== "object" || holder === null) return undefined;
  const value = (holder as Readonly<Record<string, unknown>>)[key];
  return Number.isSafeInteger(value) ? (value as number) : undefined;
}
