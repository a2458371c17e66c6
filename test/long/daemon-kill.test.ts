import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { Alert } from "../../src/core/alerting/alert.ts";
import type { DeliveryRecord } from "../../src/core/alerting/outbox.ts";
import { isOwnTrouble } from "../../src/core/alerting/own-trouble.ts";
import type { Decision } from "../../src/core/alerting/stage.ts";
import { chatConfig, pageCheck } from "../support/daemons/daemon-config.ts";
import { DaemonHome, until } from "../support/daemons/daemon-process.ts";
import { storedCount, storedRows } from "../support/daemons/daemon-store.ts";
import { FakeRandom } from "../support/fakes/fake-random.ts";
import { ChatServer, type ReceivedRequest, type ScriptedAnswer } from "../support/servers/chat-server.ts";

const rounds = Number(process.env["WATCHFIRE_KILLS"] ?? 60);
const good = { status: 200, body: "ok" } as const;
const broken = { status: 502, body: "bad gateway" } as const;
const answers = 10_000;

const servers: ChatServer[] = [];
let home: DaemonHome | undefined;

/** A server whose answers are all known beforehand: mostly good, sometimes not. */
class Channel {
  readonly server: ChatServer;
  readonly #script: readonly ScriptedAnswer[];

  private constructor(server: ChatServer, script: readonly ScriptedAnswer[]) {
    this.server = server;
    this.#script = script;
  }

  static async start(random: FakeRandom): Promise<Channel> {
    const script = Array.from({ length: answers }, (): ScriptedAnswer => {
      const chance = random.next();
      if (chance < 0.1) return { status: 500, body: "no" };
      return chance < 0.2 ? { status: 429, headers: { "retry-after": "1" }, body: "slowly" } : good;
    });
    const server = await ChatServer.start(...script);
    servers.push(server);
    return new Channel(server, script);
  }

  /** Requests that were answered with 200, whether or not the daemon lived to read it. */
  get accepted() {
    return this.server.requests.filter((_, index) => {
      const answer = this.#script[index];
      return typeof answer === "object" && "status" in answer && answer.status === 200;
    });
  }
}

afterEach(async () => {
  await home?.remove();
  for (const server of servers.splice(0)) await server.stop();
});

type Told = Readonly<{ status: string; alerts: readonly Readonly<{ status: string; startsAt: string }>[] }>;

function decisions(place: DaemonHome, stage: string): readonly Decision[] {
  const rows = storedRows<{ body: string }>(place.storePath, "SELECT body FROM decisions ORDER BY id");
  return rows.map(({ body }) => JSON.parse(body) as Decision).filter((decision) => decision.stage === stage);
}

describe("daemon under kill -9", () => {
  it(`F70 loses no transition and pages no outage twice, ${rounds} times`, async () => {
    const random = new FakeRandom(rounds);
    const target = await ChatServer.start(good);
    servers.push(target);
    const [slack, hook] = [await Channel.start(random), await Channel.start(random)];
    const to = [
      { kind: "slack", url: `${slack.server.url}/slack` },
      { kind: "webhook", url: `${hook.server.url}/hook` },
    ];
    home = await DaemonHome.create(
      chatConfig(
        slack.server,
        { checkout: { ...pageCheck(target), flap_detection: false } },
        { receivers: { ops: { to } } },
      ),
    );
    for (let round = 0; round < rounds; round += 1) {
      // Some die before they are ready: while they open the store or take up what it holds.
      const daemon = random.next() < 0.25 ? home.launch() : await home.start();
      const livesMs = 50 + random.next() * 1450;
      const turnsMs = random.next() * livesMs;
      await sleep(turnsMs);
      if (random.next() < 0.7) target.answerWith(random.next() < 0.5 ? broken : good);
      await sleep(livesMs - turnsMs);
      await daemon.kill();
      expect(daemon.stderr).not.toMatch(/^\s+at .+:\d+/m);
    }

    target.answerWith(good);
    const last = await home.start();
    await last.untilState("checkout", "up");
    await until("all is told", async () => (await last.values("watchfire_incidents_open"))[0] === 0);
    await until("nothing waits", () => storedRows((home as DaemonHome).storePath, "SELECT 1 FROM outbox").length === 0);
    expect(await last.stop()).toEqual({ code: 0, signal: null });

    expect(storedRows(home.storePath, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    const states = decisions(home, "state").map(({ because }) => because.split(":")[0]);
    expect(states.length).toBeGreaterThan(rounds / 15);
    expect(states).toEqual(states.map((_, index) => (index % 2 === 0 ? "fired" : "resolved")));
    const [notified, overtaken] = [decisions(home, "notify"), overtakenEnds(home.storePath)];
    const overtakenAt = ({ server }: Channel): number => overtaken.filter((at) => server.url.endsWith(at)).length;
    expectToldOnce(hook, { notified, states: decisions(home, "state"), overtaken: overtakenAt(hook) });
    expectDuplicatesMarked(slack, notified.length, overtakenAt(slack));
  });

  it(`F70 ends each text message once, alone or in a digest, ${rounds} times`, async () => {
    const random = new FakeRandom(rounds + 1);
    const target = await ChatServer.start(good);
    const accepted: string[] = [];
    const phones = await ChatServer.start(phoneAnswers(random, accepted));
    const chat = await ChatServer.start(good);
    servers.push(target, phones, chat);
    const names = Array.from({ length: 8 }, (_, index) => `page-${index}`);
    const checks = Object.fromEntries(names.map((name) => [name, { ...pageCheck(target), flap_detection: false }]));
    const sms = {
      kind: "twilio_sms",
      account_sid: `AC${"0".repeat(32)}`,
      secret: "S",
      from: "+15017122661",
      phone: "+8613800001234",
      base_url: phones.url,
      budget: { per_day: 1_000_000 },
    };
    const bridge = { to: [{ kind: "slack", url: `${chat.url}/bridge` }] };
    home = await DaemonHome.create(
      chatConfig(chat, checks, { receivers: { ops: { to: [sms], fallback: ["bridge"] }, bridge } }),
    );
    for (let round = 0; round < rounds; round += 1) {
      const daemon = await home.start();
      target.answerWith(round % 2 === 0 ? broken : good);
      await sleep(200 + random.next() * 2800);
      await daemon.kill();
      expect(daemon.stderr).not.toMatch(/^\s+at .+:\d+/m);
    }

    target.answerWith(good);
    const last = await home.start();
    const { storePath } = home;
    await until("all is over", () => firingIn(storePath).every(isOwnTrouble));
    // A provider is asked for minutes what became of a message.
    for (let second = 0; second < 900 && storedCount(storePath, "outbox") > 0; second += 1) await sleep(1000);
    expect(storedCount(storePath, "outbox")).toBe(0);
    expect(await last.stop()).toEqual({ code: 0, signal: null });

    expect(storedRows(storePath, "PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
    const records = deliveriesIn(storePath);
    expectDigestsEnd(records);
    const texts = new Set(records.flatMap(({ receiver, outboxId }) => (receiver === "ops" ? [outboxId] : [])));
    expect(accepted.length).toBeGreaterThan(rounds / 10);
    expect(accepted.filter((text) => !text.includes("Possible duplicate")).length).toBeLessThanOrEqual(texts.size);
  });
});

/** A provider that takes most messages, wants others later or never, and delivers most of what it took. */
function phoneAnswers(random: FakeRandom, accepted: string[]): ScriptedAnswer {
  return ({ method, path, body }: ReceivedRequest): ScriptedAnswer => {
    const sid = /(SM\d{32})/.exec(path)?.[1];
    if (method === "GET") {
      const status = Number(sid?.slice(2)) % 5 === 0 ? "undelivered" : "delivered";
      return { status: 200, body: JSON.stringify({ sid, status }) };
    }
    const chance = random.next();
    if (chance < 0.1) return { status: 500, body: "{}" };
    if (chance < 0.2) return { status: 429, headers: { "retry-after": "1" }, body: JSON.stringify({ code: 20429 }) };
    if (chance < 0.3) return { status: 400, body: JSON.stringify({ code: 21610 }) };
    accepted.push(new URLSearchParams(body).get("Body") ?? "");
    return {
      status: 201,
      body: JSON.stringify({ sid: `SM${String(accepted.length).padStart(32, "0")}`, status: "queued" }),
    };
  };
}

/** Every message ended once; what became part of a digest ended as that digest did. */
function expectDigestsEnd(records: readonly DeliveryRecord[]): void {
  const ends = records.filter(({ ended }) => ended === true);
  const ended = new Set(ends.map(({ outboxId }) => outboxId));
  expect(ends).toHaveLength(ended.size);
  expect(records.map(({ outboxId }) => outboxId).filter((id) => !ended.has(id))).toEqual([]);
  const digests = new Set(ends.flatMap(({ detail }) => /^digested into (\S+)$/.exec(detail ?? "")?.[1] ?? []));
  expect(digests.size).toBeGreaterThan(rounds / 10);
  expect([...digests].filter((id) => !ended.has(id))).toEqual([]);
}

/** What fires; trouble with a channel from before a start goes on for minutes unless something is sent there. */
function firingIn(storePath: string): readonly Alert[] {
  const alerts = storedRows<{ body: string }>(storePath, "SELECT body FROM alerts");
  return alerts.map(({ body }) => JSON.parse(body) as Alert).filter(({ status }) => status === "firing");
}

function deliveriesIn(storePath: string): readonly DeliveryRecord[] {
  const rows = storedRows<{ body: string }>(storePath, "SELECT body FROM deliveries ORDER BY id");
  return rows.map(({ body }) => JSON.parse(body) as DeliveryRecord);
}

/** Addresses at which an end was not told any more, because it was told there that the outage is back before it could be; nothing else was left out. */
function overtakenEnds(storePath: string): readonly string[] {
  const dropped = deliveriesIn(storePath).filter(({ outcome }) => outcome === "dropped");
  expect(dropped.filter(({ intent, reason }) => intent !== "resolved" || reason !== "past")).toEqual([]);
  return dropped.map(({ endpoint }) => endpoint.split("#")[0] ?? "");
}

type Decided = Readonly<{ notified: readonly Decision[]; states: readonly Decision[]; overtaken: number }>;

/** Each notification was accepted but ends that were overtaken, nothing else was, and each outage had one page and at most one end. */
function expectToldOnce(hook: Channel, { notified, states, overtaken }: Decided): void {
  const told = new Map(
    hook.accepted.map(({ headers, body }) => [headers["idempotency-key"], JSON.parse(body) as Told]),
  );
  const decided = new Set(notified.map(({ subject }) => subject));
  expect([...told.keys()].filter((key) => !decided.has(String(key)))).toEqual([]);
  // One that arrived and whose answer was lost may be both.
  expect(decided.size - told.size).toBeLessThanOrEqual(overtaken);
  const pages = [...told.values()].map(
    ({ alerts: [alert] }) => `${alert?.status} ${new Date(alert?.startsAt ?? "").getTime()}`,
  );
  expect(new Set(pages).size).toBe(pages.length);
  const outages = new Set(states.filter(({ because }) => because.startsWith("fired")).map(({ atMs }) => atMs));
  for (const page of pages) expect([...outages]).toContain(Number(page.split(" ")[1]));
}

/** What was accepted twice says so of itself. */
function expectDuplicatesMarked(slack: Channel, notifications: number, overtaken: number): void {
  const unmarked = slack.accepted.filter(({ body }) => !body.includes("Possible duplicate"));
  expect(unmarked.length).toBeLessThanOrEqual(notifications);
  expect(slack.accepted.length).toBeGreaterThanOrEqual(notifications - overtaken);
}
