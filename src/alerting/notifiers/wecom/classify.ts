import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { codeText, jsonObject } from "../answer-json.ts";
import { type Dress, type Meaning, outcomeOfMeaning, outcomeOfRobotStatus } from "../code-outcome.ts";
import { delivered, outcomeOfFailure } from "../outcome.ts";

const badMessage: Meaning = { reject: "message", reason: "bad_message" };

/** WeCom's error codes. @see https://developer.work.weixin.qq.com/document/path/90313 */
const meanings: Readonly<Record<string, Meaning>> = {
  "-1": { retry: "server_error" },
  "40008": badMessage,
  "40058": "shorten",
  "44004": badMessage,
  "45002": "shorten",
  "45009": { retry: "rate_limited", afterMs: 60_000 },
  "45033": { retry: "rate_limited", afterMs: 3000 },
  "93000": { reject: "endpoint", reason: "endpoint_gone" },
};

/** Classifies WeCom's answer: only HTTP 200 with `errcode` 0 is success. */
export function classifyWecom(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status } = answer;
  const code = codeText(jsonObject(answer.body)?.["errcode"]);
  if (status === 200 && code === "0") return delivered;
  if (code !== undefined && code !== "0") {
    return outcomeOfMeaning(meanings[code] ?? badMessage, `HTTP ${status} errcode ${code}`, dress);
  }
  return outcomeOfRobotStatus(answer, dress, nowMs);
}
