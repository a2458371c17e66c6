import type { DeliveryOutcome } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { codeText, jsonObject } from "./answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning } from "./code-outcome.ts";
import { outcomeOfFailure, outcomeOfStatus } from "./outcome.ts";

const unknownNumber: Meaning = { reject: "recipient", reason: "unknown_recipient" };
const unauthorized: Meaning = { reject: "endpoint", reason: "unauthorized" };
const badSender: Meaning = { reject: "endpoint", reason: "bad_message" };

/** Twilio's error codes. @see https://www.twilio.com/docs/api/errors */
const meanings: Readonly<Record<string, Meaning>> = {
  "20003": unauthorized,
  "20005": { reject: "endpoint", reason: "no_credit" },
  "20404": unauthorized,
  "20429": { retry: "rate_limited" },
  "21210": badSender,
  "21211": unknownNumber,
  "21212": badSender,
  "21214": unknownNumber,
  "21215": unknownNumber,
  "21216": unknownNumber,
  "21217": unknownNumber,
  "21408": unknownNumber,
  "21602": { reject: "message", reason: "bad_message" },
  "21606": badSender,
  "21608": unknownNumber,
  "21610": unknownNumber,
  "21611": { retry: "rate_limited", afterMs: 30_000 },
  "21612": unknownNumber,
  "21614": unknownNumber,
  "21617": "shorten",
  "21659": badSender,
  "21660": badSender,
  "21701": badSender,
  "21703": badSender,
  "30002": { reject: "endpoint", reason: "no_credit" },
  "30003": unknownNumber,
  "30004": unknownNumber,
  "30005": unknownNumber,
  "30006": unknownNumber,
};

const advice: Readonly<Record<string, string>> = {
  "21408": "the account may not reach this country",
  "21608": "a trial account reaches verified numbers only",
  "21610": "this number has unsubscribed from the sender",
};

/** Classifies an answer of Twilio; what was taken is only queued. */
export function classifyTwilio(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status, headers, body } = answer;
  const said = jsonObject(body);
  const sid = said?.["sid"];
  const isCreated = status === 200 || status === 201;
  if (isCreated && typeof sid === "string" && /^(?:SM|MM|CA)\w{1,40}$/.test(sid)) {
    return { kind: "delivered", externalId: sid, final: false };
  }
  const code = isCreated ? undefined : codeText(said?.["code"]);
  const meaning = code === undefined ? undefined : meanings[code];
  const byStatus = outcomeOfStatus(status, headers, nowMs);
  if (code === undefined || meaning === undefined) return withDoubt(byStatus, status);
  const outcome = outcomeOfMeaning(meaning, detailOf(status, code), dress);
  const asked = byStatus.kind === "retryable" ? byStatus.afterMs : undefined;
  return outcome.kind === "retryable" && asked !== undefined ? { ...outcome, afterMs: asked } : outcome;
}

function detailOf(status: number, code: string): string {
  const hint = advice[code];
  return `HTTP ${status} ${code}${hint === undefined ? "" : `: ${hint}`}`;
}

/** There is no key that makes a second request harmless: one that failed on their side may have been done. */
function withDoubt(outcome: DeliveryOutcome, status: number): DeliveryOutcome {
  return outcome.kind === "retryable" && status >= 500 ? { ...outcome, maybeDelivered: true } : outcome;
}
