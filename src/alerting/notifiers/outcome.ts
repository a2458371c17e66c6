import type { DeliveryOutcome, DeliveryReason } from "../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../core/ports/notify-http.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { retryAfterMs } from "./retry-after.ts";

type Rejected = Extract<DeliveryOutcome, { kind: "rejected" }>;
type Retryable = Extract<DeliveryOutcome, { kind: "retryable" }>;

/** The message arrived, and there is nothing more to learn about it. */
export const delivered: DeliveryOutcome = { kind: "delivered", final: true };

/** The same message will never be taken: by this endpoint, for this recipient, or as it is. */
export function rejected(scope: Rejected["scope"], reason: DeliveryReason, detail: string): Rejected {
  return { kind: "rejected", scope, reason, detail };
}

/** Another attempt may succeed. */
export function retryable(
  reason: DeliveryReason,
  detail: string,
  more: Partial<Pick<Retryable, "afterMs" | "maybeDelivered" | "next">> = {},
): Retryable {
  return { kind: "retryable", reason, detail, maybeDelivered: false, ...more };
}

/** Says whether a TLS failure means that the other end's root is not known here. */
export function isUntrusted(detail: string): boolean {
  return /ISSUER|SELF_SIGNED|VERIFY_LEAF/.test(detail);
}

/** Classifies an exchange that brought no answer: a certificate that does not hold is the endpoint's fault, the rest may pass. */
export function outcomeOfFailure(answer: Extract<NotifyAnswer, { ok: false }>): DeliveryOutcome {
  if (answer.reason === "tls") {
    const advice = isUntrusted(answer.detail) ? "; a root of your own goes into `channels.ca`" : "";
    return rejected("endpoint", "tls", `TLS failed: ${answer.detail}${advice}`);
  }
  if (answer.reason === "proxy") return rejected("endpoint", "unauthorized", answer.detail);
  return retryable(answer.reason, answer.detail, { maybeDelivered: answer.sent });
}

/** Classifies every status but 2xx by what HTTP says; the body is never repeated, since it can echo a secret. */
export function outcomeOfStatus(
  status: number,
  headers: Readonly<Record<string, string>>,
  nowMs: EpochMs,
): DeliveryOutcome {
  const detail = `HTTP ${status}`;
  if (status === 408 || status === 425) return retryable("timeout", detail);
  if (status === 429 || status >= 500) {
    const afterMs = retryAfterMs(headers["retry-after"], nowMs);
    const maybeDelivered = status === 502 || status === 504;
    const more = { maybeDelivered, ...(afterMs === undefined ? {} : { afterMs }) };
    return retryable(status === 429 ? "rate_limited" : "server_error", detail, more);
  }
  if (status < 300) return retryable("unexpected_answer", detail, { maybeDelivered: true });
  if (status < 400) return rejected("endpoint", "redirect", `${detail}: give the address it redirects to`);
  if (status === 401 || status === 403 || status === 407) return rejected("endpoint", "unauthorized", detail);
  return rejected("message", "bad_message", detail);
}
