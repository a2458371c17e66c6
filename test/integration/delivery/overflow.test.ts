import { afterEach, describe, expect, it } from "vitest";
import type { Notification } from "../../../src/core/alerting/notification.ts";
import { anAlert } from "../../support/samples/notifications.ts";
import type { ReceivedRequest, ScriptedAnswer } from "../../support/servers/chat-server.ts";
import { DeliveryWorld } from "../../support/worlds/delivery-world.ts";

const ok: ScriptedAnswer = { status: 200, body: "ok" };
const tooFast: ScriptedAnswer = {
  status: 200,
  body: '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}',
};
let world: DeliveryWorld;

afterEach(() => world.stop());

const warning = { labels: { ...anAlert().labels, severity: "warning" } };
const robotOf = ({ path }: ReceivedRequest): string => new URL(path, "http://x").searchParams.get("access_token") ?? "";
const titleOf = ({ body }: ReceivedRequest): string => {
  const { markdown, text } = JSON.parse(body) as { markdown?: { title: string }; text?: string };
  return (markdown?.title ?? text ?? "").split("\n")[0] ?? "";
};
const pool = (url: string) => ({
  "ops-chat": {
    to: [{ kind: "dingtalk", base_url: url, robots: [{ token: "R1" }, { token: "R2" }] }],
    deliver_within: { critical: "60s" },
    fallback: ["voice"],
  },
  voice: { to: [{ kind: "phone" }] },
});
const slack = (url: string) => ({ "ops-chat": { to: [{ kind: "slack", url: `${url}/ops` }] } });

/** Seconds until a page is told that `first` has to be told before, while so many warnings wait for the chat. */
async function pageBehind(first: "end" | "warning", others: number): Promise<number> {
  world = await DeliveryWorld.start({ receivers: slack });
  const waiting = Array.from({ length: others }, () => world.row(warning));
  const nowMs = world.clock.now();
  const over = { ...warning, status: "resolved" as const, endsAtMs: nowMs };
  const ahead = world.row({ ...(first === "end" ? over : warning), fingerprint: "A" }, { incident: "i1" });
  await world.enqueue(...waiting, ahead);
  const page = world.row({ fingerprint: "A", startsAtMs: nowMs + 1 }, { incident: first === "end" ? "i2" : "i1" });
  await world.enqueue(page);
  const isTold = async () => (await world.outcomes()).includes(`${page.id} delivered`);
  while (!(await isTold()) && world.clock.now() < nowMs + 60_000) await world.pass(1);
  return (world.clock.now() - nowMs) / 1000;
}

/** A DingTalk of two robots: each takes 20 messages a minute, its other users' among them, and then mutes the robot for ten minutes. */
function dingtalk(usedByOthers: Readonly<Record<string, number>>): (request: ReceivedRequest) => ScriptedAnswer {
  const taken = new Map<string, number[]>();
  const mutedUntilMs = new Map<string, number>();
  return (request) => {
    const robot = robotOf(request);
    const nowMs = world.clock.now();
    const recent = (taken.get(robot) ?? []).filter((atMs) => atMs > nowMs - 60_000);
    if ((mutedUntilMs.get(robot) ?? 0) > nowMs) return tooFast;
    if (recent.length + (usedByOthers[robot] ?? 0) >= 20) {
      mutedUntilMs.set(robot, nowMs + 600_000);
      return tooFast;
    }
    taken.set(robot, [...recent, nowMs]);
    return { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };
  };
}

/** Fingerprints that somebody has read, by receiver: of delivered rows, through all digests that they came into. */
async function readers(rows: readonly Readonly<{ id: string; fingerprint: string }>[]) {
  const records = (await world.store.deliveries(10_000)).toReversed();
  const into = new Map(
    records.flatMap(({ outboxId, detail }) => [[outboxId, /^digested into (.*)$/.exec(detail ?? "")?.[1]]]),
  );
  const ends = new Map(records.filter(({ ended }) => ended).map((record) => [record.outboxId, record.outcome]));
  const fate = (id: string): string => {
    const next = into.get(id);
    return next === undefined ? (ends.get(id) ?? "waits") : fate(next);
  };
  return rows.map(({ id, fingerprint }) => [fingerprint, fate(id)] as const);
}

describe("integration/delivery overflow", () => {
  it("story 5: 380 alerts in a minute over a throttled pool – critical first, a call for what is late, the rest digests, none lost", async () => {
    world = await DeliveryWorld.start({ receivers: pool });
    world.chat.answerWith(dingtalk({ R1: 17 }));
    const rows: { id: string; fingerprint: string; critical: boolean }[] = [];
    for (let second = 0; second < 60; second += 1) {
      const made = Array.from({ length: second < 20 ? 7 : 6 }, (_, index) => {
        const critical = index === 0 && second < 40;
        const row = world.row(critical ? {} : warning, {}, critical ? { giveUpAtMs: world.clock.now() + 60_000 } : {});
        rows.push({ id: row.id, fingerprint: row.notification.alerts[0]?.fingerprint ?? "", critical });
        return row;
      });
      await world.enqueue(...made);
      await world.pass(1);
    }
    await world.pass(240);

    expect(rows).toHaveLength(380);
    const sent = world.chat.requests.filter((request) => robotOf(request) === "R2");
    const fates = new Map(await readers(rows));
    const called = new Set(world.calls.flatMap(({ alerts }: Notification) => alerts.map((alert) => alert.fingerprint)));
    for (const { fingerprint, critical } of rows) {
      const fate = fates.get(fingerprint);
      if (fate !== "delivered")
        expect([critical, called.has(fingerprint)], `${fingerprint} ${fate}`).toEqual([true, true]);
    }
    // Each page by itself or by a call, never in a digest of the chat.
    const pages = rows.filter((row) => row.critical);
    const alone = pages.filter(({ id }) => world.told.every((line) => !line.startsWith(`dead ${id} `)));
    expect(alone.length).toBeGreaterThan(12);
    expect(called.size).toBe(pages.length - alone.length);
    expect(world.calls.length).toBeLessThanOrEqual(3);
    // The rest takes few messages.
    expect(sent.filter((request) => titleOf(request).startsWith("Digest")).length).toBeLessThanOrEqual(6);
    expect(world.chat.requests.length).toBeLessThan(90);
    expect((await world.store.facts()).outboxPending).toBe(0);
  });

  it("sends to the next robot what one of the pool is asked to wait with, at once", async () => {
    world = await DeliveryWorld.start({ receivers: pool });
    world.chat.answerWith((request) => (robotOf(request) === "R1" ? tooFast : { status: 200, body: '{"errcode":0}' }));

    await world.enqueue(...Array.from({ length: 6 }, () => world.row({}, {}, {})));
    await world.pass(2);

    expect((await world.outcomes()).filter((line) => line.endsWith("delivered"))).toHaveLength(6);
    expect(world.chat.requests.filter((request) => robotOf(request) === "R1")).toHaveLength(1);
  });

  it.each([
    ["end", 25],
    ["end", 40],
    ["warning", 25],
    ["warning", 40],
  ] as const)(
    "lets what has to be told before a page (%s) go first, past %i warnings that wait",
    async (first, others) => {
      expect(await pageBehind(first, others)).toBeLessThanOrEqual(3);
    },
  );

  it("keeps an incident with one robot while that one can", async () => {
    world = await DeliveryWorld.start({ receivers: pool });
    world.chat.answerWith(dingtalk({}));
    for (let round = 0; round < 3; round += 1) {
      for (const incident of ["a", "b", "c", "d"])
        await world.enqueue(world.row(warning, { incident, groupKey: incident }));
      await world.pass(30);
    }

    const robots = new Map<string, Set<string>>();
    for (const [index, request] of world.chat.requests.entries()) {
      const incident = "abcd"[index % 4] ?? "";
      robots.set(incident, (robots.get(incident) ?? new Set()).add(robotOf(request)));
    }
    expect([...robots.values()].map((used) => used.size)).toEqual([1, 1, 1, 1]);
    expect(new Set([...robots.values()].flatMap((used) => [...used])).size).toBe(2);
  });

  it("joins what piled up while a channel was away: an outage and its end read as one late message (F98)", async () => {
    world = await DeliveryWorld.start({ receivers: slack, script: [{ status: 503 }] });
    const startsAtMs = world.clock.now();
    const about = { incident: "i", groupKey: "g" };
    await world.enqueue(world.row({ fingerprint: "f", startsAtMs }, about));
    await world.enqueue(world.row({ ...warning, fingerprint: "w" }));
    await world.pass(1200);
    const endsAtMs = world.clock.now();
    const over = { fingerprint: "f", startsAtMs, status: "resolved" as const, endsAtMs };
    await world.enqueue(world.row(over, { ...about, intent: "resolved" }));
    await world.pass(2400);
    const failures = world.chat.requests.length;
    world.chat.answerWith(ok);
    await world.pass(120);

    const after = world.chat.requests.slice(failures);
    expect(after.map(titleOf)).toEqual(["Digest: 2 alerts, 1 warning, 1 resolved"]);
    expect(after[0]?.body).toMatch(/Delivered 1 h late/);
    expect((await world.store.facts()).outboxPending).toBe(0);
  });

  it("lets one of the others through after a few pages, so that nothing starves (F100)", async () => {
    world = await DeliveryWorld.start({ receivers: slack });
    await world.enqueue(
      ...Array.from({ length: 12 }, () => world.row({})),
      world.row({ ...warning, annotations: { title: "mild" } }),
    );
    await world.pass(13);

    const position = world.chat.requests.findIndex((request) => titleOf(request).includes("mild"));
    expect(position).toBe(4);
  });

  it("never joins messages for a machine that tracks each group", async () => {
    const hook = (url: string) => ({ "ops-chat": { to: [{ kind: "webhook", url }] } });
    world = await DeliveryWorld.start({ receivers: hook, script: [{ status: 503 }] });
    await world.enqueue(...Array.from({ length: 5 }, () => world.row(warning)));
    await world.pass(300);
    world.chat.answerWith({ status: 200 });
    await world.pass(180);

    expect(world.told.filter((line) => line.startsWith("digest"))).toEqual([]);
    expect((await world.outcomes()).filter((line) => line.endsWith("delivered"))).toHaveLength(5);
  });

  it("rings once for pages that wait for the same phone", async () => {
    const phone = () => ({ "ops-chat": { to: [{ kind: "phone" }] } });
    world = await DeliveryWorld.start({ receivers: phone });
    await world.enqueue(world.row({}), world.row({}), world.row({}));
    await world.pass(5);
    await world.enqueue(world.row({}), world.row({}));
    await world.pass(60);

    expect(world.calls.map(({ alerts }) => alerts.length)).toEqual([3, 2]);
  });
});
