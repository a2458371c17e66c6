import type { DeliveryOutcome, DeliveryReason } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { outcomeOfStatus, rejected, retryable } from "./outcome.ts";

/** How far a message can still be made plainer, so that a refusal of its form or size leads to another form only once. */
export type Dress = Readonly<{ rich: boolean; shortened: boolean }>;

/** What an endpoint's own error code means: to wait, to send less, to send it plainer, or that it is no use. */
export type Meaning =
  | Readonly<{ retry: DeliveryReason; afterMs?: number }>
  | Readonly<{ reject: "message" | "recipient" | "endpoint"; reason: DeliveryReason }>
  | "shorten"
  | "plain_text";

/** Classifies a refusal by its meaning; a message that is as short and plain as it gets is refused for good. */
export function outcomeOfMeaning(meaning: Meaning, detail: string, dress: Dress): DeliveryOutcome {
  if (meaning === "shorten") {
    return dress.shortened
      ? rejected("message", "too_large", detail)
      : retryable("too_large", detail, { next: "shorten" });
  }
  if (meaning === "plain_text") {
    return dress.rich
      ? retryable("bad_message", detail, { next: "plain_text" })
      : rejected("message", "bad_message", detail);
  }
  if ("reject" in meaning) return rejected(meaning.reject, meaning.reason, detail);
  return retryable(meaning.retry, detail, meaning.afterMs === undefined ? {} : { afterMs: meaning.afterMs });
}

/** Classifies an answer of a fixed address without a code of its own: what is not found is gone, what is too large is shortened. */
export function outcomeOfRobotStatus(
  { status, headers }: Pick<Extract<NotifyAnswer, { ok: true }>, "status" | "headers">,
  dress: Dress,
  nowMs: EpochMs,
): DeliveryOutcome {
  const detail = `HTTP ${status}`;
  if (status === 404 || status === 410) return rejected("endpoint", "endpoint_gone", detail);
  return status === 413 ? outcomeOfMeaning("shorten", detail, dress) : outcomeOfStatus(status, headers, nowMs);
}
