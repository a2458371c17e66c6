import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { jsonObject } from "../answer-json.ts";
import { type Dress, outcomeOfMeaning, outcomeOfRobotStatus } from "../code-outcome.ts";
import { outcomeOfFailure, rejected, retryable } from "../outcome.ts";

/** Classifies the workflow's answer: any 2xx means that the flow was started; whether it then posted is not to be seen from here. */
export function classifyTeams(answer: NotifyAnswer, dress: Dress, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status, body } = answer;
  if (status >= 200 && status < 300) return outcomeOfStart(status, body.trim());
  if (status === 400) return outcomeOfMeaning("plain_text", "HTTP 400", dress);
  return outcomeOfRobotStatus(answer, dress, nowMs);
}

function outcomeOfStart(status: number, body: string): DeliveryOutcome {
  if (status === 200 && (body === "1" || body.startsWith("Webhook message delivery failed"))) {
    const detail = "HTTP 200 as an Office 365 connector answers; give the address of a workflow";
    return rejected("endpoint", "endpoint_gone", detail);
  }
  if (body.startsWith("<") || jsonObject(body)?.["error"] !== undefined) {
    return retryable("unexpected_answer", `HTTP ${status}`, { maybeDelivered: true });
  }
  return { kind: "delivered", final: false };
}
