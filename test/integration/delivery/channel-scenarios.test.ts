import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openReceivers } from "../../../src/alerting/delivery/config/receivers.ts";
import { receiversSchema } from "../../../src/alerting/delivery/config/receivers-schema.ts";
import { Sender } from "../../../src/alerting/delivery/sender.ts";
import { notifierKinds } from "../../../src/alerting/notifiers/index.ts";
import type { NotifyHttp } from "../../../src/core/ports/notify-http.ts";
import type { NotifySmtp } from "../../../src/core/ports/smtp.ts";
import { emptyChange } from "../../../src/core/store.ts";
import { UndiciNotifyHttp } from "../../../src/platform/channels/notify-http.ts";
import { NodemailerSmtp } from "../../../src/platform/channels/smtp.ts";
import { FakeClock } from "../../support/fakes/fake-clock.ts";
import { CountingIds, FakeRandom } from "../../support/fakes/fake-random.ts";
import { MemoryStore } from "../../support/fakes/memory-store.ts";
import { rootPath } from "../../support/samples/certificates.ts";
import { aNotification, anAlert, anOutboxRow } from "../../support/samples/notifications.ts";
import { ChatServer, type ScriptedAnswer } from "../../support/servers/chat-server.ts";
import { MailServer, type MailServerScript } from "../../support/servers/mail-server.ts";
import { directoryTo } from "../../support/worlds/directories.ts";
import type { Scenario } from "./channel-ends.ts";
import { laterScenarios } from "./scenarios-from-14.ts";
import { phoneScenarios } from "./scenarios-of-phones.ts";
import { firstScenarios } from "./scenarios-to-13.ts";

const scenarios = [...firstScenarios, ...laterScenarios, ...phoneScenarios];
const realHttp = new UndiciNotifyHttp();
const realSmtp = new NodemailerSmtp();
let clock: FakeClock;
let store: MemoryStore;
let sender: Sender;
let troubles: string[];
let open = 0;
let neverEnds = false;
let stop: () => Promise<void>;

beforeEach(() => {
  clock = new FakeClock();
  store = new MemoryStore(clock);
  troubles = [];
  neverEnds = false;
  stop = () => Promise.resolve();
});

afterEach(async () => {
  const stopped = sender.stop();
  await clock.advance(12_000);
  await stopped;
  await stop();
});

async function counted<T>(work: Promise<T>): Promise<T> {
  open += 1;
  return await work.finally(() => {
    open -= 1;
  });
}

function start(to: object, http: NotifyHttp = realHttp): void {
  const request: NotifyHttp["request"] = (wanted, signal) => counted(http.request(wanted, signal));
  const send: NotifySmtp["send"] = (server, mail, signal) => counted(realSmtp.send(server, mail, signal));
  const section = receiversSchema(notifierKinds).parse({ "ops-chat": { to: [to] } });
  sender = new Sender({
    store,
    clock,
    io: { now: () => clock.now(), http: { request }, smtp: { send }, log: () => {} },
    random: new FakeRandom(7),
    owner: "one",
    ids: new CountingIds(),
    directory: directoryTo(openReceivers(section, notifierKinds)),
    hooks: {
      onAttempt: () => {},
      onDead: () => {},
      onDigest: () => {},
      onBudget: () => {},
      onTrouble: (_channel, trouble) => void troubles.push(trouble?.reason ?? "over"),
    },
  });
  sender.start();
}

async function enqueue(count: number): Promise<void> {
  const ids = ["a", "b", "c"].slice(0, count);
  const outbox = ids.map((id, index) => {
    const alerts = [anAlert({ annotations: { title: id, detail: `${"汉".repeat(400)} ${id}` } })];
    const notification = aNotification({ id, incident: "i", alerts, createdAtMs: clock.now() + index });
    return anOutboxRow(id, { endpoint: "", notification });
  });
  await store.commit({ ...emptyChange, outbox });
  sender.wake();
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Lets sockets and promises go on, without time passing, until nothing is under way; an answer that never comes is not waited for. */
async function settle(): Promise<void> {
  const mostTurns = neverEnds ? 500 : Number.POSITIVE_INFINITY;
  for (let quiet = 0, turns = 0; quiet < 5 && turns < mostTurns; turns += 1) {
    await turn();
    quiet = open === 0 ? quiet + 1 : 0;
  }
}

async function outcomes(): Promise<readonly string[]> {
  const deliveries = await store.deliveries(100);
  return deliveries
    .toReversed()
    .map(({ outboxId, outcome, reason }) => [outboxId, outcome, reason].filter(Boolean).join(" "));
}

/** Lets time pass until so many attempts are recorded; an answer that never comes runs into its deadline. */
async function attempted(count: number): Promise<void> {
  for (let second = 0; second < 200; second += 1) {
    await settle();
    if ((await store.deliveries(100)).length >= count) return;
    await clock.advance(1000);
  }
  throw new Error(`there were fewer than ${count} attempts: ${(await outcomes()).join(", ")}`);
}

/** Lets time pass until the trouble is told: what an endpoint refuses may be a moment's fault and is tried on for a while. */
async function told(trouble: string | undefined): Promise<void> {
  const mostSeconds = trouble === undefined ? 0 : 1800;
  for (let second = 0; troubles.length === 0 && second < mostSeconds; second += 1) {
    await clock.advance(1000);
    await settle();
  }
  expect(troubles).toEqual(trouble === undefined ? [] : [trouble]);
}

async function play(scenario: Scenario): Promise<ChatServer> {
  const script = scenario.script.map(
    (answer): ScriptedAnswer =>
      typeof answer === "object" && "clock" in answer ? answer.clock(() => clock.now()) : answer,
  );
  neverEnds = script.includes("hang");
  const chat = await ChatServer.start(...script);
  stop = () => chat.stop();
  start(scenario.to(chat.url));
  await enqueue(scenario.messages ?? 1);
  await attempted(1);
  const first = chat.requests.length;
  for (let second = 0; second < (scenario.quietSeconds ?? 0); second += 1) {
    await clock.advance(1000);
    await settle();
    expect(chat.requests.length, `after ${second + 1} s`).toBe(first);
  }
  await attempted(scenario.outcomes.length);
  await clock.advance(2000);
  await settle();
  return chat;
}

describe("integration/delivery channel scenarios", () => {
  it.each(scenarios)("row $row: $name", async (scenario) => {
    const { requests } = await play(scenario);

    expect(await outcomes()).toEqual(scenario.outcomes);
    expect(requests).toHaveLength(scenario.requests);
    expect(scenario.seen?.(requests) ?? true).toBe(true);
    await told(scenario.trouble);
  });

  it("row 25: a name that does not resolve is tried again", async () => {
    const answers = [{ ok: false, reason: "dns", detail: "ENOTFOUND", sent: false } as const];
    const http: NotifyHttp = {
      request: () => Promise.resolve(answers.shift() ?? ({ ok: true, status: 200, headers: {}, body: "ok" } as const)),
    };
    start({ kind: "slack", url: "https://hooks.example/x" }, http);

    await enqueue(1);
    await attempted(2);

    expect(await outcomes()).toEqual(["a retryable dns", "a delivered"]);
  });

  it.each<[name: string, script: MailServerScript, next: MailServerScript, expected: readonly string[]]>([
    ["421 at the greeting", { greeting: "421 try later" }, {}, ["a retryable server_error", "a delivered"]],
    ["451 for the message", { message: "451 try later" }, {}, ["a retryable server_error", "a delivered"]],
    ["550 for one of three", { recipients: { "b@example.com": "550 unknown" } }, {}, ["a delivered"]],
    [
      "552 for its size, in its short form too",
      { message: "552 too big" },
      { message: "552 too big" },
      ["a retryable too_large", "a rejected too_large"],
    ],
    ["no STARTTLS", { tls: "none" }, { tls: "none" }, ["a rejected tls"]],
  ])("row 26: mail with %s", async (_name, script, next, expected) => {
    const mail = await MailServer.start(script);
    stop = () => mail.stop();
    const to = ["a@example.com", "b@example.com", "c@example.com"];
    start({ kind: "email", host: "localhost", port: mail.port, ca: rootPath, from: "w@example.com", to });

    await enqueue(1);
    await attempted(1);
    mail.script = next;
    await attempted(expected.length);

    expect(await outcomes()).toEqual(expected);
  });

  it("has every row", () => {
    const rows = new Set([...scenarios.map(({ row }) => row), 26]);

    expect([...rows].sort((a, b) => a - b)).toEqual(Array.from({ length: 26 }, (_, index) => index + 1));
  });
});
