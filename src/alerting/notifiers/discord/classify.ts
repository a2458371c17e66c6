import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { codeText, jsonObject } from "../answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning, outcomeOfRobotStatus } from "../code-outcome.ts";
import { delivered, outcomeOfFailure } from "../outcome.ts";
import { retryAfterMs } from "../retry-after.ts";

const noThread: Meaning = { reject: "recipient", reason: "unknown_recipient" };

/** Discord's error codes that say more than the status. @see https://discord.com/developers/docs/topics/opcodes-and-status-codes#json */
const meanings: Readonly<Record<string, Meaning>> = {
  "10003": noThread,
  "10015": { reject: "endpoint", reason: "endpoint_gone" },
  "40005": "shorten",
  "50027": { reject: "endpoint", reason: "unauthorized" },
  "50035": "plain_text",
  "220001": noThread,
};

/** Classifies Discord's answer: HTTP 204, or 200 with the message that was made, is success. */
export function classifyDiscord(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status } = answer;
  const said = jsonObject(answer.body);
  if (status === 204) return delivered;
  if (status === 200 && /^\d{1,20}$/.test(String(said?.["id"]))) {
    return { kind: "delivered", final: true, externalId: String(said?.["id"]) };
  }
  const code = codeText(said?.["code"]) ?? "";
  const meaning = status >= 400 && status < 500 ? meanings[code] : undefined;
  if (meaning !== undefined) return outcomeOfMeaning(meaning, `HTTP ${status} code ${code}`, dress);
  const outcome = outcomeOfRobotStatus(answer, dress, nowMs);
  if (outcome.kind !== "retryable" || outcome.reason !== "rate_limited") return outcome;
  const afterMs = askedMs(said, answer.headers, nowMs);
  return afterMs === undefined ? outcome : { ...outcome, afterMs };
}

/** The body tells the wait in fractions of a second, the headers in whole ones. */
function askedMs(
  said: Readonly<Record<string, unknown>> | undefined,
  headers: Readonly<Record<string, string>>,
  nowMs: EpochMs,
): number | undefined {
  const seconds = said?.["retry_after"];
  const header = headers["x-ratelimit-reset-after"] ?? headers["retry-after"];
  return retryAfterMs(typeof seconds === "number" ? String(seconds) : header, nowMs);
}
