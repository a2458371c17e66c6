import { afterEach, describe, expect, it } from "vitest";
import type { OutboxRow } from "../../src/core/alerting/outbox.ts";
import { emptyChange } from "../../src/core/store.ts";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
  resultOf,
} from "../support/worlds/alerting-world.ts";
import { DeliveryWorld } from "../support/worlds/delivery-world.ts";

const services = 50;
const checks = Array.from({ length: 10_000 }, (_, index) =>
  checkOf(`c${index}`, {
    failureThreshold: 1,
    service: `s${index % services}`,
    severity: index % 100 === 0 ? "critical" : "warning",
  }),
);
const route = {
  receiver: "chat",
  group_by: ["service"],
  group_wait: "30s",
  group_interval: "5m",
  routes: {
    copy: { matchers: ["severity=critical"], receiver: "machine", continue: true, group_by: ["check"] },
    all: { matchers: ["service!="] },
  },
};
const receivers = { chat: receiverOf(true), machine: receiverOf(true) };

/** All checks fail within one instant; what the engine makes of it. */
function storm(): AlertingWorld {
  const world = new AlertingWorld(alertingConfigOf(checks, { route }, receivers));
  const { change } = world.engine.onResults(
    checks.map((check) => resultOf(check, world.nowMs, [downFinding])),
    world.nowMs,
  );
  world.apply(change);
  world.advance(60_000);
  return world;
}

let delivery: DeliveryWorld | undefined;
afterEach(async () => {
  await delivery?.stop();
  delivery = undefined;
});

describe("stories/10 000 checks flip at once", () => {
  it("tells each alert once, in as many messages as there are groups, and explains every one", () => {
    const world = storm();

    const chat = world.outbox.filter(({ receiver }) => receiver === "chat");
    const machine = world.outbox.filter(({ receiver }) => receiver === "machine");
    expect(chat).toHaveLength(services);
    expect(machine).toHaveLength(100);
    const named = chat.flatMap(({ notification }) => notification.alerts.map(({ fingerprint }) => fingerprint));
    const counted = chat.reduce((sum, { notification }) => sum + notification.truncatedAlerts, named.length);
    expect([counted, new Set(named).size]).toEqual([10_000, named.length]);
    const toldBy = new Set(
      world.decisions.flatMap(({ stage, outcome, subject }) =>
        stage === "flush" && outcome === "pass" ? [subject] : [],
      ),
    );
    expect(world.engine.snapshot().alerts.filter(({ fingerprint }) => !toldBy.has(fingerprint))).toEqual([]);
  });

  it("keeps to the limit of every channel, and accounts for every message", async () => {
    const { outbox } = storm();
    const world = await DeliveryWorld.start({
      receivers: (url) => ({
        chat: { to: [{ kind: "slack", url: `${url}/chat` }] },
        machine: { to: [{ kind: "webhook", url: `${url}/machine` }] },
      }),
    });
    delivery = world;
    const sentAtMs: number[] = [];
    world.chat.answerWith(({ path }) => {
      if (path === "/chat") sentAtMs.push(world.clock.monotonicMs());
      return { status: 200, body: "ok" };
    });
    const rows = outbox.map((row): OutboxRow => ({ ...row, endpoint: "", notBeforeMs: world.clock.now() }));
    await world.store.commit({ ...emptyChange, outbox: rows });
    world.sender.wake();
    await world.pass(180);

    // Slack takes one message a second.
    const perSecond = Map.groupBy(sentAtMs, (atMs) => Math.floor(atMs / 1000));
    expect(Math.max(...[...perSecond.values()].map((sent) => sent.length))).toBe(1);
    expect(world.chat.requests.filter(({ path }) => path === "/machine")).toHaveLength(100);
    const ends = new Map(
      (await world.store.deliveries(10_000))
        .filter(({ ended }) => ended)
        .map(({ outboxId, outcome }) => [outboxId, outcome]),
    );
    expect(rows.filter(({ id }) => !ends.has(id))).toEqual([]);
    expect(new Set(ends.values())).toEqual(new Set(["delivered", "digested"]));
    expect((await world.store.facts()).outboxPending).toBe(0);
  });

  it("keeps nothing of it when it is over", () => {
    const world = storm();
    for (let round = 0; round < 2; round += 1) {
      world.nowMs += 1000;
      const again = checks.map((check) => resultOf(check, world.nowMs + round));
      world.apply(world.engine.onResults(again, world.nowMs).change);
    }
    world.advance(600_000);

    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
    expect(world.loaded()).toMatchObject({ alerts: [], groups: [] });
    const ended = world.outbox.filter(({ notification }) => notification.intent === "resolved");
    expect(ended).toHaveLength(services + 100);
  });
});
