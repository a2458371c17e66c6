import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  downFinding,
  receiverOf,
  slowFinding,
} from "../../../test/support/worlds/alerting-world.ts";
import {
  app,
  checkout,
  checks,
  db,
  fail,
  machine,
  minuteMs,
  orders,
  receivers,
  route,
  service,
  services,
  trailOf,
  wayOf,
  web1,
  web2,
  worldOf,
} from "../../../test/support/worlds/correlation-world.ts";
import { startMaintenance } from "../maintenance/maintenance-actions.ts";

describe("alerting/correlation, explained symptoms", () => {
  it.each([1, 2])(
    "leaves the incident to its cause when a symptom that the same receiver was told of fails and recovers again (%s more times)",
    (times) => {
      const world = worldOf({
        route: { receiver: "ops", group_by: ["check"], group_wait: "10s", group_interval: "5m" },
        correlation: { skew: "0s" },
      });
      fail(world, db, checkout);
      world.advance(minuteMs);
      const [incident] = world.engine.snapshot().incidents;
      expect(incident?.members).toHaveLength(2);

      for (let time = 0; time < times; time += 1) {
        world.run(checkout);
        world.advance(40_000);
        fail(world, checkout);
        world.advance(40_000);
      }
      world.run(checkout);
      world.advance(15 * minuteMs);

      const { incidents } = world.engine.snapshot();
      expect(incidents.map(({ id, status }) => [id, status])).toEqual([[incident?.id, "open"]]);
      world.run(db);
      world.advance(10 * minuteMs);
      expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
      expect(world.told.at(-1)).toBe("ops: all alerts resolved 0/1");
    },
  );

  it("tells a symptom on its own when so much of a redundancy group is well again that the rest explains nothing", () => {
    const world = worldOf();
    fail(world, web1, web2, checkout);
    world.advance(2 * minuteMs);
    expect(world.told.filter((line) => line.startsWith("dev"))).toEqual([]);

    world.run(web2);
    world.advance(50_000);
    expect(world.told.filter((line) => line.startsWith("dev"))).toEqual([]);
    world.advance(2 * minuteMs);

    expect(world.told.filter((line) => line.startsWith("dev"))).toEqual(["dev: no longer explained 1/0"]);
    expect(trailOf(world, checkout)).toContainEqual(expect.stringContaining("does not reach it any more"));
    expect(world.engine.snapshot().incidents).toHaveLength(2);
  });

  it("leaves a symptom with its cause when the redundancy group fails again within the grace", () => {
    const world = worldOf();
    fail(world, web1, web2, checkout);
    world.advance(2 * minuteMs);

    world.run(web2);
    world.advance(20_000);
    fail(world, web2);
    world.advance(10 * minuteMs);

    expect(world.told.filter((line) => line.startsWith("dev"))).toEqual([]);
  });

  it("tells a symptom that outlives its cause on its own, in an incident of its own, and says why", () => {
    const world = worldOf();
    fail(world, db, checkout);
    world.advance(2 * minuteMs);

    world.run(db);
    world.advance(50_000);
    expect(world.told.filter((line) => line.startsWith("dev"))).toEqual([]);
    world.advance(5 * minuteMs);

    const own = world.outbox.find(({ receiver }) => receiver === "dev")?.notification;
    expect(own).toMatchObject({
      because: "no longer explained",
      story: { formerCause: { text: "Check db-1 – wrong status" } },
    });
    expect(own?.story?.chain).toBeUndefined();
    expect(own?.incident).not.toBe(world.outbox[0]?.notification.incident);
    expect(world.engine.snapshot().incidents.map(({ id }) => id)).toEqual([own?.incident]);
    world.run(checkout);
    world.advance(10 * minuteMs);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
    expect(world.told.filter((line) => line.startsWith("dev"))).toEqual([
      "dev: no longer explained 1/0",
      "dev: all alerts resolved 0/1",
    ]);
  });

  it.each(["before", "after"])(
    "tells whom only the cause's chain told that the cause is over, and what goes on; the end of that, too (%s its group says so)",
    (when) => {
      const people = { a: { title: "A", reach: { critical: ["mail"], warning: ["mail"] } } };
      const policies = { night: { steps: [{ at: "0m", notify: ["person/a"] }] } };
      const group_interval = when === "before" ? "5m" : "10s";
      const routes = { ...route.routes, os: { ...route.routes.os, policy: "night", group_interval } };
      const sections = { route: { ...route, routes }, services, people, policies };
      const world = new AlertingWorld(alertingConfigOf(checks, sections, { ...receivers, mail: receiverOf(true) }));
      fail(world, db, checkout);
      world.advance(2 * minuteMs);

      world.run(db);
      world.advance(5 * minuteMs);
      world.run(checkout);
      world.advance(10 * minuteMs);

      const mails = world.outbox.filter(({ receiver }) => receiver === "mail").map(({ notification }) => notification);
      expect(
        mails.map(({ intent, alerts }) => `${intent} ${alerts.map(({ labels }) => labels["check"]).join()}`),
      ).toEqual(["firing db-1", "firing checkout,db-1", "resolved db-1", "resolved checkout"]);
      expect(mails[2]?.story).toMatchObject({ goesOn: ["Check checkout – wrong status"] });
      expect(mails.every(({ recipient }) => recipient === "a")).toBe(true);
      expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
    },
  );

  it("tells a symptom at once when its cause falls silent", () => {
    const sections = {
      maintenance: {
        db: { matchers: ["check=db-1"], cron: "10 2 * * *", lasts: "6h", time_zone: "UTC", never_mute: [] },
      },
    };
    const world = worldOf(sections);

    fail(world, db, checkout);
    world.advance(11 * minuteMs);

    expect(world.told.at(-1)).toBe("dev: no longer explained 1/0");
  });

  it("says nothing of a symptom that ends within the grace, but its end to those who heard of it", () => {
    const world = worldOf();
    fail(world, db, checkout);
    world.advance(2 * minuteMs);

    world.run(db);
    world.run(checkout);
    world.advance(10 * minuteMs);

    expect(world.told).toEqual([
      "ops: first notification 1/0",
      "ops: new alerts added 2/0",
      "ops: all alerts resolved 0/2",
    ]);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("tells the end of a critical business alert to everybody who heard of it", () => {
    const world = worldOf();
    fail(world, db, orders);
    world.advance(2 * minuteMs);

    world.run(orders);
    world.run(db);
    world.advance(10 * minuteMs);

    expect(world.told.filter((line) => line.startsWith("managers"))).toEqual([
      "managers: first notification 1/0",
      "managers: all alerts resolved 0/1",
    ]);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("tells alerts of one group with their cause where both are in it", () => {
    const world = worldOf({ route: { receiver: "ops", group_by: ["env"], group_wait: "10s", group_interval: "1m" } });

    fail(world, db, checkout, orders);
    world.advance(5 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 3/0"]);
    expect(wayOf(world.outbox[0]?.notification)).toEqual(["db-1", "checkout", "orders"]);
  });

  it("keeps explanations over a restart and a reload", () => {
    const world = worldOf();
    fail(world, db, checkout, orders);
    world.advance(2 * minuteMs);
    const told = [...world.told];

    const change = world.restart();
    world.reload(alertingConfigOf(checks, { route, services }, receivers));
    world.advance(20 * minuteMs);

    expect(change).toMatchObject({ alerts: [], groups: [], decisions: [] });
    expect(world.told).toEqual(told);
  });

  it("lets a group speak when it is due though a start finds an alert of it muted and explained by what is muted, too", () => {
    const world = worldOf({ route: { ...route, group_by: ["service"] } });
    world.run(checkout, slowFinding);
    world.run(orders, slowFinding);
    world.advance(2 * minuteMs);
    world.perform(startMaintenance({ name: "shop", lastsMs: 60 * minuteMs, by: "li" }));
    fail(world, orders);
    world.advance(0);

    const change = world.restart();
    world.advance(5000);

    expect(change).toMatchObject({ alerts: [], groups: [], decisions: [] });
    expect(world.told.filter((line) => line.startsWith("managers"))).toEqual([]);
    world.advance(6000);
    expect(world.told.at(-1)).toBe("managers: first notification 1/0");
  });

  it("tells a symptom on its own after a reload that takes the edge away", () => {
    const world = worldOf();
    fail(world, db, checkout);
    world.advance(2 * minuteMs);

    world.reload(alertingConfigOf(checks, { route, services: [service("shop")] }, receivers));
    world.advance(2 * minuteMs);

    expect(world.told.at(-1)).toBe("dev: no longer explained 1/0");
  });

  it("does not let a wait or a grace last longer because the clock was set back", () => {
    const slow = machine("db-1", { failureThreshold: 3 });
    const world = worldOf({}, [slow, checkout]);
    fail(world, slow, checkout);
    world.advance(15_000);

    world.nowMs -= 6 * 60 * minuteMs;
    world.apply(world.engine.flush(world.nowMs));
    world.advance(31_000);

    expect(world.told).toEqual(["dev: first notification 1/0"]);
  });

  it("stays cheap when everything fails at once: 10 000 alerts of one service and its machine", () => {
    const many = Array.from({ length: 10_000 }, (_, index) => app(`a${index}`, { severity: "warning" }));
    const world = worldOf({ route: { ...route, group_by: ["service"] } }, [db, ...many]);
    fail(world, db);
    world.advance(minuteMs);

    for (const check of many) world.run(check, downFinding);
    world.advance(5 * minuteMs);

    expect(world.outbox.length).toBeLessThan(5);
    expect(world.outbox.at(-1)?.notification).toMatchObject({ truncatedAlerts: 9951 });
    expect(world.engine.snapshot().incidents).toHaveLength(1);
  });
});
