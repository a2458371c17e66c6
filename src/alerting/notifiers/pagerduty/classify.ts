import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { jsonObject } from "../answer-json.ts";
import { outcomeOfFailure, outcomeOfStatus, rejected, retryable } from "../outcome.ts";
import type { PagerdutyMessage } from "./render.ts";

/** Classifies PagerDuty's answer: only 202 is success, and means that the event was accepted. @see https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic */
export function classifyPagerduty(answer: NotifyAnswer, message: PagerdutyMessage, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status, headers, body } = answer;
  const detail = `HTTP ${status}`;
  if (status === 202) return { kind: "delivered", externalId: message.event.dedup_key, final: false };
  if (status === 400 && namesTheKey(body)) {
    return rejected("endpoint", "unauthorized", `${detail}: the routing key is not known`);
  }
  if (status === 404 || status === 410) return rejected("endpoint", "endpoint_gone", detail);
  if (status === 413 && !message.shortened) return retryable("too_large", detail, { next: "shorten" });
  if (status === 413) return rejected("message", "too_large", detail);
  return outcomeOfStatus(status, headers, nowMs);
}

/** Whether the errors of an invalid event speak of its routing key; there is no code for that. */
function namesTheKey(body: string): boolean {
  const errors = jsonObject(body)?.["errors"];
  return Array.isArray(errors) && errors.some((error) => typeof error === "string" && error.includes("routing_key"));
}
