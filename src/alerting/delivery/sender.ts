import type { Said } from "../../core/message/said.ts";
import type { DeliveryOutcome, NotifyIo } from "../../core/notifier.ts";
import { type AcceptedRow, destinationOf, type OutboxRow, threadOf } from "../../core/outbox.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { IdSource, Random } from "../../core/ports/random.ts";
import type { Spend } from "../../core/spending.ts";
import type { Store } from "../../core/store.ts";
import type { EpochMs } from "../../core/time.ts";
import { rejected } from "../notifiers/outcome.ts";
import { attempt, notificationNow } from "./attempt.ts";
import { type BudgetedChannel, Budgets, type BudgetView } from "./budgets.ts";
import { type Channel, ChannelHealth, type ChannelTrouble } from "./channel-health.ts";
import type { Directory } from "./directory.ts";
import { Fates } from "./fates.ts";
import { afterHalfHour } from "./half-hour.ts";
import { type Held, holdRow } from "./held.ts";
import { askedDelayMs, type Circumstances, isSick, judgeAttempt, longestWaitMs } from "./judge-attempt.ts";
import { acceptedBy, firstAskMs } from "./judge-fate.ts";
import { Lanes, type Place } from "./lanes.ts";
import { Queue } from "./queue.ts";
import type { Integration } from "./receivers.ts";
import { expired, type Rejected, type RowEndHooks, RowEnds } from "./row-ends.ts";
import { Settler } from "./settler.ts";
import { noSuccession, type Succession } from "./succession.ts";

const pollMs = 1000;
const stopWithinMs = 10_000;
const abortWithinMs = 1000;
const mostInFlight = 8;
const mostHeld = 128;

const removed = rejected("endpoint", "removed", "the receiver has left the configuration");

/** What the sender tells the rest of the daemon. */
export type SenderHooks = RowEndHooks &
  Readonly<{
    /** An attempt ended, or it became known what became of one that was `accepted`. */
    onAttempt(kind: string, outcome: DeliveryOutcome["kind"] | "accepted", durationMs: number): void;
    /** A channel lost a message (it was refused or given up); undefined when it delivers again. */
    onTrouble(channel: Channel, trouble: ChannelTrouble | undefined): void;
    /** A budget is nearly or wholly used up; undefined when it is not any more, as on the next day. */
    onBudget(channel: BudgetedChannel, said: Said | undefined): void;
  }>;

export type SenderSettings = Readonly<{
  store: Pick<Store, "leaseOutbox" | "settle" | "spending">;
  clock: Clock;
  io: NotifyIo;
  random: Random;
  ids: IdSource;
  /** Unique per process, so that leases of a dead one are told apart. */
  owner: string;
  directory: Directory;
  hooks: SenderHooks;
  /** What fires on, and who hears of its end; absent where nothing knows. */
  succession?: Succession;
}>;

/** How an attempt ended; `isEndpoints` when the endpoint, not this one message, is what failed. */
type Ended = Readonly<{
  outcome: DeliveryOutcome;
  /** Taken by the endpoint, which can be asked what became of it. */
  accepted: AcceptedRow | undefined;
  isEndpoints: boolean;
  spend: Spend | undefined;
}>;

function audienceOf({ interrupts, alertsOnly }: Integration): Circumstances["audience"] {
  if (interrupts) return "phone";
  return alertsOnly ? "program" : "people";
}

/**
 * Takes rows from the outbox and delivers them: at least once, in order per incident, at each endpoint's own rate, critical first. What
 * cannot be delivered in time goes to its fallback; what an endpoint cannot take one by one becomes a digest.
 */
export class Sender {
  readonly #settings: SenderSettings;
  readonly #settler: Settler;
  readonly #lanes = new Lanes();
  readonly #queue = new Queue(this.#lanes);
  readonly #inFlight = new Map<Promise<void>, AbortController>();
  readonly #health: ChannelHealth;
  readonly #ends: RowEnds;
  readonly #fates: Fates;
  readonly #budgets: Budgets;
  #directory: Directory;
  #cancelTimer = (): void => {};
  #turning: Promise<void> | undefined;
  #again = false;
  #running = false;

  constructor(settings: SenderSettings) {
    this.#settings = settings;
    this.#settler = new Settler(settings, () => this.#running);
    this.#directory = settings.directory;
    this.#health = new ChannelHealth(settings.hooks, settings.clock.now());
    this.#budgets = new Budgets(settings.hooks);
    this.#budgets.use(settings.directory);
    const succession = settings.succession ?? noSuccession;
    this.#ends = new RowEnds({
      ...settings,
      succession,
      settler: this.#settler,
      health: this.#health,
      directory: () => this.#directory,
      onFollow: () => this.wake(),
    });
    const { clock, io } = settings;
    const parts = { settler: this.#settler, ends: this.#ends, hooks: settings.hooks, succession, clock, io };
    this.#fates = new Fates({ ...parts, directory: () => this.#directory });
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
  setDirectory(directory: Directory): void {
    this.#directory = directory;
    this.#budgets.use(directory);
    const integrations = [...directory.receivers.values()].flatMap((receiver) => receiver.integrations);
    this.#lanes.keepOnly(new Set(integrations.flatMap(({ members }) => members.map(({ endpoint }) => endpoint))));
    this.wake();
  }

  /** When sending last made progress; stands still while the outbox cannot be read, or every attempt has failed for ten minutes. */
  get progressAtMs(): EpochMs {
    return this.#health.progressAtMs;
  }

  /** What the budgets of the channels stand at. */
  get budgets(): readonly BudgetView[] {
    return this.#budgets.views(this.#settings.clock.now());
  }

  /** Begins no attempt any more, puts back what has not begun, and ends what is under way within ten seconds. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer();
    await this.#turning;
    const held = this.#queue.drain();
    const finished = Promise.all([
      ...this.#inFlight.keys(),
      this.#fates.stop(),
      ...held.map((each) => this.#ends.putBack(each, "shutdown", 0)),
    ]);
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
      await this.#budgets.look((day) => this.#settler.spending(day), this.#settings.clock.now());
      await this.#lease();
      await this.#pump();
    }
    this.#arm();
  }

  async #lease(): Promise<void> {
    const { clock } = this.#settings;
    const count = mostHeld - this.#queue.size;
    if (count <= 0) return;
    const leasedAtMs = clock.monotonicMs();
    const rows = await this.#settler.lease(count);
    if (rows === undefined) return;
    this.#health.turned(clock.now());
    const ended = new Set<string>();
    for (const row of rows) {
      const destination = destinationOf(row);
      // What came before it has just ended otherwise than by an attempt: what was heard is known at the next lease.
      if (ended.has(destination)) await this.#settler.release({ row, leasedAtMs }, row.notBeforeMs);
      else if (!(await this.#admit(row, rows, leasedAtMs))) ended.add(destination);
    }
    this.#again ||= ended.size > 0;
  }

  /** Takes a leased row in; false when it has ended. */
  async #admit(leased: OutboxRow, together: readonly OutboxRow[], leasedAtMs: number): Promise<boolean> {
    const row = await this.#ends.admitted(leased, leasedAtMs);
    if (row === undefined) return false;
    const integration = this.#integrationOf(row);
    if (row.accepted !== undefined) {
      await this.#fates.ask({ row, integration, leasedAtMs });
      return true;
    }
    if (integration?.interrupts === true && (await this.#ends.spared(row, leasedAtMs))) return false;
    const spend = this.#budgets.spendAbandoned(integration, row, this.#settings.clock.now());
    if (spend !== undefined) {
      // Counted before it is tried again, or a daemon that dies again and again would never count.
      await this.#settler.release({ row, leasedAtMs }, row.notBeforeMs, spend);
      return false;
    }
    const outcome = this.#hopeless(row, integration);
    if (outcome !== undefined || integration === undefined) {
      await this.#ends.bury(row, leasedAtMs, outcome ?? removed);
      return false;
    }
    const held = holdRow(row, integration, leasedAtMs);
    const nowMs = this.#settings.clock.now();
    const atMs = integration.avoidsHalfHours ? afterHalfHour(row, together, nowMs) : nowMs;
    if (atMs > nowMs) await this.#settler.release(held, Math.min(atMs, row.giveUpAtMs));
    else this.#queue.add(held);
    return true;
  }

  /** Why no attempt is made any more; undefined when one is. */
  #hopeless(row: OutboxRow, integration: Integration | undefined): Rejected | undefined {
    const { clock } = this.#settings;
    if (integration === undefined) return removed;
    const lost = this.#lost(row, integration);
    if (lost !== undefined) return lost;
    const nowMs = clock.monotonicMs();
    const isClosed = this.#lanes.isRefusing(integration, nowMs) && this.#lanes.pauseMs(integration, nowMs) > 0;
    if (!isClosed || !this.#ends.hasFallBack(row)) return undefined;
    return rejected("endpoint", "endpoint_gone", "the endpoint refuses all messages now; this one was not tried");
  }

  /** Why an attempt is not begun any more, whatever the endpoint does. */
  #lost(row: OutboxRow, integration: Integration): Rejected | undefined {
    const nowMs = this.#settings.clock.now();
    return nowMs >= row.giveUpAtMs ? expired : this.#budgets.refusal(row, integration, nowMs);
  }

  /** The integration that the row was made for: the one with its endpoint, else the one that stands in its place now. */
  #integrationOf(row: OutboxRow): Integration | undefined {
    const integrations = this.#directory.receivers.get(row.receiver)?.integrations ?? [];
    const isIts = ({ members }: Integration): boolean => members.some(({ endpoint }) => endpoint === row.endpoint);
    return integrations.find(isIts) ?? integrations[row.integration];
  }

  /** Begins what may begin, joins what is too much, and puts back what would wait too long. */
  async #pump(): Promise<void> {
    const { clock } = this.#settings;
    await this.#endWaiting();
    const room = mostInFlight - this.#inFlight.size;
    const turn = this.#queue.turn(room, { wallMs: clock.now(), monotonicMs: clock.monotonicMs() });
    for (const { held, place } of turn.begin) this.#begin(held, place);
    await Promise.all([
      ...turn.putBack.map(({ held, waitMs }) => this.#ends.putBack(held, "queue_full", waitMs)),
      ...turn.merge.map((merge) => this.#ends.join(merge)),
    ]);
  }

  /** Ends what waits in vain. */
  async #endWaiting(): Promise<void> {
    const past = this.#queue.take(({ row }) => this.#ends.isPast(row));
    const lost = this.#queue.take(({ row, integration }) => this.#lost(row, integration) !== undefined);
    for (const { row, leasedAtMs } of past) await this.#ends.dropPast(row, leasedAtMs);
    for (const { row, integration, leasedAtMs } of lost)
      await this.#ends.bury(row, leasedAtMs, this.#lost(row, integration) ?? expired);
    const ended = new Set([...past, ...lost].map(({ destination }) => destination));
    if (ended.size > 0) await this.#releaseAll(this.#queue.take(({ destination }) => ended.has(destination)));
  }

  #begin(held: Held, place: Place): void {
    const abort = new AbortController();
    const done = this.#deliver(held, place, abort).finally(() => {
      this.#inFlight.delete(done);
      this.wake();
    });
    this.#inFlight.set(done, abort);
  }

  async #deliver(held: Held, { member, lane }: Place, abort: AbortController): Promise<void> {
    const { clock, io, random, hooks } = this.#settings;
    const { row, integration } = held;
    const beganMs = clock.monotonicMs();
    const notification = notificationNow(row, clock.now(), this.#directory);
    const outcome = await attempt(member.notifier, notification, { io, clock, abort });
    const endedMs = clock.monotonicMs();
    const refused = outcome.kind === "rejected" && outcome.scope === "endpoint";
    const longestMs = longestWaitMs(row, clock.now());
    const failure = { askedMs: askedDelayMs(outcome), longestMs, random, refused };
    lane.end(endedMs, refused || isSick(outcome) ? failure : undefined);
    const accepted = acceptedBy(member, row, outcome, clock.now());
    hooks.onAttempt(integration.kind, accepted === undefined ? outcome.kind : "accepted", endedMs - beganMs);
    const spend = this.#budgets.spend(integration, { endpoint: member.endpoint, outcome }, clock.now());
    await this.#conclude(held, { outcome, accepted, isEndpoints: refused || isSick(outcome), spend });
  }

  /** Records what came of an attempt, and what follows from it. */
  async #conclude(held: Held, { outcome, accepted, isEndpoints, spend }: Ended): Promise<void> {
    const { clock, random } = this.#settings;
    const { row, integration, leasedAtMs } = held;
    const nowMs = clock.monotonicMs();
    const pauseMs = isEndpoints ? this.#lanes.pauseMs(integration, nowMs) : 0;
    const isRefusing = this.#lanes.isRefusing(integration, nowMs);
    const judged = judgeAttempt(row, outcome, clock.now(), {
      random,
      audience: audienceOf(integration),
      isCovered: this.#ends.isCovered(row),
      persists: !(isRefusing && this.#ends.hasFallBack(row)),
      ...(isEndpoints && integration.members.length > 1 ? { elsewhereMs: pauseMs } : {}),
    });
    if (judged.end === "dead" && judged.outcome.kind === "rejected") {
      await this.#ends.bury(row, leasedAtMs, judged.outcome, spend);
      await this.#releaseAll(this.#queue.ended(held, true));
    } else {
      const retryAtMs = Math.max(judged.notBeforeMs, clock.now() + pauseMs);
      const again = judged.end === undefined ? { retryAtMs } : {};
      const what =
        accepted === undefined
          ? { outcome: judged.outcome, ...again }
          : { outcome: { kind: "accepted" as const, accepted }, retryAtMs: firstAskMs(row, accepted.atMs) };
      const end = { outboxId: row.id, ...what, ...(spend === undefined ? {} : { spend }) };
      await this.#settler.settle({ ends: [end], follow: [] }, leasedAtMs);
      const thread = threadOf(row, end);
      if (thread !== undefined) this.#queue.follow(held, thread);
      const behind = this.#queue.ended(held, judged.end === undefined);
      await Promise.all(behind.map((each) => this.#settler.release(each, Math.min(retryAtMs, each.row.giveUpAtMs))));
    }
    this.#queue.ended(held, false);
    this.#health.attempted(row, judged, clock.now());
    if (isRefusing && outcome.kind === "rejected") this.#health.lost(row, { ...outcome, isLost: false });
  }

  /** What waits behind a lost message may be about what was never heard: the store says so at the next lease. */
  async #releaseAll(behind: readonly Held[]): Promise<void> {
    await Promise.all(behind.map((each) => this.#settler.release(each, this.#settings.clock.now())));
  }

  #arm(): void {
    this.#cancelTimer();
    if (!this.#running) return;
    const nextMs =
      this.#inFlight.size < mostInFlight ? this.#queue.nextMs(this.#settings.clock.monotonicMs()) : undefined;
    const delayMs = Math.min(pollMs, Math.max(1, nextMs ?? pollMs));
    this.#cancelTimer = this.#settings.clock.setTimer(delayMs, () => this.wake());
  }
}
