import { describe, expect, it } from "vitest";
import {
  checkout,
  db,
  fail,
  fingerprintOf,
  machine,
  minuteMs,
  orders,
  route,
  service,
  trailOf,
  visits,
  wayOf,
  wiki,
  worldOf,
} from "../../../test/support/worlds/correlation-world.ts";

describe("alerting/correlation", () => {
  it("tells an application's outage in the incident of the machine that explains it, and nobody else of it", () => {
    const world = worldOf();

    fail(world, db);
    world.advance(minuteMs);
    fail(world, checkout);
    world.advance(5 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
    const [incident] = world.engine.snapshot().incidents;
    expect(incident).toMatchObject({
      severity: "critical",
      members: [fingerprintOf(world, db), fingerprintOf(world, checkout)],
    });
    expect(world.engine.snapshot().incidents).toHaveLength(1);
    expect(trailOf(world, checkout)).toEqual(['explain: explained by "Check db-1 is down: http://db-1/"']);
  });

  it("lets a graver symptom speak at once in its cause's group, whatever the group's interval", () => {
    const world = worldOf({ route: { ...route, group_interval: "1h" } });

    fail(world, db);
    world.advance(minuteMs);
    fail(world, checkout);
    world.advance(11_000);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
  });

  it("lets a symptom that brings a stronger policy speak at once, so that nobody waits for the call", () => {
    const grave = machine("db-1", { severity: "critical" });
    const policies = { p1: { steps: [{ at: "0m", notify: ["dev"] }] } };
    const policed = { ...service("shop", { hosts: ["db-1"] }), policy: "p1" };
    const slowly = { ...route, group_interval: "1h" };
    const world = worldOf({ route: slowly, policies, services: [policed] }, [grave, checkout, wiki]);

    fail(world, grave);
    world.advance(minuteMs);
    fail(world, checkout);
    world.advance(11_000);

    expect(world.told).toEqual([
      "ops: first notification 1/0",
      "ops: new alerts added 2/0",
      expect.stringMatching(/^dev: /),
    ]);
  });

  it("lets a critical symptom of the business speak at once beside an equally grave cause", () => {
    const grave = machine("db-1", { severity: "critical" });
    const world = worldOf(
      { route: { receiver: "ops", group_by: ["check"], group_wait: "10s", group_interval: "1h" } },
      [grave, orders],
    );

    fail(world, grave);
    world.advance(minuteMs);
    fail(world, orders);
    world.advance(11_000);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
  });

  it("tells a cause that waits for its group together with the symptom that need not wait any longer", () => {
    const world = worldOf({ route: { ...route, routes: { os: { ...route.routes.os, group_wait: "10m" } } } });

    fail(world, db, checkout);
    world.advance(11_000);

    expect(world.told).toEqual(["ops: first notification 2/0"]);
  });

  it("follows causes to the first of them and tells the way from it to the business", () => {
    const world = worldOf();

    fail(world, db);
    world.advance(2 * minuteMs);
    fail(world, checkout);
    world.advance(2 * minuteMs);
    fail(world, visits);
    world.advance(5 * minuteMs);

    expect(new Set(world.outbox.map(({ receiver }) => receiver))).toEqual(new Set(["ops"]));
    const last = world.outbox.at(-1)?.notification;
    expect(wayOf(last)).toEqual(["db-1", "checkout", "visits"]);
    const times = last?.story?.chain?.map(({ atMs }) => atMs) ?? [];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("tells a critical business alert to its own receiver once, in the incident of the cause", () => {
    const world = worldOf();

    fail(world, db);
    world.advance(minuteMs);
    fail(world, orders);
    world.advance(30 * minuteMs);

    expect(world.told.toSorted()).toEqual([
      "managers: first notification 1/0",
      "ops: first notification 1/0",
      "ops: new alerts added 2/0",
    ]);
    expect(new Set(world.outbox.map(({ notification }) => notification.incident)).size).toBe(1);
    expect(world.engine.snapshot().incidents).toHaveLength(1);
  });

  it("does not tell a critical business alert twice to the receiver of its cause", () => {
    const world = worldOf({ route: { receiver: "ops", group_by: ["check"], group_wait: "10s", group_interval: "1m" } });

    fail(world, db, orders);
    world.advance(5 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
  });

  it("never holds a critical business alert for a cause that is not confirmed", () => {
    const slow = machine("db-1", { failureThreshold: 3 });
    const world = worldOf({}, [slow, orders]);

    fail(world, slow, orders);
    world.advance(11_000);

    expect(world.told).toEqual(["managers: first notification 1/0"]);
  });

  it("holds a symptom for a cause that fails but is not confirmed, and no longer than correlation.wait", () => {
    const slow = machine("db-1", { failureThreshold: 3 });
    const world = worldOf({ correlation: { wait: "20s" } }, [slow, checkout]);

    fail(world, slow, checkout);
    world.advance(29_000);
    expect(world.told).toEqual([]);
    world.advance(3000);

    expect(world.told).toEqual(["dev: first notification 1/0"]);
    expect(trailOf(world, checkout).map((line) => line.slice(0, 30))).toEqual([
      'hold: waits at most 20s for "C',
      'pass: waited 20s for "Check db',
    ]);
  });

  it("tells a held symptom with its cause once that is confirmed", () => {
    const slow = machine("db-1", { failureThreshold: 3 });
    const world = worldOf({}, [slow, checkout]);

    fail(world, slow, checkout);
    world.advance(15_000);
    fail(world, slow, slow);
    world.advance(2 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
  });

  it("holds a symptom for a rule that waits for its time", () => {
    const rules = {
      disk: { kind: "threshold", metric: "disk", above: { warning: 90 }, for: "10m", tier: "os", service: "shop" },
    };
    const world = worldOf({ rules });

    world.judge("disk", [{ labels: { check: "db-1" }, points: [[world.nowMs, 99]] }]);
    fail(world, checkout);
    world.advance(20_000);
    expect(world.told).toEqual([]);
    world.advance(minuteMs);

    expect(world.told).toEqual(["dev: first notification 1/0"]);
  });
});
