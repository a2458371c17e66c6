import type { AlertingConfig } from "../../../src/alerting/alerting-config.ts";
import { openReceivers } from "../../../src/alerting/delivery/config/receivers.ts";
import { receiversSchema } from "../../../src/alerting/delivery/config/receivers-schema.ts";
import { Sender } from "../../../src/alerting/delivery/sender.ts";
import { noteUnanswered } from "../../../src/alerting/escalation/chain/unanswered.ts";
import { handOn } from "../../../src/alerting/escalation/telling/heirs.ts";
import type { Action } from "../../../src/alerting/pipeline/action.ts";
import { type AlertingEngine, createAlertingEngine } from "../../../src/alerting/pipeline/alerting-engine.ts";
import type { AppConfig } from "../../../src/app/configuration/app-config.ts";
import { directoryOf } from "../../../src/app/configuration/directory.ts";
import { deliveryHooks } from "../../../src/app/daemon/delivery-hooks.ts";
import { Trouble } from "../../../src/app/daemon/trouble.ts";
import { WakeLoop } from "../../../src/app/daemon/wake-loop.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import type { Check } from "../../../src/core/checks/check.ts";
import type { Finding } from "../../../src/core/checks/finding.ts";
import type { Change, Store } from "../../../src/core/store.ts";
import type { EpochMs } from "../../../src/core/time/time.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../fakes/fake-random.ts";
import { MemoryStore } from "../fakes/memory-store.ts";
import { noSmtp } from "../servers/no-smtp.ts";
import { alertingConfigOf, type RawSections, resultOf } from "../worlds/alerting-world.ts";
import { Life, ScriptedChannels } from "./scripted-channels.ts";

/** A config of these stories: `receivers` as in YAML, by the kinds chat, mail and call. */
export type ReachedConfig = Readonly<{
  checks: readonly Check[];
  sections: RawSections;
  receivers: Readonly<Record<string, unknown>>;
}>;

/** Moments at which a daemon can die. */
export const deaths = [
  "now",
  "before a commit",
  "after a commit",
  "before the wire",
  "on the wire",
  "after a settling",
] as const;
export type Death = (typeof deaths)[number];

/** Trouble of a channel that was told to the engine. */
export type Troubled = Readonly<{ atMs: number; component: string }>;

/** Opens the store for a life of the daemon: what the life before has left is in it. */
export type OpenStore = (clock: FakeClock, before: Store | undefined) => Promise<Store>;

const openMemory: OpenStore = async (clock, before) => {
  if (!(before instanceof MemoryStore)) return new MemoryStore(clock);
  before.reopen();
  return before;
};

/** The real engine and the real sender over one store and scripted channels, in simulated time; it dies and starts where the story says. */
export class ReachedWorld {
  readonly clock = new FakeClock();
  readonly channels = new ScriptedChannels(this.clock);
  /** What the engine has committed to say. */
  readonly said: OutboxRow[] = [];
  readonly troubles: Troubled[] = [];
  /** What was given up, and when. */
  readonly lost: Readonly<{ row: OutboxRow; atMs: EpochMs; reason: string }>[] = [];
  store!: Store;
  engine!: AlertingEngine;
  config!: AlertingConfig;
  deaths = 0;
  /** What a life before had taken up when it died: nobody knows whether that arrived. */
  readonly takenUp: OutboxRow[] = [];
  /** When somebody took which incident. */
  readonly taken: Readonly<{ incident: string; atMs: EpochMs }>[] = [];
  /** Receivers that some config of the story leaves out: what they hear of is nobody's promise. */
  readonly left = new Set<string>();
  #written: ReachedConfig;
  readonly #openStore: OpenStore;
  #life = new Life(0);
  #death: Death | undefined;
  #onDeath = (): void => {};
  #sender!: Sender;
  #flushing!: WakeLoop;
  #slotMs = 0;
  readonly #ids = new CountingIds();
  #commits: Promise<void> = Promise.resolve();

  private constructor(written: ReachedConfig, openStore: OpenStore) {
    this.#written = written;
    this.#openStore = openStore;
    this.channels.onWire = (moment) => this.#mayDie(moment === "before" ? "before the wire" : "on the wire");
  }

  static async start(written: ReachedConfig, openStore: OpenStore = openMemory): Promise<ReachedWorld> {
    const world = new ReachedWorld(written, openStore);
    await world.#begin();
    return world;
  }

  /** Runs a check's first target once. */
  async run(check: Check, ...findings: readonly Finding[]): Promise<void> {
    this.#slotMs = Math.max(this.#slotMs + 1, this.clock.now());
    const { change } = this.engine.onResults([resultOf(check, this.#slotMs, findings)], this.clock.now());
    this.#take(change);
    await this.pass(0.001);
  }

  async perform<T>(action: Action<T>): Promise<T> {
    const { outcome, change } = this.engine.perform(action, this.clock.now());
    this.#take(change);
    await this.pass(0);
    return outcome;
  }

  /** Lets time pass, in steps so short that what each begins may end before the next; a daemon that died starts within a second. */
  async pass(seconds: number): Promise<void> {
    let leftMs = seconds * 1000;
    do {
      const stepMs = Math.min(leftMs, 1000);
      await this.clock.advance(stepMs);
      leftMs -= stepMs;
      if (!this.#life.isAlive) await this.#begin();
    } while (leftMs > 0);
  }

  async reload(written: ReachedConfig): Promise<void> {
    for (const name of Object.keys(this.#written.receivers))
      if (!Object.hasOwn(written.receivers, name)) this.left.add(name);
    this.#written = written;
    this.#open(this.#life);
    this.#take(this.engine.reload(this.config, this.clock.now()));
    this.#sender.setDirectory(this.#directory(this.#life));
    await this.pass(0);
  }

  /** The daemon dies at the next such moment; `now` at once. */
  async die(death: Death): Promise<void> {
    this.#death = death;
    this.#mayDie("now");
    await this.pass(1);
  }

  /** The daemon lives on, whatever was planned. */
  spare(): void {
    this.#death = undefined;
  }

  /** A stop in good order, and a start. */
  async restart(): Promise<void> {
    // Whoever dies while it stops never says that it has.
    const died = new Promise<void>((resolve) => {
      this.#onDeath = resolve;
    });
    const stopping = { isOver: false };
    void Promise.race([this.#sender.stop(), died]).then(() => {
      stopping.isOver = true;
    });
    this.#flushing.stop();
    // It may begin to count its seconds only when what it is about has ended.
    while (!stopping.isOver) await this.clock.advance(1000);
    await this.#commits;
    this.#life.isAlive = false;
    await this.#begin();
    await this.pass(0);
  }

  #mayDie(moment: Death): void {
    if (this.#death !== moment) return;
    this.#death = undefined;
    this.#life.isAlive = false;
    this.deaths += 1;
    this.#flushing.stop();
    this.#onDeath();
  }

  async #begin(): Promise<void> {
    const life = new Life(this.#life.number + 1);
    this.#life = life;
    this.#commits = Promise.resolve();
    this.store = await this.#openStore(this.clock, this.store);
    this.#open(life);
    const engine = createAlertingEngine(this.config, { ids: this.#ids });
    this.engine = engine;
    const commit = (change: Change): void => void this.#commit(life, change);
    const log = { info: () => {}, warn: () => {}, error: () => {} } as never;
    const trouble = new Trouble({ engine, clock: this.clock, log, commit });
    const hooks = deliveryHooks({ metrics: { countNotification: () => {} } as never, log, trouble });
    this.#flushing = new WakeLoop(
      this.#mortalClock(life),
      (nowMs) => this.#commit(life, engine.flush(nowMs)),
      () => engine.nextWakeMs(),
    );
    this.#sender = new Sender({
      store: this.#mortalStore(life),
      clock: this.#mortalClock(life),
      io: {
        now: () => this.clock.now(),
        http: { request: async () => ({ ok: false, reason: "refused", detail: "", sent: false }) },
        smtp: noSmtp,
        log: () => {},
      },
      random: new FakeRandom(life.number),
      ids: this.#ids,
      owner: `life-${life.number}`,
      directory: this.#directory(life),
      hooks: {
        ...hooks,
        onDead: (row, failure) => {
          this.lost.push({ row, atMs: this.clock.now(), reason: failure.reason });
          hooks.onDead(row, failure);
        },
        onTrouble: (channel, told) => {
          if (told !== undefined) this.troubles.push({ atMs: this.clock.now(), component: channel.receiver });
          hooks.onTrouble(channel, told);
        },
      },
      succession: {
        standingOf: (fingerprint, telling) => engine.standingOf(fingerprint, telling),
        handOn: async (handedOn) => {
          await life.within(this.#commit(life, engine.perform(handOn(handedOn), this.clock.now()).change));
          return true;
        },
        noteUnanswered: (call) =>
          life.within(this.#commit(life, engine.perform(noteUnanswered(call), this.clock.now()).change)),
      },
    });
    commit(engine.restore(await this.store.load(), this.clock.now()));
    this.#flushing.start();
    this.#sender.start();
  }

  #open(life: Life): void {
    const kinds = this.channels.kinds(life);
    const { checks, sections, receivers: raw } = this.#written;
    const receivers = openReceivers(receiversSchema(kinds).parse(raw), kinds);
    this.config = { ...alertingConfigOf(checks, sections), receivers };
  }

  #directory(life: Life) {
    const kinds = this.channels.kinds(life);
    const receivers = openReceivers(receiversSchema(kinds).parse(this.#written.receivers), kinds);
    return directoryOf({ receivers, alerting: this.config } as unknown as AppConfig, "key", this.engine);
  }

  #take(change: Change): void {
    void this.#commit(this.#life, change);
  }

  /** Commits go one after the other, as through the queue of the daemon. */
  async #commit(life: Life, change: Change): Promise<void> {
    this.#commits = this.#commits.then(async () => {
      if (!life.isAlive) return;
      this.#mayDie("before a commit");
      if (!life.isAlive) return;
      await this.store.commit(change);
      this.said.push(...change.outbox);
      this.#mayDie("after a commit");
    });
    await this.#commits;
    if (!life.isAlive) return;
    this.#flushing.rearm();
    if (change.outbox.length > 0) this.#sender.wake();
  }

  #mortalClock(life: Life): FakeClock {
    const { clock } = this;
    return {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms: number, signal?: AbortSignal) => life.within(clock.sleep(ms, signal)),
      setTimer: (ms: number, callback: () => void) => clock.setTimer(ms, () => (life.isAlive ? callback() : undefined)),
    } as FakeClock;
  }

  #mortalStore(life: Life): Pick<Store, "leaseOutbox" | "settle" | "spending"> {
    const { store } = this;
    const never = new Promise<never>(() => {});
    return {
      leaseOutbox: async (...asked) => {
        if (!life.isAlive) return never;
        const leased = await life.within(store.leaseOutbox(...asked));
        this.takenUp.push(...leased.filter(({ startedBefore }) => startedBefore));
        return leased;
      },
      spending: (...asked) => (life.isAlive ? life.within(store.spending(...asked)) : never),
      settle: async (...asked) => {
        if (!life.isAlive) return never;
        const answer = await store.settle(...asked);
        this.#mayDie("after a settling");
        return life.within(Promise.resolve(answer));
      },
    };
  }
}
