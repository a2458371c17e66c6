import { rmSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { openReceivers } from "../../../src/alerting/delivery/config/receivers.ts";
import { receiversSchema } from "../../../src/alerting/delivery/config/receivers-schema.ts";
import { Sender, type SenderSettings } from "../../../src/alerting/delivery/sender.ts";
import { delivered } from "../../../src/alerting/notifiers/outcome.ts";
import { defineNotifier } from "../../../src/core/alerting/notifier.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import { emptyChange, type Store } from "../../../src/core/store.ts";
import { openTestStore } from "../../support/daemons/sqlite-setting.ts";
import { FakeClock } from "../../support/fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../../support/fakes/fake-random.ts";
import { aNotification, anAlert } from "../../support/samples/notifications.ts";
import { noSmtp } from "../../support/servers/no-smtp.ts";
import { directoryTo } from "../../support/worlds/directories.ts";

type Arrived = Readonly<{ id: string; alerts: readonly string[]; possibleDuplicate: boolean; isDigest: boolean }>;
/** A process dies at its n-th step that counts: before it is done, or when it is done and nobody was told so. */
type Death = Readonly<{ step: number; isDone: boolean }>;

const never = new Promise<never>(() => {});
const alerts = Array.from({ length: 12 }, (_, index) => `a${index}`);
const directories: string[] = [];

afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A process: dead, it does nothing more, and nothing answers it. */
class Process {
  isAlive = true;
  steps = 0;
  readonly #death: Death | undefined;

  constructor(death?: Death) {
    this.#death = death;
  }

  /** A step after which the world is another. */
  async step<T>(act: () => Promise<T>): Promise<T> {
    if (!this.isAlive) return never;
    this.steps += 1;
    const death = this.steps === this.#death?.step ? this.#death : undefined;
    if (death === undefined) return act();
    this.isAlive = false;
    if (death.isDone) await act();
    return never;
  }
}

/** Twelve warnings for a channel that takes one message in ten seconds, so that they become digests. */
class Channel {
  readonly clock = new FakeClock();
  readonly received: Arrived[] = [];
  readonly #ids = new CountingIds();
  readonly #opened = openTestStore({ clock: this.clock });

  constructor() {
    directories.push(this.#opened.directory);
  }

  get store(): Store {
    return this.#opened.store;
  }

  /** One warning alone, then two waves; the next process starts as soon as the first has died. */
  async play(death: Death | undefined): Promise<Process> {
    const first = new Process(death);
    let last = first;
    this.#start(first, "first");
    for (let second = 0; second < 240; second += 1) {
      const waves: Readonly<Record<number, readonly [number, number]>> = { 0: [0, 1], 3: [1, 8], 45: [8, 12] };
      await this.#fire(...(waves[second] ?? [0, 0]));
      await this.clock.advance(1000);
      if (last.isAlive) continue;
      last = new Process();
      this.#start(last, "second");
    }
    return first;
  }

  async #fire(from: number, to: number): Promise<void> {
    const outbox = alerts.slice(from, to).map((alert) => this.#row(alert));
    if (outbox.length > 0) await this.store.commit({ ...emptyChange, outbox });
  }

  #row(alert: string): OutboxRow {
    const createdAtMs = this.clock.now();
    const labels = { ...anAlert().labels, severity: "warning" };
    return {
      id: alert,
      dedupKey: alert,
      receiver: "hook",
      integration: 0,
      endpoint: "",
      notification: aNotification({
        id: `n-${alert}`,
        receiver: "hook",
        incident: `i-${alert}`,
        groupKey: `g-${alert}`,
        createdAtMs,
        alerts: [anAlert({ fingerprint: alert, labels })],
      }),
      attempts: 0,
      notBeforeMs: createdAtMs,
      giveUpAtMs: createdAtMs + 86_400_000,
      startedBefore: false,
    };
  }

  #start(process: Process, owner: string): void {
    const { clock, store } = this;
    const mortal: SenderSettings["clock"] = {
      now: () => clock.now(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: (ms, signal) => clock.sleep(ms, signal).then(() => (process.isAlive ? undefined : never)),
      setTimer: (ms, callback) => clock.setTimer(ms, () => (process.isAlive ? callback() : undefined)),
    };
    const kinds = [this.#kind(process)];
    const receivers = openReceivers(receiversSchema(kinds).parse({ hook: { to: [{ kind: "hook" }] } }), kinds);
    const sender = new Sender({
      store: {
        // Looking is no step; to have leased rows is.
        leaseOutbox: async (...asked) => {
          if (!process.isAlive) return never;
          const rows = await store.leaseOutbox(...asked);
          return rows.length === 0 ? rows : process.step(async () => rows);
        },
        settle: (...asked) => process.step(() => store.settle(...asked)),
        spending: (...asked) => (process.isAlive ? store.spending(...asked) : never),
      },
      clock: mortal,
      io: {
        now: () => clock.now(),
        http: { request: async () => ({ ok: false, reason: "refused", detail: "", sent: false }) },
        smtp: noSmtp,
        log: () => {},
      },
      random: new FakeRandom(7),
      ids: this.#ids,
      owner,
      directory: directoryTo(receivers),
      hooks: { onAttempt: () => {}, onDead: () => {}, onDigest: () => {}, onBudget: () => {}, onTrouble: () => {} },
    });
    sender.start();
  }

  #kind(process: Process) {
    return defineNotifier({
      kind: "hook",
      title: "Hook",
      options: z.strictObject({}),
      limit: { count: 1, perMs: 10_000 },
      endpoint: () => "hook",
      render: ({ id, possibleDuplicate, intent, ...rest }): Arrived => ({
        id,
        possibleDuplicate,
        isDigest: intent === "digest",
        alerts: rest.alerts.map(({ fingerprint }) => fingerprint),
      }),
      send: (message) =>
        process.step(async () => {
          this.received.push(message);
          return delivered;
        }),
    });
  }
}

/** Every death that there is in this story, and one life without any. */
async function* lives(): AsyncGenerator<readonly [name: string, channel: Channel]> {
  const whole = new Channel();
  const { steps } = await whole.play(undefined);
  yield ["no death", whole];
  for (let step = 1; step <= steps; step += 1)
    for (const isDone of [false, true]) {
      const channel = new Channel();
      await channel.play({ step, isDone });
      yield [`death ${isDone ? "after" : "before"} step ${step}`, channel];
    }
}

describe("integration/delivery digests and death", () => {
  it("loses no alert and repeats no digest unmarked, whenever the process dies between overflow and the digest's end (F70)", async () => {
    let deaths = 0;
    for await (const [name, { received, store }] of lives()) {
      deaths += name === "no death" ? 0 : 1;
      expect(new Set(received.flatMap((message) => message.alerts)), name).toEqual(new Set(alerts));
      expect(
        received.some(({ isDigest }) => isDigest),
        name,
      ).toBe(true);
      const [messages, told] = [new Set<string>(), new Set<string>()];
      for (const message of received) {
        const isAgain = messages.has(message.id) || message.alerts.some((alert) => told.has(alert));
        expect(message.possibleDuplicate || !isAgain, `${name}: ${JSON.stringify(message)}`).toBe(true);
        messages.add(message.id);
        for (const alert of message.alerts) told.add(alert);
      }
      expect((await store.facts()).outboxPending, name).toBe(0);
    }
    expect(deaths).toBeGreaterThan(10);
  });
});
