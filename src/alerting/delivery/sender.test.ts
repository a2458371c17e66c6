import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../../../test/support/fakes/fake-random.ts";
import { MemoryStore } from "../../../test/support/fakes/memory-store.ts";
import { aNotification, anAlert, anOutboxRow, madeAtMs } from "../../../test/support/samples/notifications.ts";
import { ChatServer, type ScriptedAnswer } from "../../../test/support/servers/chat-server.ts";
import { noSmtp } from "../../../test/support/servers/no-smtp.ts";
import { directoryTo } from "../../../test/support/worlds/directories.ts";
import type { Alert } from "../../core/alerting/alert.ts";
import type { NotifyIo } from "../../core/alerting/notifier.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import { AppError } from "../../core/errors.ts";
import { saidIn } from "../../core/message/said.ts";
import type { NotifyHttp } from "../../core/ports/notify-http.ts";
import { emptyChange } from "../../core/store.ts";
import { UndiciNotifyHttp } from "../../platform/channels/notify-http.ts";
import { notifierKinds } from "../notifiers/index.ts";
import { openReceivers, type Receivers } from "./config/receivers.ts";
import { receiversSchema } from "./config/receivers-schema.ts";
import { Sender } from "./sender.ts";

const http = new UndiciNotifyHttp();
let clock: FakeClock;
let store: MemoryStore;
let chat: ChatServer;
let told: string[];
let begun: number;
const senders: Sender[] = [];

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

/** Lets sockets and promises go on, without time passing, until the condition holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it never happened");
}

const deliveredCount = async (count: number): Promise<boolean> => (await store.deliveries(1000)).length === count;
const outcomes = async (): Promise<readonly string[]> =>
  (await store.deliveries(1000))
    .toReversed()
    .map(({ outboxId, outcome, reason }) => [outboxId, outcome, reason].filter(Boolean).join(" "));
const attempts = (): number => told.filter((line) => line.startsWith("slack ")).length;
/** Lets everything that was begun end, without time passing. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  await until(() => attempts() === begun);
}
const sent = (): readonly string[] => chat.requests.map(({ body, path }) => `${path} ${titleOf(body)}`);
const titleOf = (body: string): string => (JSON.parse(body) as { text: string }).text.split("\n")[0] ?? "";

/** Lets time pass second by second, and everything in it end. */
async function seconds(count: number): Promise<void> {
  for (let second = 0; second < count; second += 1) {
    await clock.advance(1000);
    await quiet();
  }
}

function receiversAt(url: string): Receivers {
  const to = (path: string) => ({ to: [{ kind: "slack", url: `${url}/${path}` }] });
  const hook = { to: [{ kind: "webhook", url: `${url}/hook` }] };
  return openReceivers(
    receiversSchema(notifierKinds).parse({ "ops-chat": to("ops"), dev: to("dev"), hook }),
    notifierKinds,
  );
}

async function start(...script: readonly ScriptedAnswer[]): Promise<Sender> {
  chat = await ChatServer.start(...script);
  return startSender();
}

function startSender(owner = "one", io: Partial<NotifyIo> = {}): Sender {
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
function row(id: string, overrides: Partial<OutboxRow> = {}, incident = `incident of ${id}`): OutboxRow {
  const alerts = [anAlert({ annotations: { title: id, reason: "refused" } })];
  return anOutboxRow(id, { endpoint: "", notification: aNotification({ id, incident, alerts }), ...overrides });
}

async function enqueue(sender: Sender, ...outbox: readonly OutboxRow[]): Promise<void> {
  await store.commit({ ...emptyChange, outbox });
  sender.wake();
}

describe("alerting/delivery/sender", () => {
  it("delivers a committed row at once when it is woken", async () => {
    const sender = await start();

    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));

    expect(sent()).toEqual(["/ops Critical: a – connection refused"]);
    expect(await outcomes()).toEqual(["a delivered"]);
    expect(told).toEqual(["slack delivered"]);
  });

  it("goes on with what waits behind a message in the moment in which that has ended", async () => {
    const sender = await start();
    const toHook = (id: string) => row(id, { receiver: "hook" }, "one incident");

    await enqueue(sender, toHook("a"), toHook("b"), toHook("c"));

    // The clock stands still: nothing comes of a timer.
    await until(() => deliveredCount(3));
  });

  it("tells an end no more once it has told that the alert fires again", async () => {
    const sender = await start({ status: 200, body: "ok" }, { status: 503, body: "busy" }, { status: 200, body: "ok" });
    const about = (id: string, alert: Partial<Alert>): OutboxRow => {
      const intent = alert.status === "resolved" ? "resolved" : "firing";
      const notification = aNotification({ id, incident: `of ${id}`, intent, alerts: [anAlert(alert)] });
      return anOutboxRow(id, { endpoint: "", notification });
    };
    await enqueue(sender, about("begin", { startsAtMs: madeAtMs }));
    await until(() => deliveredCount(1));
    const over = { status: "resolved", startsAtMs: madeAtMs, endsAtMs: madeAtMs + 1 } as const;
    await enqueue(sender, about("end", over), about("again", { startsAtMs: madeAtMs + 2 }));
    await seconds(30);

    expect(await outcomes()).toEqual([
      "begin delivered",
      "end retryable server_error",
      "again delivered",
      "end dropped past",
    ]);
  });

  it("finds what is committed in the moment in which it has just looked", async () => {
    const sender = await start();
    for (let ticks = 0; ticks < 20; ticks += 1) {
      sender.wake();
      for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
      await enqueue(sender, row(`after ${ticks}`, { receiver: "hook" }));
      await until(() => deliveredCount(ticks + 1));
    }
  });

  it("finds a row that nobody told it of within a second", async () => {
    await start();
    await store.commit({ ...emptyChange, outbox: [row("a")] });

    await clock.advance(1000);

    await until(() => deliveredCount(1));
  });

  it("sends nothing before the three seconds of a Retry-After are over, then in order (channels row 3, F95)", async () => {
    const body = '{"retry_after":3,"ok":false,"error":"rate_limited"}';
    const sender = await start({ status: 429, headers: { "Retry-After": "3" }, body }, { status: 200, body: "ok" });
    await enqueue(sender, row("a", {}, "i"), row("b", {}, "i"));
    await until(() => deliveredCount(1));

    await clock.advance(2999);
    expect(sent()).toHaveLength(1);
    for (const count of [2, 3]) {
      await clock.advance(1000);
      await until(() => deliveredCount(count));
    }

    expect(sent().map((line) => line.slice(5, 16))).toEqual(["Critical: a", "Critical: a", "Critical: b"]);
    expect((await outcomes()).slice(0, 2)).toEqual(["a retryable rate_limited", "a delivered"]);
  });

  it("sends critical before what else waits for the same endpoint, and keeps to its rate", async () => {
    const sender = await start();
    const mild = (id: string): OutboxRow => {
      const alerts = [anAlert({ labels: { ...anAlert().labels, severity: "warning" }, annotations: { title: id } })];
      return anOutboxRow(id, { notification: aNotification({ id, incident: id, alerts }) });
    };
    await enqueue(sender, mild("a"), mild("b"), mild("c"));
    await until(() => deliveredCount(1));
    await enqueue(sender, row("urgent"));
    await clock.advance(999);
    expect(sent()).toHaveLength(1);

    for (const count of [2, 3, 4]) {
      await clock.advance(1000);
      await until(() => deliveredCount(count));
    }

    expect(sent().map((line) => line.split(/[: ]+/)[2])).toEqual(["a", "urgent", "b", "c"]);
  });

  it("lets one dead endpoint hold up nothing else (F96)", async () => {
    const sender = await start("hang", { status: 200, body: "ok" });
    await enqueue(sender, row("a"), row("b", { receiver: "dev" }));

    await until(() => deliveredCount(1));

    expect(await outcomes()).toEqual(["b delivered"]);
  });

  it("ends an attempt at fifteen seconds and says in the next one that it may be a duplicate (row 25, F96)", async () => {
    const sender = await start("hang", { status: 200, body: "ok" });
    await enqueue(sender, row("a"));
    await chat.received(1);

    await clock.advance(15_000);
    await until(() => deliveredCount(1));
    await clock.advance(1000);
    await until(() => deliveredCount(2));

    expect(await outcomes()).toEqual(["a retryable timeout", "a delivered"]);
    expect(chat.requests[0]?.body).not.toContain("Possible duplicate");
    expect(chat.requests[1]?.body).toContain("Possible duplicate");
  });

  it("says that a row is a possible duplicate when an earlier process died over it, with the same key (F102)", async () => {
    chat = await ChatServer.start();
    await store.commit({ ...emptyChange, outbox: [row("a"), row("b", { receiver: "hook" })] });
    await store.leaseOutbox("crashed", 9, clock.now(), 60_000);
    startSender("two");

    await clock.advance(61_000);
    await until(() => deliveredCount(2));

    const byPath = new Map(chat.requests.map((request) => [request.path, request]));
    expect(byPath.get("/ops")?.body).toContain("Possible duplicate");
    expect(byPath.get("/hook")?.headers["idempotency-key"]).toBe("b");
  });

  it("tells an outage and its end as one late message when the channel was away meanwhile (F98)", async () => {
    const sender = await start({ status: 503 });
    const over = anAlert({ status: "resolved", endsAtMs: madeAtMs + 60_000 });
    const end = anOutboxRow("end", {
      endpoint: "",
      notification: aNotification({ id: "end", incident: "i", intent: "resolved", alerts: [over] }),
    });
    await enqueue(sender, row("begin", {}, "i"), end);
    for (let second = 0; second < 120; second += 1) {
      await clock.advance(1000);
      await quiet();
    }
    const failures = chat.requests.length;
    chat.answerWith({ status: 200, body: "ok" });
    for (let second = 0; second < 130; second += 1) {
      await clock.advance(1000);
      await quiet();
    }

    expect((await outcomes()).slice(-3)).toEqual(["begin digested", "end digested", "id-1 delivered"]);
    expect(titleOf(chat.requests.at(-1)?.body ?? "{}")).toMatch(/^Resolved: .* \(after 6 min\)$/);
    expect(chat.requests.at(-1)?.body).toMatch(/Delivered \d+ min( \d+ s)? late/);
    expect(failures).toBeGreaterThan(3);
  });

  it("gives up at once on a refused message and tells the trouble, until it works again (rows 2, F97)", async () => {
    const sender = await start({ status: 200, body: "invalid_payload" }, { status: 200, body: "ok" });
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    await enqueue(sender, row("b"));
    await clock.advance(1000);
    await until(() => told.includes("ops-chat works again"));

    expect(told).toEqual([
      "slack rejected",
      "ops-chat bad_message",
      "dead a bad_message",
      "slack delivered",
      "ops-chat works again",
    ]);
  });

  it.each<[name: string, answer: ScriptedAnswer, reason: string]>([
    ["410 channel_is_archived", { status: 410, body: "channel_is_archived" }, "endpoint_gone"],
    ["404 no_service", { status: 404, body: "no_service" }, "endpoint_gone"],
    ["301", { status: 301, headers: { location: "https://example.com/" } }, "redirect"],
  ])(
    "keeps a page that %s refuses for a while, and tells the trouble (rows 4, 25, F99)",
    async (_n, answer, reason) => {
      const sender = await start(answer);
      await enqueue(sender, row("a"));
      await seconds(60);
      expect(told.filter((line) => line !== "slack rejected")).toEqual([`ops-chat ${reason}`]);
      chat.answerWith({ status: 200, body: "ok" });
      await seconds(70);

      expect((await outcomes()).at(-1)).toBe("a delivered");
      expect(told.at(-1)).toBe("ops-chat works again");
    },
  );

  it.each<[name: string, answer: ScriptedAnswer, outcome: string]>([
    [
      "a login page",
      { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" },
      "unexpected_answer",
    ],
    ["a reset after the request", "reset", "reset"],
    ["a body cut short", { raw: 'HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{"ok":tr', end: true }, "reset"],
    ["JSON cut short", { status: 200, body: '{"ok":tr' }, "unexpected_answer"],
    ["500 rollup_error", { status: 500, body: "rollup_error" }, "server_error"],
  ])("tries again after %s (rows 2, 25)", async (_name, answer, reason) => {
    const sender = await start(answer, { status: 200, body: "ok" });
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    await clock.advance(2000);
    await until(() => deliveredCount(2));

    expect(await outcomes()).toEqual([`a retryable ${reason}`, "a delivered"]);
  });

  it("sends plain text after blocks were refused (F105)", async () => {
    const sender = await start({ status: 400, body: "invalid_blocks" }, { status: 200, body: "ok" });
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    await clock.advance(1000);
    await until(() => deliveredCount(2));

    expect(chat.requests.map(({ body }) => body.includes('"blocks"'))).toEqual([true, false]);
  });

  it("gives a row up when it cannot be delivered in time", async () => {
    const sender = await start({ status: 503 });
    await enqueue(sender, row("a", { giveUpAtMs: madeAtMs + 30_000 }));
    for (let second = 0; second < 31; second += 1) {
      await clock.advance(1000);
      await quiet();
    }

    expect(told).toContain("dead a server_error");
    expect((await store.deliveries(1))[0]).toMatchObject({
      outcome: "rejected",
      detail: expect.stringMatching(/^given up .* HTTP 503$/),
    });
    expect((await store.facts()).outboxPending).toBe(0);
  });

  it("buries a row that is too old or whose receiver has left", async () => {
    const sender = await start();
    await enqueue(sender, row("old", { giveUpAtMs: madeAtMs }), row("lost", { receiver: "gone" }));
    await until(() => deliveredCount(2));

    expect(told).toEqual(["ops-chat expired", "dead old expired", "gone removed", "dead lost removed"]);
    expect(sent()).toEqual([]);
  });

  it("contains a notifier that throws or never ends", async () => {
    chat = await ChatServer.start();
    let calls = 0;
    const request = (): Promise<never> => {
      calls += 1;
      return calls === 1 ? Promise.reject(new TypeError("SECRET")) : new Promise(() => {});
    };
    await store.commit({ ...emptyChange, outbox: [row("a", { receiver: "hook" })] });
    startSender("one", { http: { request } });
    await until(() => deliveredCount(1));
    await clock.advance(2000);
    await until(() => calls === 2);
    await clock.advance(17_000);
    await until(() => deliveredCount(2));

    expect(await outcomes()).toEqual(["a retryable internal", "a retryable timeout"]);
    expect(JSON.stringify(await store.deliveries(9))).not.toContain("SECRET");
  });

  it("records an attempt as soon as the store works again, without sending twice", async () => {
    const sender = await start();
    await enqueue(sender, row("a"));
    await chat.received(1);
    store.failure = new AppError("ERR_STORAGE_LOCKED", "locked");
    await until(() => told.includes("slack delivered"));
    await clock.advance(5000);
    expect(sender.progressAtMs).toBe(madeAtMs);
    store.failure = undefined;
    await clock.advance(1000);
    await until(() => deliveredCount(1));

    expect(sent()).toHaveLength(1);
    expect(await outcomes()).toEqual(["a delivered"]);
  });

  it("puts back what an endpoint cannot take soon, and delivers all of a storm in the end (F100)", async () => {
    const sender = await start();
    const storm = Array.from({ length: 100 }, (_, index) => row(`s${index}`));
    await enqueue(sender, ...storm, row("other", { receiver: "dev" }));
    await until(() => chat.requests.some(({ path }) => path === "/dev"));
    for (let second = 0; second < 200 && (await store.facts()).outboxPending > 0; second += 1) {
      await clock.advance(1000);
      await quiet();
    }

    expect(new Set(sent()).size).toBe(101);
    expect(chat.requests).toHaveLength(101);
  });

  it("shows no progress after ten minutes in which nothing could be delivered", async () => {
    const sender = await start({ status: 503 });
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    for (let minute = 0; minute < 15; minute += 1) {
      await clock.advance(60_000);
      await quiet();
    }

    expect(sender.progressAtMs).toBe(madeAtMs + 600_000);
  });

  it("finishes what is under way when it stops, and puts back the rest", async () => {
    const sender = await start("hang");
    await enqueue(sender, row("a"), row("b"));
    await chat.received(1);

    const stopped = sender.stop();
    await clock.advance(10_000);
    await clock.advance(1000);
    await stopped;
    await until(() => deliveredCount(2));

    expect(await outcomes()).toEqual(["b retryable shutdown", "a retryable timeout"]);
    expect(await store.leaseOutbox("next", 9, clock.now(), 60_000)).toMatchObject([
      { id: "a", startedBefore: true },
      { id: "b", startedBefore: false },
    ]);
  });

  it("follows a reload: the same endpoint, else the same place", async () => {
    const sender = await start();
    const moved = await ChatServer.start();
    sender.setDirectory(directoryTo(receiversAt(moved.url)));
    await enqueue(sender, row("a"));
    await until(() => deliveredCount(1));
    await moved.stop();

    expect([chat.requests.length, moved.requests.length]).toEqual([0, 1]);
  });
});
