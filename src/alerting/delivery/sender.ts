import type { Contact } from "../../core/contact.ts";
import { AppError } from "../../core/errors.ts";
import { severityOf } from "../../core/message/alert-words.ts";
import type { DeliveryOutcome, NotifyIo } from "../../core/notifier.ts";
import type { OutboxRow } from "../../core/outbox.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Random } from "../../core/ports/random.ts";
import type { Store } from "../../core/store.ts";
import type { EpochMs } from "../../core/time.ts";
import { rejected, retryable } from "../notifiers/outcome.ts";
import { attempt, notificationNow } from "./attempt.ts";
import { type Channel, ChannelHealth } from "./channel-health.ts";
import { askedDelayMs, judgeAttempt, longestWaitMs } from "./judge-attempt.ts";
import { Lane } from "./lane.ts";
import type { Integration, Receivers } from "./receivers.ts";

const leaseTtlMs = 60_000;
/** A row waits in memory at most this long, so that its attempt ends before its lease does. */
const longestHeldMs = 30_000;
const pollMs = 1000;
const settleRetryMs = 1000;
const stopWithinMs = 10_000;
const abortWithinMs = 1000;
const mostInFlight = 8;
const mostHeld = 128;

/** What the sender tells the rest of the daemon. */
export type SenderHooks = Readonly<{
  onAttempt(kind: string, outcome: DeliveryOutcome["kind"], durationMs: number): void;
  /** The row will not be tried again and was not delivered. */
  onDead(row: OutboxRow, reason: string, detail: string): void;
  /** A channel lost a message (it was rejected or given up); undefined when it delivers again. */
  onTrouble(channel: Channel, trouble: Readonly<{ reason: string; detail: string }> | undefined): void;
}>;

export type SenderSettings = Readonly<{
  store: Pick<Store, "leaseOutbox" | "settle">;
  clock: Clock;
  io: NotifyIo;
  random: Random;
  /** Unique per process, so that leases of a dead one are told apart. */
  owner: string;
  receivers: Receivers;
  /** People by their id. */
  contacts?: ReadonlyMap<string, Contact>;
  hooks: SenderHooks;
}>;

/** A leased row whose attempt has not begun. */
type Held = Readonly<{ row: OutboxRow; integration: Integration; urgent: boolean; leasedAtMs: number }>;

/** Takes rows from the outbox and delivers them: at least once, in order per incident, at each endpoint's own rate. */
export class Sender {
  readonly #settings: SenderSettings;
  readonly #lanes = new Map<string, Lane>();
  readonly #inFlight = new Map<Promise<void>, AbortController>();
  readonly #health: ChannelHealth;
  #receivers: Receivers;
  #contacts: ReadonlyMap<string, Contact>;
  #held: Held[] = [];
  #cancelTimer = (): void => {};
  #turning: Promise<void> | undefined;
  #again = false;
  #running = false;

  constructor(settings: SenderSettings) {
    this.#settings = settings;
    this.#receivers = settings.receivers;
    this.#contacts = settings.contacts ?? new Map();
    this.#health = new ChannelHealth(settings.hooks, settings.clock.now());
  }

  /** Begins to deliver. */
  start(): void {
    this.#running = true;
    this.wake();
  }

  /** Looks into the outbox now; call it after every commit that added rows. */
  wake(): void {
    if (!this.#running) return;
    this.#again = true;
    this.#turning ??= this.#turns().finally(() => {
      this.#turning = undefined;
      if (this.#again) this.wake();
    });
  }

  /** Uses other receivers and people from the next attempt on. */
  setReceivers(receivers: Receivers, contacts: ReadonlyMap<string, Contact> = new Map()): void {
    this.#receivers = receivers;
    this.#contacts = contacts;
    const endpoints = new Set(
      [...receivers.values()].flatMap(({ integrations }) => integrations.map((each) => each.endpoint)),
    );
    for (const [endpoint, lane] of this.#lanes)
      if (!endpoints.has(endpoint) && !lane.busy) this.#lanes.delete(endpoint);
    this.wake();
  }

  /** When sending last made progress; stands still while the outbox cannot be read, or every attempt has failed for ten minutes. */
  get progressAtMs(): EpochMs {
    return this.#health.progressAtMs;
  }

  /** Begins no attempt any more, puts back what has not begun, and ends what is under way within ten seconds. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer();
    await this.#turning;
    const held = this.#held.splice(0);
    const finished = Promise.all([...this.#inFlight.keys(), ...held.map((each) => this.#putBack(each, "shutdown", 0))]);
    const impatience = new AbortController();
    const overdue = this.#settings.clock.sleep(stopWithinMs, impatience.signal);
    await Promise.race([finished, overdue]);
    impatience.abort();
    for (const abort of this.#inFlight.values()) abort.abort();
    await Promise.race([finished, this.#settings.clock.sleep(abortWithinMs)]);
  }

  async #turns(): Promise<void> {
    while (this.#again && this.#running) {
      this.#again = false;
      await this.#lease();
      await this.#pump();
    }
    this.#arm();
  }

  async #lease(): Promise<void> {
    const { store, clock, owner } = this.#settings;
    const count = mostHeld - this.#held.length;
    if (count <= 0) return;
    const leasedAtMs = clock.monotonicMs();
    try {
      const rows = await store.leaseOutbox(owner, count, clock.now(), leaseTtlMs);
      this.#health.turned(clock.now());
      for (const row of rows) await this.#admit(row, leasedAtMs);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  async #admit(row: OutboxRow, leasedAtMs: number): Promise<void> {
    const nowMs = this.#settings.clock.now();
    const integration = this.#integrationOf(row);
    if (integration === undefined) {
      return this.#bury(row, leasedAtMs, rejected("endpoint", "removed", "the receiver has left the configuration"));
    }
    if (nowMs >= row.giveUpAtMs) {
      return this.#bury(row, leasedAtMs, rejected("message", "expired", "no attempt could be made in time"));
    }
    const { alerts, intent } = row.notification;
    const urgent =
      intent !== "resolved" && alerts.some((alert) => alert.status === "firing" && severityOf(alert) === "critical");
    this.#held.push({ row, integration, urgent, leasedAtMs });
  }

  /** The integration that the row was made for: the one with its endpoint, else the one that stands in its place now. */
  #integrationOf(row: OutboxRow): Integration | undefined {
    const integrations = this.#receivers.get(row.receiver)?.integrations ?? [];
    return integrations.find(({ endpoint }) => endpoint === row.endpoint) ?? integrations[row.integration];
  }

  async #bury(
    row: OutboxRow,
    leasedAtMs: number,
    outcome: Extract<DeliveryOutcome, { kind: "rejected" }>,
  ): Promise<void> {
    await this.#settle(row, leasedAtMs, outcome, this.#settings.clock.now());
    this.#settings.hooks.onDead(row, outcome.reason, outcome.detail);
    if (outcome.reason === "expired") this.#health.lost(row, outcome);
  }

  /** Begins what may begin, critical first, and puts back what would wait too long. */
  async #pump(): Promise<void> {
    const nowMs = this.#settings.clock.monotonicMs();
    const waiting = this.#held.toSorted(byUrgency);
    const ahead = new Map<Lane, number>();
    const kept: Held[] = [];
    const late: Promise<void>[] = [];
    for (const held of waiting) {
      const lane = this.#laneOf(held.integration);
      if (this.#inFlight.size < mostInFlight && lane.begin(nowMs)) {
        this.#begin(held, lane);
        continue;
      }
      const before = ahead.get(lane) ?? 0;
      const waitMs = lane.waitMs(nowMs) + before * lane.paceMs;
      ahead.set(lane, before + 1);
      if (nowMs - held.leasedAtMs + waitMs <= longestHeldMs) kept.push(held);
      else late.push(this.#putBack(held, "queue_full", held.urgent ? waitMs : lane.reserve(nowMs, waitMs)));
    }
    this.#held = kept;
    await Promise.all(late);
  }

  #laneOf({ endpoint, limit }: Integration): Lane {
    const lane = this.#lanes.get(endpoint) ?? new Lane(limit, this.#settings.clock.monotonicMs());
    this.#lanes.set(endpoint, lane);
    return lane;
  }

  async #putBack({ row, leasedAtMs }: Held, reason: "queue_full" | "shutdown", waitMs: number): Promise<void> {
    const detail = reason === "shutdown" ? "the daemon stops" : "the endpoint takes no more for now";
    const notBeforeMs = Math.min(this.#settings.clock.now() + waitMs, row.giveUpAtMs);
    await this.#settle(row, leasedAtMs, retryable(reason, detail), notBeforeMs);
  }

  #begin(held: Held, lane: Lane): void {
    const abort = new AbortController();
    const done = this.#deliver(held, lane, abort).finally(() => {
      this.#inFlight.delete(done);
      this.wake();
    });
    this.#inFlight.set(done, abort);
  }

  async #deliver({ row, integration, leasedAtMs }: Held, lane: Lane, abort: AbortController): Promise<void> {
    const { clock, io, random, hooks } = this.#settings;
    const beganMs = clock.monotonicMs();
    const notification = notificationNow(row, clock.now(), this.#contacts);
    const outcome = await attempt(integration.notifier, notification, { io, clock, abort });
    const endedMs = clock.monotonicMs();
    const longestMs = longestWaitMs(row, clock.now());
    const pauseMs = lane.end(
      endedMs,
      isSick(outcome) ? { askedMs: askedDelayMs(outcome), longestMs, random } : undefined,
    );
    hooks.onAttempt(integration.kind, outcome.kind, endedMs - beganMs);
    const judged = judgeAttempt(row, outcome, clock.now(), random);
    await this.#settle(row, leasedAtMs, judged.outcome, Math.max(judged.notBeforeMs, clock.now() + pauseMs));
    this.#health.attempted(row, judged, clock.now());
    if (judged.end === "dead" && judged.outcome.kind === "rejected") {
      hooks.onDead(row, judged.outcome.reason, judged.outcome.detail);
    }
  }

  /** Records the attempt; while the store fails it is tried again until the lease is over, and then the row is sent once more. */
  async #settle(row: OutboxRow, leasedAtMs: number, outcome: DeliveryOutcome, notBeforeMs: EpochMs): Promise<void> {
    const { store, clock, owner } = this.#settings;
    while (clock.monotonicMs() - leasedAtMs < leaseTtlMs) {
      try {
        await store.settle(row.id, owner, outcome, clock.now(), notBeforeMs);
        return;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        if (!this.#running) return;
        await clock.sleep(settleRetryMs);
      }
    }
  }

  #arm(): void {
    this.#cancelTimer();
    if (!this.#running) return;
    const nowMs = this.#settings.clock.monotonicMs();
    const held = this.#inFlight.size < mostInFlight ? this.#held : [];
    const waits = held.map(({ integration }) => this.#laneOf(integration)).filter((lane) => !lane.busy);
    const nextMs = Math.min(pollMs, ...waits.map((lane) => Math.max(1, lane.waitMs(nowMs))));
    this.#cancelTimer = this.#settings.clock.setTimer(nextMs, () => this.wake());
  }
}

function byUrgency(a: Held, b: Held): number {
  if (a.urgent !== b.urgent) return a.urgent ? -1 : 1;
  return a.row.notification.createdAtMs - b.row.notification.createdAtMs;
}

/** True when the endpoint, not this one message, is what failed. */
function isSick(outcome: DeliveryOutcome): boolean {
  return outcome.kind === "retryable" && outcome.next === undefined && outcome.reason !== "internal";
}
