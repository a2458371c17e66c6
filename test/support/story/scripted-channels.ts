import { z } from "zod";
import { delivered, rejected, retryable } from "../../../src/alerting/notifiers/outcome.ts";
import type { Notification } from "../../../src/core/alerting/notification.ts";
import {
  type DeliveryOutcome,
  defineNotifier,
  type Fate,
  type NotifierKind,
  type NotifierSpec,
  type RateLimit,
} from "../../../src/core/alerting/notifier.ts";
import type { EpochMs } from "../../../src/core/time/time.ts";
import type { FakeClock } from "../fakes/fake-clock.ts";

/**
 * How a channel answers an attempt. `lost`, `odd` and `hangs` have taken the message and do not say so; `untaken` is taken by a provider
 * and reaches nobody, `unknown` is taken by one that never says more.
 */
export const answers = [
  "taken",
  "busy",
  "later",
  "refused",
  "unauthorized",
  "gone",
  "lost",
  "odd",
  "hangs",
  "untaken",
  "unknown",
] as const;
export type Answer = (typeof answers)[number];

/** What somebody read or heard; where `isTaken` is false, what a provider has taken and nobody did, which may be known only later. */
export type Arrived = Readonly<{ atMs: EpochMs; place: string; notification: Notification; isTaken: boolean }>;

/** One attempt at an endpoint, by the monotonic clock of one life of the daemon. */
export type Attempted = Readonly<{
  endpoint: string;
  atMs: number;
  life: number;
  wasTaken: boolean;
  limit: RateLimit;
}>;

/** A life of the daemon: when it is over, nothing that it began goes on. */
export class Life {
  isAlive = true;
  readonly number: number;

  constructor(number: number) {
    this.number = number;
  }

  /** What goes on only while the daemon lives. */
  async within<T>(begun: Promise<T>): Promise<T> {
    const value = await begun;
    return this.isAlive ? value : new Promise<never>(() => {});
  }
}

const rate = {
  chat: { count: 1, perMs: 1000 },
  mail: { count: 30, perMs: 60_000 },
  call: { count: 1, perMs: 1100 },
  text: { count: 10, perMs: 1000 },
};
const namedAddress = z.strictObject({ name: z.string() });

/** A chat, a mailbox and a telephone company whose answers are told beforehand; they keep what arrives. */
export class ScriptedChannels {
  readonly arrived: Arrived[] = [];
  readonly attempts: Attempted[] = [];
  /** Called before an attempt's message goes, and before its answer comes. */
  onWire: (moment: "before" | "after") => void = () => {};
  readonly #clock: FakeClock;
  readonly #answers = new Map<string, Answer[]>();
  readonly #calls = new Map<string, Answer>();

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  /** Answers of a channel to the attempts to come; all else is taken. */
  script(name: string, script: readonly Answer[]): void {
    this.#answers.set(name, [...(this.#answers.get(name) ?? []), ...script]);
  }

  /** From now on everything is taken. */
  recover(): void {
    this.#answers.clear();
  }

  kinds(life: Life): readonly NotifierKind[] {
    return [
      this.#kind("chat", life),
      this.#kind("mail", life, { personal: { address: "email", ownOption: "name" } }),
      this.#kind("call", life, { interrupts: true }),
      this.#kind("text", life, { personal: { address: "phone", ownOption: "own" } }),
    ];
  }

  #kind(
    kind: keyof typeof rate,
    life: Life,
    traits: Pick<NotifierSpec<unknown, never>, "personal" | "interrupts"> = {},
  ): NotifierKind {
    return defineNotifier({
      kind,
      title: kind,
      options: namedAddress,
      limit: rate[kind],
      ...traits,
      endpoint: ({ name }) => name,
      render: (notification) => ({ notification }) as never,
      send: (message, { name }) =>
        life.within(this.#take(name, { ...(message as { notification: Notification }), kind, life })),
      ...(kind === "call" ? { fate: ({ externalId }) => life.within(this.#fateOf(externalId)) } : {}),
    });
  }

  async #take(
    name: string,
    { notification, kind, life }: Readonly<{ notification: Notification; kind: keyof typeof rate; life: Life }>,
  ): Promise<DeliveryOutcome> {
    this.onWire("before");
    if (!life.isAlive) return new Promise<never>(() => {});
    const answer = this.#answers.get(name)?.shift() ?? "taken";
    const attempt = { endpoint: name, atMs: this.#clock.monotonicMs(), life: life.number, limit: rate[kind] };
    this.attempts.push({ ...attempt, wasTaken: answer === "taken" });
    const place = kind === "chat" ? name : `${name} ${notification.recipient ?? ""}`.trimEnd();
    const isUntaken = kind === "call" && (answer === "untaken" || answer === "unknown");
    const isTaken = ["taken", "untaken", "unknown"].includes(answer);
    if (isTaken || answer === "lost" || answer === "odd" || answer === "hangs")
      this.arrived.push({ atMs: this.#clock.now(), place, notification, isTaken: !isUntaken });
    this.onWire("after");
    await this.#clock.sleep(answer === "hangs" ? 60_000 : 200);
    if (kind === "call" && isTaken) {
      const externalId = `call-${this.#calls.size}`;
      this.#calls.set(externalId, answer);
      return { kind: "delivered", externalId, final: false };
    }
    return isTaken ? delivered : outcomeOf(answer);
  }

  async #fateOf(externalId: string): Promise<Fate> {
    const answer = this.#calls.get(externalId);
    if (answer === "untaken") return rejected("recipient", "no_answer", "nobody took it");
    return answer === "taken" ? delivered : { kind: "open", detail: "ringing", suffices: false };
  }
}

function outcomeOf(answer: Answer): DeliveryOutcome {
  if (answer === "busy") return retryable("server_error", "HTTP 503");
  if (answer === "later") return retryable("rate_limited", "HTTP 429", { afterMs: 20_000 });
  if (answer === "refused") return rejected("message", "bad_message", "HTTP 400");
  if (answer === "unauthorized") return rejected("endpoint", "unauthorized", "HTTP 403");
  if (answer === "gone") return rejected("endpoint", "endpoint_gone", "HTTP 404");
  if (answer === "odd") return retryable("unexpected_answer", "HTTP 200 and a page", { maybeDelivered: true });
  return retryable("timeout", "no answer", { maybeDelivered: true });
}
