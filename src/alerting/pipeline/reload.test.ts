import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { titleOfLast } from "../../../test/support/last-title.ts";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  downFinding,
  receiverOf,
} from "../../../test/support/worlds/alerting-world.ts";

const shop = checkOf("shop", { service: "shop", failureThreshold: 1 });
const pay = checkOf("pay", { service: "pay", failureThreshold: 1 });
const minuteMs = 60_000;
const receivers = { ops: receiverOf(true), dev: receiverOf(true) };
const base = { receiver: "ops", group_wait: "0s" };

type Config = Parameters<AlertingWorld["reload"]>[0];

function worldWithOutage(route: unknown = base): AlertingWorld {
  const world = new AlertingWorld(alertingConfigOf([shop, pay], { route }, receivers));
  world.fail(shop);
  world.advance(minuteMs);
  return world;
}

describe("alerting/pipeline reload", () => {
  it("closes the alerts of a removed check once and says so (F89)", () => {
    const world = worldWithOutage();

    world.reload(alertingConfigOf([pay], { route: base }, receivers));
    world.advance(10 * minuteMs);
    world.reload(alertingConfigOf([pay], { route: base }, receivers));
    world.run(shop, downFinding);
    world.advance(10 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
    expect(world.outbox[1]?.notification.alerts[0]?.annotations["resolution"]).toBe("removed from the config");
    expect(titleOfLast(world)).toBe("Removed: Check shop (after 1 min)");
    expect(world.loaded()).toMatchObject({ checkStates: [], alerts: [], groups: [] });
  });

  it("closes the alerts of a check that was removed while the daemon stood still", () => {
    const world = worldWithOutage();

    world.restart(alertingConfigOf([pay], { route: base }, receivers));
    world.advance(10 * minuteMs);

    expect(world.told.at(-1)).toBe("ops: all alerts resolved 0/1");
    expect(titleOfLast(world)).toMatch(/^Removed/);
    expect(world.loaded().checkStates).toEqual([]);
  });

  it.each([
    ["a reload", (world: AlertingWorld, next: Config) => world.reload(next)],
    ["a restart", (world: AlertingWorld, next: Config) => world.restart(next)],
  ])("closes the alerts of a target that its source no longer lists, and says so, after %s", (_, change) => {
    const [a, b] = ["a", "b"].map((name) => ({ id: name, address: name, display: name, labels: {} }));
    const found = (...targets: readonly (typeof a)[]) =>
      checkOf("shop", { failureThreshold: 1, targets: targets as never, targetsFrom: { kind: "file", files: ["x"] } });
    const world = new AlertingWorld(alertingConfigOf([found(a, b)], { route: base }, receivers));
    world.fail(found(a));
    world.advance(minuteMs);

    change(world, alertingConfigOf([found(b)], { route: base }, receivers));
    world.advance(10 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
    expect(world.outbox[1]?.notification.alerts[0]?.annotations["resolution"]).toBe(
      "the target is gone: its source no longer lists it",
    );
    expect(world.loaded().checkStates).toEqual([]);
  });

  it("closes the alert of a removed rule", () => {
    const rules = { hot: { kind: "threshold", metric: "temperature", above: { warning: 50 } } };
    const world = new AlertingWorld(alertingConfigOf([], { rules }));
    world.judge("hot", [{ labels: { instance: "a" }, points: [[world.nowMs, 60]] }]);
    world.advance(minuteMs);

    world.reload(alertingConfigOf([]));
    world.judge("hot", [{ labels: { instance: "a" }, points: [[world.nowMs, 60]] }]);
    world.advance(10 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
    expect(titleOfLast(world)).toMatch(/^Removed/);
    expect(world.loaded().ruleStates).toEqual([]);
  });

  it("does not call an alert recovered that an override leaves out from now on", () => {
    const hot = { kind: "threshold", metric: "temperature", above: { warning: 50 } };
    const overrides = { a: { matchers: ["instance=a"], off: true } };
    const world = new AlertingWorld(alertingConfigOf([], { rules: { hot } }));
    world.judge("hot", [{ labels: { instance: "a" }, points: [[world.nowMs, 60]] }]);
    world.advance(minuteMs);

    world.reload(alertingConfigOf([], { rules: { hot: { ...hot, overrides } } }));
    world.judge("hot", [{ labels: { instance: "a" }, points: [[world.nowMs, 60]] }]);
    world.advance(10 * minuteMs);

    expect(titleOfLast(world)).toBe("Closed: hot (after 1 min)");
  });

  it("keeps counting towards the threshold over a reload", () => {
    const slow = checkOf("slow", { failureThreshold: 3 });
    const world = new AlertingWorld(alertingConfigOf([slow]));
    world.run(slow, downFinding);
    world.run(slow, downFinding);

    world.reload(alertingConfigOf([slow, shop]));
    world.run(slow, downFinding);
    world.advance(minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0"]);
  });

  it.each([
    [
      "the matchers of its route change",
      { ...base, routes: { apps: { matchers: ["tier=application"] } } },
      { ...base, routes: { apps: { matchers: ["tier!=os"] } } },
    ],
    [
      "its route is renamed",
      { ...base, routes: { apps: { matchers: ["tier=application"] } } },
      { ...base, routes: { web: { matchers: ["tier=application"] } } },
    ],
    ["it is grouped otherwise", base, { ...base, group_by: ["check"] }],
  ])("tells nobody again when %s", (_change, before, after) => {
    const world = worldWithOutage(before);
    const incident = world.engine.snapshot().incidents[0]?.id;

    world.reload(alertingConfigOf([shop, pay], { route: after }, receivers));
    world.advance(10 * minuteMs);
    expect(world.told).toEqual(["ops: first notification 1/0"]);
    world.run(shop);
    world.advance(10 * minuteMs);

    expect(world.told.at(-1)).toBe("ops: all alerts resolved 0/1");
    expect(world.outbox.at(-1)?.notification.incident).toBe(incident);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("tells a new receiver of the outage, and both of its end", () => {
    const world = worldWithOutage();

    world.reload(alertingConfigOf([shop, pay], { route: { ...base, receiver: "dev" } }, receivers));
    world.advance(5 * 60 * minuteMs);
    world.run(shop);
    world.advance(10 * minuteMs);

    expect([...world.told].sort()).toEqual([
      "dev: all alerts resolved 0/1",
      "dev: first notification 1/0",
      "dev: repeat interval elapsed 1/0",
      "ops: all alerts resolved 0/1",
      "ops: first notification 1/0",
    ]);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("goes back to the first receiver without telling it twice", () => {
    const world = worldWithOutage();
    const there = alertingConfigOf([shop, pay], { route: { ...base, receiver: "dev" } }, receivers);
    const back = world.config;

    world.reload(there);
    world.advance(minuteMs);
    world.reload(back);
    world.advance(minuteMs);
    world.run(shop);
    world.advance(10 * minuteMs);

    expect([...world.told].sort()).toEqual([
      "dev: all alerts resolved 0/1",
      "dev: first notification 1/0",
      "ops: all alerts resolved 0/1",
      "ops: first notification 1/0",
    ]);
  });

  it("drops what a removed receiver would have been told, with a decision", () => {
    const world = worldWithOutage();

    world.reload(alertingConfigOf([shop], { route: { ...base, receiver: "dev" } }, { dev: receiverOf(true) }));
    world.run(shop);
    world.advance(10 * minuteMs);

    expect(world.told.filter((line) => line.startsWith("ops"))).toEqual(["ops: first notification 1/0"]);
    expect(world.decisions.map((decision) => decision.because)).toContain("receiver ops is no longer configured");
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("moves an alert that nobody was told of yet without a trace", () => {
    const world = new AlertingWorld(alertingConfigOf([shop], { route: { receiver: "ops" } }, receivers));
    world.fail(shop);

    world.reload(alertingConfigOf([shop], { route: { receiver: "dev" } }, receivers));
    world.advance(10 * minuteMs);

    expect(world.told).toEqual(["dev: first notification 1/0"]);
  });

  it("goes on telling a group of which a part is told elsewhere now", () => {
    const one = { ...base, group_by: [] };
    const world = worldWithOutage(one);
    world.fail(pay);
    world.advance(10 * minuteMs);

    const routes = { pay: { matchers: ["service=pay"], receiver: "dev" } };
    world.reload(alertingConfigOf([shop, pay], { route: { ...one, routes } }, receivers));
    world.advance(5 * 60 * minuteMs);
    world.run(shop);
    world.advance(10 * minuteMs);
    world.run(pay);
    world.advance(10 * minuteMs);

    expect(world.told.filter((line) => line.startsWith("ops"))).toEqual([
      "ops: first notification 1/0",
      "ops: new alerts added 2/0",
      "ops: repeat interval elapsed 1/0",
      "ops: some alerts resolved 0/1",
      "ops: all alerts resolved 0/1",
    ]);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("puts together what a receiver was told when it is set aside twice", () => {
    const toDev = alertingConfigOf([shop, pay], { route: { ...base, group_by: [], receiver: "dev" } }, receivers);
    const world = worldWithOutage({ ...base, group_by: [] });
    const toOps = world.config;
    world.fail(pay);
    world.advance(10 * minuteMs);

    world.run(shop);
    world.reload(toDev);
    world.reload(toOps);
    world.reload(toDev);
    world.run(pay);
    world.advance(10 * minuteMs);

    const ended = world.outbox
      .filter(({ receiver }) => receiver === "ops")
      .flatMap(({ notification }) => notification.alerts)
      .filter((alert) => alert.status === "resolved")
      .map((alert) => alert.labels["check"] ?? "");
    expect([...ended].sort()).toEqual(["pay", "shop"]);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("tells every receiver the end of what it was told, however often the routes change", () => {
    const routes = [
      base,
      { ...base, group_by: [] },
      { ...base, receiver: "dev" },
      { ...base, routes: { pay: { matchers: ["service=pay"], receiver: "dev" } } },
      { ...base, group_wait: "20s", routes: { shop: { matchers: ["service=shop"], group_by: ["..."] } } },
    ];
    const configs = routes.map((route) => alertingConfigOf([shop, pay], { route }, receivers));
    const step = fc.oneof(
      fc.record({ kind: fc.constant("run" as const), check: fc.constantFrom("shop", "pay"), isDown: fc.boolean() }),
      fc.record({ kind: fc.constant("reload" as const), config: fc.nat(configs.length - 1) }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(0, 10_000, 400_000) }),
      fc.record({ kind: fc.constant("restart" as const) }),
    );

    fc.assert(
      fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
        const world = new AlertingWorld(configs[0] ?? alertingConfigOf([]));
        for (const one of steps) {
          if (one.kind === "run") world.run(one.check === "shop" ? shop : pay, ...(one.isDown ? [downFinding] : []));
          else if (one.kind === "reload") world.reload(configs[one.config] ?? world.config);
          else if (one.kind === "wait") world.advance(one.ms);
          else world.restart();
        }
        world.calm(shop);
        world.calm(pay);
        world.advance(20 * minuteMs);

        const open = new Set<string>();
        for (const { receiver, notification } of world.outbox) {
          for (const { fingerprint, status } of notification.alerts) {
            if (status === "firing") open.add(`${receiver} ${fingerprint}`);
            else expect(open.delete(`${receiver} ${fingerprint}`)).toBe(true);
          }
        }
        expect([...open]).toEqual([]);
        expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
        expect(new Set(world.outbox.map((row) => row.dedupKey)).size).toBe(world.outbox.length);
      }),
      { numRuns: 150 },
    );
  });
});
