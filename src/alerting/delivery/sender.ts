import type { DeliveryOutcome, NotifyIo } from "../../core/alerting/notifier.ts";
import { isUrgentRow, type OutboxRow } from "../../core/alerting/outbox.ts";
import type { Said } from "../../core/message/said.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { IdSource, Random } from "../../core/ports/random.ts";
import type { Store } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { Admission } from "./admission.ts";
import { Deliveries } from "./deliveries.ts";
import type { Directory } from "./directory.ts";
import { type BudgetedChannel, Budgets, type BudgetView } from "./lanes/budgets.ts";
import { type Channel, ChannelHealth, type ChannelTrouble } from "./lanes/channel-health.ts";
import { Lanes } from "./lanes/lanes.ts";
import { Queue } from "./lanes/queue.ts";
import { Fates } from "./outcome/fates.ts";
import { type RowEndHooks, RowEnds } from "./outcome/row-ends.ts";
import { Settler } from "./outcome/settler.ts";
import { noSuccession, type Succession } from "./outcome/succession.ts";

const pollMs = 1000;
const stopWithinMs = 10_000;
const abortWithinMs = 1000;
const mostHeld = 128;

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

/**
 * Takes rows from the outbox and delivers them: at least once, in order per incident, at each endpoint's own rate, critical first. What
 * cannot be delivered in time goes to its fallback; what an endpoint cannot take one by one becomes a digest.
 */
export class Sender {
  readonly #clock: Clock;
  readonly #settler: Settler;
  readonly #lanes = new Lanes();
  readonly #queue = new Queue(this.#lanes);
  readonly #health: ChannelHealth;
  readonly #ends: RowEnds;
  readonly #fates: Fates;
  readonly #budgets: Budgets;
  readonly #admission: Admission;
  readonly #deliveries: Deliveries;
  #directory: Directory;
  #cancelTimer = (): void => {};
  #turning: Promise<void> | undefined;
  #again = false;
  #running = false;

  constructor(settings: SenderSettings) {
    const { clock, hooks, ids, succession = noSuccession } = settings;
    this.#clock = clock;
    this.#directory = settings.directory;
    this.#settler = new Settler(settings, () => this.#running);
    this.#health = new ChannelHealth(hooks, clock.now());
    this.#budgets = new Budgets(hooks);
    this.#budgets.use(settings.directory);
    const directory = (): Directory => this.#directory;
    const shared = { settler: this.#settler, health: this.#health, clock, hooks, directory };
    this.#ends = new RowEnds({ ...shared, ids, succession, onFollow: (rows) => this.wake(rows) });
    const parts = { ...shared, ends: this.#ends, budgets: this.#budgets, lanes: this.#lanes, queue: this.#queue };
    this.#fates = new Fates({ ...parts, succession, io: settings.io });
    this.#admission = new Admission({ ...parts, fates: this.#fates });
    const { io, random } = settings;
    const onEnded = (): void => this.wake();
    this.#deliveries = new Deliveries({ ...parts, admission: this.#admission, io, random, onEnded });
  }

  /** Begins to deliver. */
  start(): void {
    this.#running = true;
    this.wake();
  }

  /** Looks into the outbox now; call it after every commit, with the rows that it added. */
  wake(added: readonly OutboxRow[] = []): void {
    if (!this.#running) return;
    const urgent = added.filter(isUrgentRow);
    if (urgent.length > 0) this.#queue.hasten(urgent);
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
    return this.#budgets.views(this.#clock.now());
  }

  /** Begins no attempt any more, puts back what has not begun, and ends what is under way within ten seconds. */
  async stop(): Promise<void> {
    this.#running = false;
    this.#cancelTimer();
    await this.#turning;
    const held = this.#queue.drain();
    const finished = Promise.all([
      this.#deliveries.finished(),
      this.#fates.stop(),
      ...held.map((each) => this.#ends.putBack(each, "shutdown", 0)),
    ]);
    const impatience = new AbortController();
    const overdue = this.#clock.sleep(stopWithinMs, impatience.signal);
    await Promise.race([finished, overdue]);
    impatience.abort();
    this.#deliveries.abort();
    await Promise.race([finished, this.#clock.sleep(abortWithinMs)]);
  }

  async #turns(): Promise<void> {
    while (this.#again && this.#running) {
      this.#again = false;
      await this.#budgets.look((day) => this.#settler.spending(day), this.#clock.now());
      await this.#lease();
      await this.#pump();
    }
    this.#arm();
  }

  async #lease(): Promise<void> {
    const count = mostHeld - this.#queue.size;
    if (count <= 0) return;
    const leasedAtMs = this.#clock.monotonicMs();
    const rows = await this.#settler.lease(count);
    if (rows === undefined) return;
    this.#health.turned(this.#clock.now());
    if (await this.#admission.take(rows, leasedAtMs)) this.#again = true;
  }

  /** Begins what may begin, joins what is too much, and puts back what would wait too long. */
  async #pump(): Promise<void> {
    await this.#admission.endWaiting();
    const now = { wallMs: this.#clock.now(), monotonicMs: this.#clock.monotonicMs() };
    const turn = this.#queue.turn(this.#deliveries.room, now);
    for (const { held, place } of turn.begin) this.#deliveries.begin(held, place);
    await Promise.all([
      ...turn.putBack.map(({ held, waitMs }) => this.#ends.putBack(held, "queue_full", waitMs)),
      ...turn.merge.map((merge) => this.#ends.join(merge)),
    ]);
  }

  #arm(): void {
    this.#cancelTimer();
    if (!this.#running) return;
    const nextMs = this.#deliveries.room > 0 ? this.#queue.nextMs(this.#clock.monotonicMs()) : undefined;
    const delayMs = Math.min(pollMs, Math.max(1, nextMs ?? pollMs));
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => this.wake());
  }
}
