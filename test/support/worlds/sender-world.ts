import { afterEach, beforeEach } from "vitest";
import { openReceivers, type Receivers } from "../../../src/alerting/delivery/config/receivers.ts";
import { receiversSchema } from "../../../src/alerting/delivery/config/receivers-schema.ts";
import { Sender } from "../../../src/alerting/delivery/sender.ts";
import { notifierKinds } from "../../../src/alerting/notifiers/index.ts";
import type { NotifyIo } from "../../../src/core/alerting/notifier.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import { saidIn } from "../../../src/core/message/said.ts";
import type { NotifyHttp } from "../../../src/core/ports/notify-http.ts";
import { emptyChange } from "../../../src/core/store.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../fakes/fake-random.ts";
import { MemoryStore } from "../fakes/memory-store.ts";
import { aNotification, anAlert, anOutboxRow } from "../samples/notifications.ts";
import { ChatServer, type ScriptedAnswer } from "../servers/chat-server.ts";
import { noSmtp } from "../servers/no-smtp.ts";
import { directoryTo } from "../worlds/directories.ts";

const http = new UndiciNotifyHttp();
export let clock: FakeClock;
export let store: MemoryStore;
export let chat: ChatServer;
/** Attempts, ends and trouble, as the daemon is told. */
export let told: string[];
let begun: number;
const senders: Sender[] = [];

/** A fresh store and clock for each test of the file, and its senders stopped after it. */
export function useSenders(): void {
  beforeEach(() => {
    clock = new FakeClock();
    store = new MemoryStore(clock);
    told = [];
    begun = 0;
  });

  afterEach(async () => {
    for (const sender of senders.splice(0)) {
      const stopped = sender.stop();
      await clock.advance(12_000);
      await stopped;
    }
    await chat?.stop();
  });
}

/** Lets sockets and promises go on, without time passing, until the condition holds. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it never happened");
}

export const deliveredCount = async (count: number): Promise<boolean> =>
  (await store.deliveries(1000)).length === count;
export const outcomes = async (): Promise<readonly string[]> =>
  (await store.deliveries(1000))
    .toReversed()
    .map(({ outboxId, outcome, reason }) => [outboxId, outcome, reason].filter(Boolean).join(" "));
export const attempts = (): number => told.filter((line) => line.startsWith("slack ")).length;
/** Lets everything that was begun end, without time passing. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await until(() => attempts() === begun);
}
export const sent = (): readonly string[] => chat.requests.map(({ body, path }) => `${path} ${titleOf(body)}`);
export const titleOf = (body: string): string => (JSON.parse(body) as { text: string }).text.split("\n")[0] ?? "";

/** Lets time pass second by second, and everything in it end. */
export async function seconds(count: number): Promise<void> {
  for (let second = 0; second < count; second += 1) {
    await clock.advance(1000);
    await quiet();
  }
}

export function receiversAt(url: string): Receivers {
  const to = (path: string) => ({ to: [{ kind: "slack", url: `${url}/${path}` }] });
  const hook = { to: [{ kind: "webhook", url: `${url}/hook` }] };
  return openReceivers(
    receiversSchema(notifierKinds).parse({ "ops-chat": to("ops"), dev: to("dev"), hook }),
    notifierKinds,
  );
}

export async function startChat(...script: readonly ScriptedAnswer[]): Promise<void> {
  chat = await ChatServer.start(...script);
}

export async function start(...script: readonly ScriptedAnswer[]): Promise<Sender> {
  await startChat(...script);
  return startSender();
}

export function startSender(owner = "one", io: Partial<NotifyIo> = {}): Sender {
  const counted: NotifyHttp = {
    request(request, signal) {
      begun += 1;
      return http.request(request, signal);
    },
  };
  const sender = new Sender({
    store,
    clock,
    io: { now: () => clock.now(), http: counted, smtp: noSmtp, log: () => {}, ...io },
    random: new FakeRandom(7),
    owner,
    ids: new CountingIds(),
    directory: directoryTo(receiversAt(chat.url)),
    hooks: {
      onAttempt: (kind, outcome) => told.push(`${kind} ${outcome}`),
      onDead: (row, { reason, heirs }) => told.push(["dead", row.id, reason, ...heirs].join(" ")),
      onDigest: (_digest, count) => told.push(`digest of ${count}`),
      onBudget: ({ receiver }, said) => {
        told.push(`${receiver} ${said === undefined ? "has budget again" : saidIn(said, "en")}`);
      },
      onTrouble: ({ receiver }, trouble) => told.push(`${receiver} ${trouble?.reason ?? "works again"}`),
    },
  });
  senders.push(sender);
  sender.start();
  return sender;
}

/** A row whose message is titled by its id; rows of the same incident go in order. */
export function row(id: string, overrides: Partial<OutboxRow> = {}, incident = `incident of ${id}`): OutboxRow {
  const alerts = [anAlert({ annotations: { title: id, reason: "refused" } })];
  return anOutboxRow(id, { endpoint: "", notification: aNotification({ id, incident, alerts }), ...overrides });
}

export async function enqueue(sender: Sender, ...outbox: readonly OutboxRow[]): Promise<void> {
  await store.commit({ ...emptyChange, outbox });
  sender.wake();
}
