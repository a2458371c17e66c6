import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openReceivers } from "../../../src/alerting/delivery/config/receivers.ts";
import { receiversSchema } from "../../../src/alerting/delivery/config/receivers-schema.ts";
import { Sender } from "../../../src/alerting/delivery/sender.ts";
import { dingtalkSignature } from "../../../src/alerting/notifiers/dingtalk/sign.ts";
import { notifierKinds } from "../../../src/alerting/notifiers/index.ts";
import type { OutboxRow } from "../../../src/core/alerting/outbox.ts";
import type { NotifyHttp } from "../../../src/core/ports/notify-http.ts";
import { emptyChange } from "../../../src/core/store.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { FakeClock } from "../../support/fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../../support/fakes/fake-random.ts";
import { MemoryStore } from "../../support/fakes/memory-store.ts";
import { aNotification, anAlert, anOutboxRow } from "../../support/samples/notifications.ts";
import { ChatServer, type ScriptedAnswer } from "../../support/servers/chat-server.ts";
import { noSmtp } from "../../support/servers/no-smtp.ts";
import { directoryTo } from "../../support/worlds/directories.ts";

const secret = "SECtest123";
const http = new UndiciNotifyHttp();
let clock: FakeClock;
let store: MemoryStore;
let chat: ChatServer;
let sender: Sender;
let open = 0;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore(clock);
});

afterEach(async () => {
  const stopped = sender.stop();
  await clock.advance(12_000);
  await stopped;
  await chat.stop();
});

/** Lets sockets and promises go on, without time passing, until the condition holds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2000; turn += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
  throw new Error("it never happened");
}

/** Lets time pass second by second, and what each second begins end before the next. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    await clock.advance(1000);
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    await until(() => open === 0);
  }
}

const attempted = (count: number) => until(async () => (await store.deliveries(100)).length >= count);

async function outcomes(): Promise<readonly string[]> {
  const deliveries = await store.deliveries(100);
  return deliveries
    .toReversed()
    .map(({ outboxId, outcome, reason }) => [outboxId, outcome, reason].filter(Boolean).join(" "));
}

async function start(to: (url: string) => object, ...script: readonly ScriptedAnswer[]): Promise<void> {
  chat = await ChatServer.start(...script);
  const section = receiversSchema(notifierKinds).parse({ "ops-chat": { to: [to(chat.url)] } });
  const request: NotifyHttp["request"] = async (wanted, signal) => {
    open += 1;
    return await http.request(wanted, signal).finally(() => {
      open -= 1;
    });
  };
  sender = new Sender({
    store,
    clock,
    io: { now: () => clock.now(), http: { request }, smtp: noSmtp, log: () => {} },
    random: new FakeRandom(7),
    owner: "one",
    ids: new CountingIds(),
    directory: directoryTo(openReceivers(section, notifierKinds)),
    hooks: { onAttempt: () => {}, onDead: () => {}, onDigest: () => {}, onBudget: () => {}, onTrouble: () => {} },
  });
  sender.start();
}

function row(id: string, severity: string): OutboxRow {
  const alerts = [anAlert({ labels: { ...anAlert().labels, severity }, annotations: { title: id, detail: "502" } })];
  return anOutboxRow(id, { endpoint: "", notification: aNotification({ id, incident: id, alerts }) });
}

async function enqueue(...outbox: readonly OutboxRow[]): Promise<void> {
  await store.commit({ ...emptyChange, outbox });
  sender.wake();
}

const robot = (url: string) => ({ kind: "dingtalk", token: "T", secret, base_url: url });
const dingtalkOk: ScriptedAnswer = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };

describe("integration/delivery to chats", () => {
  it("leaves a muted DingTalk robot alone for a minute, then tells the critical first (channels row 8)", async () => {
    const tooFast = { status: 200, body: '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}' };
    await start(robot, tooFast, dingtalkOk);
    await enqueue(row("first", "warning"));
    await attempted(1);
    await enqueue(row("mild", "warning"), row("grave", "critical"));

    await pass(59);
    expect(chat.requests).toHaveLength(1);
    await pass(40);

    const titles = chat.requests.map(
      ({ body }) => (JSON.parse(body) as { markdown: { title: string } }).markdown.title,
    );
    expect(titles[1]).toContain("grave");
    expect(titles.slice(2).join()).toMatch(/first.*mild|mild.*first/);
  });

  it("signs a message anew when it is sent again, with one signature (channels row 10)", async () => {
    await start(robot, { status: 500 }, dingtalkOk);
    await enqueue(row("a", "critical"));
    await attempted(1);

    await pass(5);
    await attempted(2);

    const queries = chat.requests.map(({ path }) => new URL(path, "http://x").searchParams);
    const moments = queries.map((query) => Number(query.get("timestamp")));
    expect(moments[1]).toBeGreaterThan(moments[0] ?? 0);
    expect(queries.map((query) => query.getAll("sign"))).toEqual(
      moments.map((moment) => [dingtalkSignature(moment, secret)]),
    );
    expect(await outcomes()).toEqual(["a retryable server_error", "a delivered"]);
  });

  it.each<[name: string, to: (url: string) => object, answers: readonly [string, string], missing: string]>([
    ["DingTalk (row 9)", robot, ['{"errcode":460101}', '{"errcode":0}'], "shop.example.com"],
    [
      "WeCom (row 13)",
      (url) => ({ kind: "wecom", key: "K", base_url: url }),
      ['{"errcode":40058}', '{"errcode":0}'],
      "shop.example.com",
    ],
    [
      "Feishu",
      (url) => ({ kind: "feishu", token: "T", base_url: url }),
      ['{"code":19036}', '{"code":0}'],
      "shop.example.com",
    ],
    [
      "Feishu, plain",
      (url) => ({ kind: "feishu", token: "T", base_url: url }),
      ['{"code":19002}', '{"code":0}'],
      "interactive",
    ],
  ])("sends to %s at once again in the form that it asks for", async (_name, to, [refusal, success], missing) => {
    await start(to, { status: 200, body: refusal }, { status: 200, body: success });

    await enqueue(row("a", "critical"));
    await attempted(1);
    await pass(5);
    await attempted(2);

    expect(chat.requests[0]?.body).toContain(missing);
    expect(chat.requests[1]?.body).not.toContain(missing);
    expect((await outcomes())[1]).toBe("a delivered");
  });

  it("sends to Telegram as plain text what it cannot parse (channels row 19)", async () => {
    const refusal = '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse entities"}';
    const to = (url: string) => ({ kind: "telegram", token: "1:T", chat_id: 1, base_url: url });
    await start(to, { status: 400, body: refusal }, { status: 200, body: '{"ok":true,"result":{"message_id":9}}' });

    await enqueue(row("a", "critical"));
    await attempted(1);
    await pass(5);
    await attempted(2);

    expect(chat.requests[0]?.body).toContain("parse_mode");
    expect(chat.requests[1]?.body).not.toContain("parse_mode");
    expect(await outcomes()).toEqual(["a retryable bad_message", "a delivered"]);
  });
});
