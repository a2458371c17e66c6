import type { ZodType } from "zod";
import { invariant } from "../errors.ts";
import type { Json } from "../json.ts";
import type { NotifyHttp } from "../ports/notify-http.ts";
import type { Programs } from "../ports/programs.ts";
import type { NotifySmtp } from "../ports/smtp.ts";
import type { EpochMs } from "../time/time.ts";
import type { AddressKind, Contact } from "./contact.ts";
import type { Notification } from "./notification.ts";

/** The closed list of reasons of deliveries that did not succeed; a metric label and the operator's search word. */
export const deliveryReasons = {
  dns: "The endpoint's name did not resolve.",
  refused: "Nothing listens at the endpoint.",
  reset: "The connection broke.",
  timeout: "No answer came in time.",
  tls: "The endpoint's certificate or TLS handshake did not hold.",
  protocol: "The answer was no HTTP.",
  rate_limited: "The endpoint asked to slow down.",
  server_error: "The endpoint failed on its side.",
  unexpected_answer: "The answer says neither yes nor no.",
  redirect: "The endpoint answers with a redirect, which is never followed.",
  unauthorized: "The endpoint refuses the credentials.",
  endpoint_gone: "The endpoint does not exist any more.",
  bad_message: "The endpoint refuses this message.",
  too_large: "The message is too large for the endpoint.",
  unknown_recipient: "The recipient does not exist.",
  no_answer: "Nobody took the call.",
  undelivered: "The provider took the message and could not deliver it.",
  quota: "The recipient gets no more messages of this provider for now.",
  no_credit: "The account at the provider has no money or no subscription left.",
  budget: "The receiver's budget for the day or the month is used up.",
  queue_full: "The message waited for its turn at the endpoint's own rate.",
  shadow: "The daemon runs in shadow mode: it says what it would send, and sends nothing.",
  not_told: "The end of something whose beginning never arrived there.",
  past: "It was over before it could be told in the place of somebody who was not reached.",
  expired: "The message was too old to be sent.",
  removed: "The receiver is not in the configuration any more.",
  shutdown: "The daemon stopped before the message was begun.",
  internal: "A bug in the notifier; the message was not built or sent.",
} as const;
export type DeliveryReason = keyof typeof deliveryReasons;

export type DeliveryOutcome =
  /** `detail` says what is worth knowing although it arrived, such as a recipient that was left out. */
  | Readonly<{ kind: "delivered"; externalId?: string; detail?: string; final: boolean }>
  | Readonly<{
      kind: "retryable";
      reason: string;
      detail: string;
      afterMs?: number;
      maybeDelivered: boolean;
      next?: "shorten" | "plain_text";
    }>
  | Readonly<{ kind: "rejected"; reason: string; detail: string; scope: "message" | "recipient" | "endpoint" }>;

/**
 * What has become of a message that the other end took. `open`: nothing is certain yet; `suffices` where no more than this is to be
 * expected of a message that arrives. `retryable`: it could not be asked.
 */
export type Fate = DeliveryOutcome | Readonly<{ kind: "open"; detail: string; suffices: boolean }>;

/** A message that the other end has taken: what it is called there, and when that was. */
export type Accepted = Readonly<{ externalId: string; atMs: EpochMs }>;

export interface NotifyIo {
  now(): EpochMs;
  readonly http: NotifyHttp;
  readonly smtp: NotifySmtp;
  /** Absent where no program may be run. */
  readonly programs?: Programs;
  /** One line to the daemon's log, for the `log` notifier. */
  log(severity: "info" | "warn", event: string, fields: Readonly<Record<string, Json>>): void;
}

/** What `send` has: whom the message is for stands here and not in the message, which is shown and stored. */
export type SendIo = NotifyIo & Readonly<{ contact?: Contact }>;

export type RateLimit = Readonly<{ count: number; perMs: number }>;

/** How a notifier reaches persons alone; all who look into a chat see what is sent there. */
export type PersonalWay = Readonly<{
  /** Of a person's addresses the one that it needs. */
  address: AddressKind;
  /** Option that gives it an address of its own, for messages that are for nobody in particular. */
  ownOption: string;
}>;

export interface NotifierSpec<C, M extends Json> {
  readonly kind: string;
  readonly title: string;
  readonly options: ZodType<C>;
  /** What the endpoint takes by its own rules; the sender keeps to it per endpoint. */
  readonly limit: RateLimit;
  /** True for what wakes people (voice, SMS): it tells no recovery and no news unless asked. */
  readonly interrupts?: boolean;
  /** Of what reaches a person alone; all that interrupts does. */
  readonly personal?: PersonalWay;
  /** True for what hands alerts to a program: it takes no messages about anything else. */
  readonly alertsOnly?: boolean;
  /** True where the other end is crowded on full and half hours: what is not urgent is spread over the seconds after. */
  readonly avoidsHalfHours?: boolean;
  /** Options of each endpoint where one notifier may have several that stand for each other, such as a pool of robots. */
  members?(options: C): readonly C[];
  /** Identity of the remote end without secrets in clear (a hash where the URL is the secret): token buckets hang on it. */
  endpoint(options: C): string;
  /** Says what about options that fit the schema can hardly work, such as a robot that refuses whatever it is sent. */
  doubt?(options: C): string | undefined;
  /** Pure: golden-tested in both languages. */
  render(notification: Notification, options: C): M;
  /** Signs afresh per attempt and classifies every answer; never throws for an expected failure. */
  send(message: M, options: C, io: SendIo, signal: AbortSignal): Promise<DeliveryOutcome>;
  /** Asks what became of a message that was taken; absent where taking is the end of it, or where nobody can be asked. Never throws for an expected failure. */
  fate?(accepted: Accepted, options: C, io: SendIo, signal: AbortSignal): Promise<Fate>;
}

export interface Notifier {
  readonly endpoint: string;
  /** What about its options can hardly work. */
  readonly doubt?: string;
  prepare(
    notification: Notification,
  ): Readonly<{ message: Json; send(io: NotifyIo, signal: AbortSignal): Promise<DeliveryOutcome> }>;
  /** Asks what became of a message that was taken; absent where that cannot be learned. */
  readonly fate?: FateOf;
}

/** Asks what became of a message that was taken, for whom the notification is. */
export type FateOf = (
  accepted: Accepted,
  notification: Pick<Notification, "contact">,
  io: NotifyIo,
  signal: AbortSignal,
) => Promise<Fate>;

export interface NotifierKind {
  readonly kind: string;
  readonly title: string;
  readonly options: ZodType;
  readonly limit: RateLimit;
  /** True for what wakes people, such as voice and SMS. */
  readonly interrupts: boolean;
  /** True for what hands alerts to a program, such as a webhook of Alertmanager's shape. */
  readonly alertsOnly: boolean;
  /** True for what reaches a person alone, such as mail, voice and SMS. */
  readonly isPersonal: boolean;
  readonly personal?: PersonalWay;
  /** True where the other end is crowded on full and half hours. */
  readonly avoidsHalfHours: boolean;
  /** @throws {ZodError} when the options do not fit. */
  open(raw: unknown): Notifier;
  /** Opens options that this kind's own schema has already parsed, as part of a larger section: one notifier per endpoint. */
  openParsed(options: unknown): readonly [Notifier, ...Notifier[]];
}

/** Closes over a notifier's own option and message types. */
export function defineNotifier<C, M extends Json>(spec: NotifierSpec<C, M>): NotifierKind {
  const open = (options: C): Notifier => ({
    endpoint: spec.endpoint(options),
    ...doubtOf(spec, options),
    ...fateOf(spec, options),
    prepare(notification) {
      const message = spec.render(notification, options);
      return { message, send: (io, signal) => spec.send(message, options, sendIoFor(notification, io), signal) };
    },
  });
  const openAll = (options: C): readonly [Notifier, ...Notifier[]] => {
    const [first, ...rest] = (spec.members?.(options) ?? [options]).map(open);
    invariant(first !== undefined, `a ${spec.kind} notifier has an endpoint`);
    return [first, ...rest];
  };
  return {
    kind: spec.kind,
    title: spec.title,
    options: spec.options,
    limit: spec.limit,
    interrupts: spec.interrupts === true,
    alertsOnly: spec.alertsOnly === true,
    avoidsHalfHours: spec.avoidsHalfHours === true,
    isPersonal: spec.personal !== undefined || spec.interrupts === true,
    ...(spec.personal === undefined ? {} : { personal: spec.personal }),
    open: (raw) => openAll(spec.options.parse(raw))[0],
    openParsed: (options) => openAll(options as C),
  };
}

function doubtOf<C, M extends Json>(spec: NotifierSpec<C, M>, options: C): Pick<Notifier, "doubt"> {
  const doubt = spec.doubt?.(options);
  return doubt === undefined ? {} : { doubt };
}

function fateOf<C, M extends Json>(spec: NotifierSpec<C, M>, options: C): Pick<Notifier, "fate"> {
  if (spec.fate === undefined) return {};
  const ask = spec.fate.bind(spec);
  return { fate: (accepted, notification, io, signal) => ask(accepted, options, sendIoFor(notification, io), signal) };
}

function sendIoFor({ contact }: Pick<Notification, "contact">, io: NotifyIo): SendIo {
  return contact === undefined ? io : { ...io, contact };
}
