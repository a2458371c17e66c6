import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
  resultOf,
  slowFinding,
  unknownFinding,
} from "../../../test/support/worlds/alerting-world.ts";
import { emptyChange } from "../../core/store.ts";

const shop = checkOf("shop", { service: "shop" });
const minuteMs = 60_000;

describe("alerting/pipeline", () => {
  it("tells an outage once after the threshold and its recovery once", () => {
    const world = new AlertingWorld(alertingConfigOf([shop]));

    world.run(shop);
    world.run(shop, downFinding);
    world.run(shop, downFinding);
    world.advance(1000);
    expect(world.told).toEqual([]);
    world.run(shop, downFinding);
    world.advance(1000);
    world.run(shop);
    world.advance(10 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
    expect(world.outbox[0]?.notification.alerts[0]).toMatchObject({
      labels: { alertname: "CheckDown", check: "shop", severity: "critical", tier: "application", service: "shop" },
      annotations: { detail: "502 Bad Gateway", reason: "status", runbook: "http://wiki/shop", title: "Check shop" },
    });
    expect(world.outbox[0]?.notification.alerts[0]?.labels).not.toHaveProperty("location");
    expect(world.loaded()).toMatchObject({
      alerts: [],
      groups: [],
      incidents: [{ status: "resolved", severity: "critical" }],
    });
  });

  it("asks for haste while a verdict is unconfirmed, and not after", () => {
    const world = new AlertingWorld(alertingConfigOf([shop]));

    const asked = [
      world.run(shop),
      world.run(shop, downFinding),
      world.run(shop, downFinding),
      world.run(shop, downFinding),
    ];

    expect(asked).toEqual([false, true, true, false]);
  });

  it("keeps an outage that heals within group_wait to itself and says why", () => {
    const world = new AlertingWorld(alertingConfigOf([shop], { route: { receiver: "ops" } }));

    world.fail(shop);
    world.run(shop);
    world.advance(10 * minuteMs);

    expect(world.told).toEqual([]);
    expect(world.decisions.map((decision) => decision.because)).toContain("fired and resolved before anybody was told");
    expect(world.loaded()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("never calls a target down that it could not measure, but tells of the blindness (I5)", () => {
    const world = new AlertingWorld(alertingConfigOf([shop]));

    for (let run = 0; run < 40; run += 1) {
      world.run(shop, unknownFinding);
      world.advance(minuteMs);
    }
    world.run(shop);
    world.advance(10 * minuteMs);

    expect(world.outbox.map((row) => row.notification.alerts[0]?.labels["alertname"])).toEqual([
      "CheckBlind",
      "CheckBlind",
    ]);
    expect(world.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
  });

  it("tells flaws with their reason at their own severity", () => {
    const world = new AlertingWorld(alertingConfigOf([shop]));

    for (let run = 0; run < 3; run += 1) world.run(shop, slowFinding);
    world.advance(1000);

    expect(world.outbox[0]?.notification.alerts[0]).toMatchObject({
      labels: { alertname: "CheckFlaw", reason: "slow", severity: "warning" },
      annotations: { detail: "took 2 s" },
    });
  });

  it("writes one row per integration, without recovery where it is not wanted", () => {
    const config = alertingConfigOf([shop], {}, { ops: receiverOf(true, false) });
    const world = new AlertingWorld(config);

    world.fail(shop);
    world.advance(1000);
    world.run(shop);
    world.advance(10 * minuteMs);

    expect(world.outbox.map((row) => `${row.endpoint} ${row.notification.intent}`)).toEqual([
      "endpoint-0 firing",
      "endpoint-1 firing",
      "endpoint-0 resolved",
    ]);
    expect(new Set(world.outbox.map((row) => row.dedupKey)).size).toBe(3);
    expect(world.outbox[0]?.giveUpAtMs).toBe((world.outbox[0]?.notification.createdAtMs ?? 0) + 60_000);
  });

  it("cuts a message at 50 alerts and counts the rest", () => {
    const checks = Array.from({ length: 60 }, (_, index) => checkOf(`c${index}`, { failureThreshold: 1 }));
    const world = new AlertingWorld(alertingConfigOf(checks, { route: { receiver: "ops", group_by: [] } }));

    for (const check of checks) world.fail(check);
    world.advance(minuteMs);

    expect(world.outbox).toHaveLength(1);
    expect(world.outbox[0]?.notification).toMatchObject({ truncatedAlerts: 10, alerts: { length: 50 } });
  });

  it("repeats a lasting outage after repeat_interval", () => {
    const route = { receiver: "ops", group_wait: "0s", repeat_interval: "1h" };
    const world = new AlertingWorld(alertingConfigOf([shop], { route }));

    world.fail(shop);
    world.advance(150 * minuteMs);

    expect(world.told).toEqual([
      "ops: first notification 1/0",
      "ops: repeat interval elapsed 1/0",
      "ops: repeat interval elapsed 1/0",
    ]);
  });

  it("shares one alert between targets that people cannot tell apart", () => {
    const twins = checkOf("twins", {
      failureThreshold: 1,
      targets: ["a", "b"].map((id) => ({ id, address: `http://x/?${id}`, display: "http://x/", labels: {} })),
    });
    const world = new AlertingWorld(alertingConfigOf([twins]));
    const run = (target: string, isDown: boolean): void => {
      world.nowMs += 1;
      const findings = isDown ? [downFinding] : [];
      const verdict = isDown ? "down" : "up";
      const base = { check: "twins", target, location: "default", slotMs: world.nowMs, trigger: "schedule" } as const;
      const timing = { startedAtMs: world.nowMs, durationMs: 1, phasesMs: {}, samples: [] };
      world.apply(world.engine.onResults([{ ...base, ...timing, verdict, findings }], world.nowMs).change);
      world.advance(10 * minuteMs);
    };

    run("a", true);
    run("b", true);
    run("a", false);
    expect(world.told).toEqual(["ops: first notification 1/0"]);
    run("b", false);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
  });

  it("leaves out results of slots it has seen and of checks it does not have", () => {
    const world = new AlertingWorld(alertingConfigOf([shop]));
    world.run(shop, downFinding);
    const stale = { ...world.loaded().checkStates[0] };

    const none = world.engine.onResults([], world.nowMs);
    const again = world.engine.onResults([resultOf(shop, stale.lastSlotMs ?? 0, [downFinding])], world.nowMs);
    world.run(checkOf("stranger"), downFinding);

    expect(none.change).toEqual(emptyChange);
    expect(again.change).toEqual(emptyChange);
    expect(world.loaded().checkStates).toEqual([stale]);
  });

  it("records why an alert was told, stage by stage", () => {
    const world = new AlertingWorld(alertingConfigOf([shop]));

    world.fail(shop);
    world.advance(1000);

    const fingerprint = world.outbox[0]?.notification.alerts[0]?.fingerprint;
    const trail = world.decisions.filter((decision) => decision.subject === fingerprint);
    expect(trail.map((decision) => decision.stage)).toEqual([
      "state",
      "routing",
      "grouping",
      "correlation",
      "flush",
      "incident",
    ]);
    expect(trail.at(-2)?.because).toBe("first notification: told to ops");
  });

  it("raises and ends trouble of the daemon itself as an ordinary alert", () => {
    const world = new AlertingWorld(alertingConfigOf([]));

    world.apply(world.engine.trouble("storage", true, "the disk is full", world.nowMs));
    world.advance(1000);
    world.apply(world.engine.trouble("storage", false, "", world.nowMs));
    world.advance(10 * minuteMs);

    expect(world.outbox[0]?.notification.alerts[0]).toMatchObject({
      labels: { alertname: "WatchfireTrouble", component: "storage", severity: "critical", tier: "os" },
      annotations: { detail: "the disk is full" },
    });
    expect(world.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
  });

  it("ends trouble from before a restart unless it is raised again", () => {
    const world = new AlertingWorld(alertingConfigOf([]));
    world.apply(world.engine.trouble("stall", true, "2 s", world.nowMs));
    world.apply(world.engine.trouble("reload", true, "bad file", world.nowMs));
    world.advance(1000);

    world.restart();
    world.apply(world.engine.trouble("reload", true, "bad file", world.nowMs));
    world.advance(4 * minuteMs);
    expect(world.engine.snapshot().alerts).toHaveLength(2);
    world.advance(16 * minuteMs);

    expect(world.engine.snapshot().alerts.map((alert) => alert.labels["component"])).toEqual(["reload"]);
  });
});
