import { createHmac } from "node:crypto";
import { type DeliveryOutcome, defineNotifier } from "../../../core/alerting/notifier.ts";
import type { NotifyAnswer } from "../../../core/ports/notify-http.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { endpointOf } from "../endpoint.ts";
import { authorizationOf } from "../http-auth.ts";
import { delivered, outcomeOfFailure, outcomeOfStatus, rejected, retryable } from "../outcome.ts";
import { type MessageBody, messageBodyOf } from "./message-body.ts";
import { type WebhookOptions, webhookOptions } from "./options.ts";
import { type Payload, payloadOf } from "./payload.ts";

const shortenedAlerts = 5;

/** What is posted, and the id that stays the same over all attempts. */
type WebhookMessage = Readonly<{ delivery: string; shortened: boolean; payload: Payload | MessageBody }>;

/** Posts Alertmanager's payload, or the message as people read it, signed, to any HTTP endpoint. */
export const webhook = defineNotifier<WebhookOptions, WebhookMessage>({
  kind: "webhook",
  alertsOnly: true,
  title: "Webhook (Alertmanager's payload)",
  options: webhookOptions,
  limit: { count: 20, perMs: 1000 },
  endpoint: (options) => endpointOf(options.url),
  render(notification, options) {
    const most = options.max_alerts === 0 ? Number.POSITIVE_INFINITY : options.max_alerts;
    const maxAlerts = notification.shorten ? Math.min(most, shortenedAlerts) : options.max_alerts;
    const payload = (options.body === "message" ? messageBodyOf : payloadOf)(notification, maxAlerts);
    return { delivery: notification.id, shortened: notification.shorten, payload };
  },
  async send(message, options, io, signal) {
    const body = JSON.stringify(message.payload);
    const headers = headersOf(message, body, options, io.now());
    const via = options.proxy === undefined ? {} : { proxy: options.proxy.reveal() };
    const answer = await io.http.request({ url: options.url.reveal(), method: "POST", headers, body, ...via }, signal);
    return classifyWebhook(answer, message.shortened, io.now());
  },
});

function headersOf(
  message: WebhookMessage,
  body: string,
  { secret, auth, headers }: WebhookOptions,
  nowMs: EpochMs,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(nowMs / 1000));
  return {
    "User-Agent": "Watchfire",
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.reveal()])),
    "Content-Type": "application/json",
    "Idempotency-Key": message.delivery,
    "X-Watchfire-Delivery": message.delivery,
    "X-Watchfire-Timestamp": timestamp,
    ...(secret === undefined ? {} : { "X-Watchfire-Signature": signatureOf(secret.reveal(), timestamp, body) }),
    ...(auth === undefined ? {} : { Authorization: authorizationOf(auth) }),
  };
}

/** `sha256=` and the HMAC over `timestamp.body`, so that neither can be replayed with the other changed. */
function signatureOf(secret: string, timestamp: string, body: string): string {
  return `sha256=${createHmac("sha256", secret).update(`${timestamp}.${body}`).digest("hex")}`;
}

/** Any 2xx is success, 410 takes the endpoint out, 413 asks for less; the rest is what HTTP says. */
function classifyWebhook(answer: NotifyAnswer, shortened: boolean, nowMs: EpochMs): DeliveryOutcome {
  if (!answer.ok) return outcomeOfFailure(answer);
  const { status } = answer;
  if (status >= 200 && status < 300) return delivered;
  if (status === 410) return rejected("endpoint", "endpoint_gone", "HTTP 410");
  if (status === 413 && !shortened) return retryable("too_large", "HTTP 413", { next: "shorten" });
  if (status === 413) return rejected("message", "too_large", "HTTP 413");
  return outcomeOfStatus(status, answer.headers, nowMs);
}
