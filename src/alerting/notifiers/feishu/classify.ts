import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { codeText, jsonObject } from "../answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning, outcomeOfRobotStatus } from "../code-outcome.ts";
import { delivered, outcomeOfFailure } from "../outcome.ts";
import { retryAfterMs } from "../retry-after.ts";

const unauthorized: Meaning = { reject: "endpoint", reason: "unauthorized" };
const slower: Meaning = { retry: "rate_limited" };
const signatureCode = "19021";

/** Feishu's error codes; a card that is refused for its parameters goes out once more without its dress. */
const meanings: Readonly<Record<string, Meaning>> = {
  "9499": "plain_text",
  "11232": slower,
  "19001": { reject: "endpoint", reason: "endpoint_gone" },
  "19002": "plain_text",
  [signatureCode]: unauthorized,
  "19022": unauthorized,
  "19024": { reject: "endpoint", reason: "bad_message" },
  "19036": "shorten",
  "99991400": slower,
};

/** What to do about the codes that settings here or there can mend. */
const remedies: Readonly<Record<string, string>> = {
  "19001": "the bot does not exist any more; check `token`",
  [signatureCode]:
    "the signature does not match; check `secret` and this machine's clock, which may differ by an hour at most",
  "19022": "this machine's address is not on the bot's list",
  "19024": "the bot wants a keyword in every message; set `keyword`",
};

/** Classifies Feishu's answer: only HTTP 200 with `code` 0, or `StatusCode` 0 in its old form, is success. */
export function classifyFeishu(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status, headers } = answer;
  const code = codeOf(answer.body);
  if (status === 200 && code === "0") return delivered;
  const outcome =
    code === undefined || code === "0"
      ? outcomeOfRobotStatus(answer, dress, nowMs)
      : outcomeOfMeaning(meanings[code] ?? { reject: "message", reason: "bad_message" }, detailOf(status, code), dress);
  if (outcome.kind !== "retryable" || outcome.reason !== "rate_limited" || outcome.afterMs !== undefined)
    return outcome;
  const afterMs = retryAfterMs(headers["x-ogw-ratelimit-reset"] ?? headers["retry-after"], nowMs);
  return afterMs === undefined ? outcome : { ...outcome, afterMs };
}

/** Tells whether the signature or its moment was refused, which one more signature may mend. */
export function refusesSignature(answer: NotifyAnswer): boolean {
  return answer.ok && codeOf(answer.body) === signatureCode;
}

function codeOf(body: string): string | undefined {
  const said = jsonObject(body);
  return codeText(said?.["code"] ?? said?.["StatusCode"]);
}

function detailOf(status: number, code: string): string {
  const remedy = remedies[code];
  return `HTTP ${status} code ${code}${remedy === undefined ? "" : `: ${remedy}`}`;
}
