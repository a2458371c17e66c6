import { z } from "zod";
import { openReceivers, type Receivers } from "../../../src/alerting/delivery/config/receivers.ts";
import { receiversSchema } from "../../../src/alerting/delivery/config/receivers-schema.ts";
import { noSuccession } from "../../../src/alerting/delivery/outcome/succession.ts";
import { Sender } from "../../../src/alerting/delivery/sender.ts";
import { notifierKinds } from "../../../src/alerting/notifiers/index.ts";
import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { Notification } from "../../../src/core/alerting/notification.ts";
import { type DeliveryOutcome, defineNotifier } from "../../../src/core/alerting/notifier.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import { saidIn } from "../../../src/core/message/said.ts";
import type { NotifyHttp } from "../../../src/core/ports/notify-http.ts";
import { emptyChange } from "../../../src/core/store.ts";
import { ChannelWays } from "../../../src/platform/channels/channel-ways.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../fakes/fake-random.ts";
import { MemoryStore } from "../fakes/memory-store.ts";
import { aNotification, anAlert } from "../samples/notifications.ts";
import { ChatServer, type ScriptedAnswer } from "../servers/chat-server.ts";
import { noSmtp } from "../servers/no-smtp.ts";
import { directoryTo } from "./directories.ts";

type Settings = Readonly<{
  /** The section `receivers`; every `base_url` or `url` is that of the chat server. */
  receivers(url: string): unknown;
  script?: readonly ScriptedAnswer[];
  lastResort?: readonly string[];
  ways?: ChannelWays;
}>;

/** A sender over a memory store, fake channels and simulated time. */
export class DeliveryWorld {
  readonly clock = new FakeClock();
  readonly store = new MemoryStore(this.clock);
  /** What the notifier `phone` was called with. */
  readonly calls: Notification[] = [];
  /** Attempts, ends and trouble, as the daemon is told. */
  readonly told: string[] = [];
  /** Somebody has taken whatever incident is asked for. */
  isAttended = false;
  phoneOutcome: DeliveryOutcome = { kind: "delivered", final: true };
  chat!: ChatServer;
  sender!: Sender;
  readonly #ids = new CountingIds();
  #lastResort: readonly string[] = [];
  #ways!: ChannelWays;
  #receivers!: Receivers;
  #open = 0;
  #rows = 0;

  static async start({
    receivers,
    script = [],
    lastResort = [],
    ways = new ChannelWays(),
  }: Settings): Promise<DeliveryWorld> {
    const world = new DeliveryWorld();
    world.#lastResort = lastResort;
    world.chat = await ChatServer.start(...script);
    world.#ways = ways;
    world.#receivers = world.open(receivers(world.chat.url));
    world.#begin();
    return world;
  }

  /** Stops the sender and starts another over the same store. */
  async restart(): Promise<void> {
    const stopped = this.sender.stop();
    await this.clock.advance(12_000);
    await stopped;
    this.#begin();
    await this.settle();
  }

  /** Opens a section `receivers`, with the notifier `phone` among the kinds. */
  open(section: unknown): Receivers {
    const kinds = [...notifierKinds, this.#phone()];
    return openReceivers(receiversSchema(kinds).parse(section), kinds);
  }

  setReceivers(section: unknown): void {
    this.sender.setDirectory(directoryTo(this.open(section), this.#lastResort));
  }

  async stop(): Promise<void> {
    const stopped = this.sender.stop();
    await this.clock.advance(12_000);
    await stopped;
    await this.chat.stop();
  }

  async enqueue(...outbox: readonly OutboxRow[]): Promise<void> {
    await this.store.commit({ ...emptyChange, outbox });
    this.sender.wake(outbox);
    await this.settle();
  }

  /** A row to `ops-chat` about an incident of its own, unless the notification says otherwise. */
  row(alert: Partial<Alert>, over: Partial<Notification> = {}, rowOver: Partial<OutboxRow> = {}): OutboxRow {
    this.#rows += 1;
    const id = `row-${this.#rows}`;
    const nowMs = this.clock.now();
    const alerts = [anAlert({ fingerprint: id, startsAtMs: nowMs, annotations: { title: id }, ...alert })];
    const notification = aNotification({ id: `n-${id}`, incident: `i-${id}`, createdAtMs: nowMs, alerts, ...over });
    return {
      id,
      dedupKey: id,
      receiver: notification.receiver,
      integration: 0,
      endpoint: "",
      notification,
      attempts: 0,
      notBeforeMs: nowMs,
      giveUpAtMs: nowMs + 86_400_000,
      startedBefore: false,
      ...rowOver,
    };
  }

  /** Lets time pass second by second, and what each second begins end before the next. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      await this.clock.advance(1000);
      await this.settle();
    }
  }

  /** Lets sockets and promises go on, without time passing, until nothing is under way. */
  async settle(): Promise<void> {
    for (let turn = 0, quiet = 0; turn < 5000 && quiet < 4; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#open === 0 ? quiet + 1 : 0;
    }
  }

  /** `id outcome reason` of every recorded attempt, oldest first. */
  async outcomes(): Promise<readonly string[]> {
    const deliveries = await this.store.deliveries(10_000);
    return deliveries
      .toReversed()
      .map(({ outboxId, outcome, reason }) => [outboxId, outcome, reason].filter(Boolean).join(" "));
  }

  #begin(): void {
    this.sender = this.#sender(this.#receivers);
    this.sender.start();
  }

  #sender(receivers: Receivers): Sender {
    const http = new UndiciNotifyHttp(this.#ways);
    const request: NotifyHttp["request"] = (wanted, signal) => {
      this.#open += 1;
      return http.request(wanted, signal).finally(() => {
        this.#open -= 1;
      });
    };
    return new Sender({
      store: this.store,
      clock: this.clock,
      io: { now: () => this.clock.now(), http: { request }, smtp: noSmtp, log: () => {} },
      random: new FakeRandom(7),
      ids: this.#ids,
      owner: "one",
      directory: directoryTo(receivers, this.#lastResort),
      succession: { ...noSuccession, standingOf: () => (this.isAttended ? "taken" : "open") },
      hooks: {
        onAttempt: (kind, outcome) => this.told.push(`${kind} ${outcome}`),
        onDead: (row, { reason, heirs }) => this.told.push(["dead", row.id, reason, ...heirs].join(" ")),
        onDigest: (_digest, count) => this.told.push(`digest of ${count}`),
        onBudget: ({ receiver }, said) => {
          this.told.push(`${receiver} ${said === undefined ? "has budget again" : saidIn(said, "en")}`);
        },
        onTrouble: ({ receiver }, trouble) =>
          this.told.push(
            `${receiver} ${trouble === undefined ? "works again" : `${trouble.isLost ? "lost " : ""}${trouble.reason}`}`,
          ),
      },
    });
  }

  #phone() {
    return defineNotifier({
      kind: "phone",
      title: "Telephone",
      options: z.strictObject({}),
      limit: { count: 1, perMs: 60_000 },
      interrupts: true,
      endpoint: () => "phone",
      render: (notification) => {
        this.calls.push(notification);
        return null;
      },
      send: async () => this.phoneOutcome,
    });
  }
}
