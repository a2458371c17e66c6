import type { ZodType } from "zod";
import type { Json } from "./json.ts";
import type { Notification } from "./notification.ts";
import type { NotifyHttp } from "./ports/notify-http.ts";
import type { EpochMs } from "./time.ts";

export type DeliveryOutcome =
  | Readonly<{ kind: "delivered"; externalId?: string; final: boolean }>
  | Readonly<{
      kind: "retryable";
      reason: string;
      detail: string;
      afterMs?: number;
      maybeDelivered: boolean;
      next?: "shorten" | "plain_text";
    }>
  | Readonly<{ kind: "rejected"; reason: string; detail: string; scope: "message" | "recipient" | "endpoint" }>;

export interface NotifyIo {
  now(): EpochMs;
  readonly http: NotifyHttp;
  /** One line to the daemon's log, for the `log` notifier. */
  log(severity: "info" | "warn", event: string, fields: Readonly<Record<string, Json>>): void;
}

export type RateLimit = Readonly<{ count: number; perMs: number }>;

export interface NotifierSpec<C, M extends Json> {
  readonly kind: string;
  readonly title: string;
  readonly options: ZodType<C>;
  /** What the endpoint takes by its own rules; the sender keeps to it per endpoint. */
  readonly limit: RateLimit;
  /** Identity of the remote end without secrets in clear (a hash where the URL is the secret): token buckets hang on it. */
  endpoint(options: C): string;
  /** Pure: golden-tested in both languages. */
  render(notification: Notification, options: C): M;
  /** Signs afresh per attempt and classifies every answer; never throws for an expected failure. */
  send(message: M, options: C, io: NotifyIo, signal: AbortSignal): Promise<DeliveryOutcome>;
}

export interface Notifier {
  readonly endpoint: string;
  prepare(
    notification: Notification,
  ): Readonly<{ message: Json; send(io: NotifyIo, signal: AbortSignal): Promise<DeliveryOutcome> }>;
}

export interface NotifierKind {
  readonly kind: string;
  readonly title: string;
  readonly options: ZodType;
  readonly limit: RateLimit;
  /** @throws {ZodError} when the options do not fit. */
  open(raw: unknown): Notifier;
}

/** Closes over a notifier's own option and message types. */
export function defineNotifier<C, M extends Json>(spec: NotifierSpec<C, M>): NotifierKind {
  return {
    kind: spec.kind,
    title: spec.title,
    options: spec.options,
    limit: spec.limit,
    open(raw) {
      const options = spec.options.parse(raw);
      return {
        endpoint: spec.endpoint(options),
        prepare(notification) {
          const message = spec.render(notification, options);
          return { message, send: (io, signal) => spec.send(message, options, io, signal) };
        },
      };
    },
  };
}
