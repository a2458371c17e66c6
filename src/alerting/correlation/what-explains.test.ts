import { describe, expect, it } from "vitest";
import {
  AlertingWorld,
  alertingConfigOf,
  type RawSections,
  receiverOf,
  slowFinding,
  unknownFinding,
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
  pay1,
  payment,
  receivers,
  route,
  services,
  stock,
  trailOf,
  wayOf,
  web1,
  web2,
  wiki,
  worldOf,
} from "../../../test/support/worlds/correlation-world.ts";
import type { Reason } from "../../core/checks/reasons.ts";

describe("alerting/correlation, what explains", () => {
  it.each([
    [true, ["ops: first notification 1/0", "ops: new alerts added 2/0"]],
    [false, ["dev: first notification 1/0", "ops: first notification 1/0"]],
  ])("lets a rule with explains: %s explain what fails on its machine, or not", (explains, told) => {
    const limits = { above: { warning: 90 }, tier: "os", service: "shop", explains };
    const world = worldOf({ rules: { disk: { kind: "threshold", metric: "disk", ...limits } } });

    world.judge("disk", [{ labels: { check: "db-1" }, points: [[world.nowMs, 99]] }]);
    fail(world, checkout);
    world.advance(2 * minuteMs);

    expect(world.told.toSorted()).toEqual(told);
  });

  it("does not explain what began before the cause, but for the skew", () => {
    const late = worldOf({ correlation: { skew: "30s" }, route: { ...route, group_wait: "5m" } });
    fail(late, checkout);
    late.advance(minuteMs);
    fail(late, db);
    late.advance(10 * minuteMs);
    const within = worldOf({ correlation: { skew: "90s" }, route: { ...route, group_wait: "5m" } });
    fail(within, checkout);
    within.advance(minuteMs);
    fail(within, db);
    within.advance(10 * minuteMs);

    expect(late.told.toSorted()).toEqual(["dev: first notification 1/0", "ops: first notification 1/0"]);
    expect(within.told).toEqual(["ops: first notification 2/0"]);
  });

  it("counts from the first bad run, not from its confirmation", () => {
    const slow = machine("db-1", { failureThreshold: 3 });
    const world = worldOf({ correlation: { skew: "0s" }, route: { ...route, group_wait: "5m" } }, [slow, checkout]);

    fail(world, slow);
    world.advance(10_000);
    fail(world, checkout, slow, slow);
    world.advance(10 * minuteMs);

    expect(world.told).toEqual(["ops: first notification 2/0"]);
  });

  it("leaves what was told on its own an incident of its own, whose cause is told later", () => {
    const world = worldOf();

    fail(world, checkout);
    world.advance(30_000);
    fail(world, db);
    world.advance(10 * minuteMs);

    expect(world.told).toEqual(["dev: first notification 1/0", "ops: first notification 1/0", "dev: cause 1/0"]);
    expect(world.engine.snapshot().incidents).toHaveLength(2);
  });

  it("lets a warning that has fired for days beside a healthy shop explain no outage of today, and says so", () => {
    const world = worldOf();
    const startedAt = new Date(world.nowMs + 1).toISOString();
    fail(world, db);
    world.advance(7 * 60 * minuteMs);
    fail(world, checkout);
    world.advance(minuteMs);

    expect(world.told.filter((line) => line.startsWith("dev"))).toEqual(["dev: first notification 1/0"]);
    expect(world.engine.snapshot().incidents).toHaveLength(2);
    expect(trailOf(world, checkout)).toEqual([
      `pass: "Check db-1 is down: http://db-1/" fails since ${startedAt}, longer than 6h before it: it explains nothing (correlation.stale_after)`,
    ]);
  });

  it.each([
    ["a critical one", machine("db-1", { severity: "critical" }), {}],
    ["one within correlation.stale_after", db, { stale_after: "8h" }],
  ])("lets %s that began hours before explain what fails now", (_which, cause, correlation) => {
    const world = worldOf({ correlation }, [cause, checkout]);
    fail(world, cause);
    world.advance(7 * 60 * minuteMs);
    fail(world, checkout);
    world.advance(minuteMs);

    expect(trailOf(world, checkout)).toEqual(['explain: explained by "Check db-1 is down: http://db-1/"']);
  });

  it("finds what fails just now on a machine beside what has failed there for days", () => {
    const world = worldOf({}, [db, checkout]);
    world.run(db, slowFinding);
    world.advance(24 * 60 * minuteMs);
    fail(world, db);
    world.advance(minuteMs);
    fail(world, checkout);
    world.advance(12 * 60 * minuteMs);

    expect(trailOf(world, checkout)).toEqual(['explain: explained by "Check db-1 is down: http://db-1/"']);
    expect(world.outbox.some(({ receiver }) => receiver === "dev")).toBe(false);
  });

  it.each<Reason>(["late", "too_old", "too_small"])(
    "lets a backup of the machine that is %s explain no outage",
    (reason) => {
      const world = worldOf();
      world.run(db, { is: "down", reason, detail: "no new file" });
      fail(world, checkout);
      world.advance(minuteMs);

      expect(world.told.toSorted()).toEqual(["dev: first notification 1/0", "ops: first notification 1/0"]);
      expect(world.engine.snapshot().incidents).toHaveLength(2);
    },
  );

  it("lets a certificate that ends soon explain nothing, and a heartbeat of an application that is late its orders", () => {
    const world = worldOf();
    world.run(payment, { is: "flaw", severity: "critical", reason: "expiring", detail: "in 3 days" });
    fail(world, wiki);
    world.run(checkout, { is: "down", reason: "late", detail: "never heard" });
    fail(world, orders);
    world.advance(minuteMs);

    expect(trailOf(world, checkout)).toEqual(["pass: nothing that is told explains it"]);
    expect(trailOf(world, orders)).toEqual([expect.stringContaining("explained by")]);
  });

  it("lets nothing milder than the floor explain", () => {
    const world = worldOf({ correlation: { floor: "critical" } });

    fail(world, db, checkout);
    world.advance(minuteMs);

    expect(world.told.toSorted()).toEqual(["dev: first notification 1/0", "ops: first notification 1/0"]);
  });

  it.each<[string, RawSections]>([
    [
      "in maintenance",
      {
        maintenance: {
          db: { matchers: ["check=db-1"], cron: "0 2 * * *", lasts: "6h", time_zone: "UTC", never_mute: [] },
        },
      },
    ],
    [
      "muted by its route",
      {
        time_intervals: { always: [{}] },
        route: { ...route, routes: { os: { ...route.routes.os, mute_time_intervals: ["always"] } } },
      },
    ],
    ["inhibited", { inhibit_rules: { all: { source: ["check=wiki"], target: ["check=db-1"] } } }],
  ])("lets a cause that is %s explain nothing", (_how, sections) => {
    const world = worldOf(sections);

    fail(world, wiki, db, checkout);
    world.advance(minuteMs);

    expect(
      world.outbox.some(({ notification }) => notification.alerts.some(({ labels }) => labels["check"] === "checkout")),
    ).toBe(true);
    expect(world.outbox.every(({ receiver }) => receiver === "dev")).toBe(true);
  });

  it("lets a cause that is routed to nobody explain nothing", () => {
    const config = alertingConfigOf(checks, { route, services }, { ...receivers, ops: receiverOf() });
    const world = new AlertingWorld(config);

    fail(world, db, checkout);
    world.advance(minuteMs);

    expect(world.told).toEqual(["dev: first notification 1/0"]);
  });

  it("lets a cause that could not be measured explain nothing", () => {
    const blind = machine("db-1", { blindAfterMs: minuteMs });
    const world = worldOf({}, [blind, checkout]);

    world.run(blind, unknownFinding);
    world.advance(2 * minuteMs);
    fail(world, checkout);
    world.advance(minuteMs);

    expect(world.told).toEqual(["ops: first notification 1/0", "dev: first notification 1/0"]);
  });

  it("never looks past a node whose failures nobody is told of", () => {
    const sections = {
      maintenance: { pay: { services: ["pay"], cron: "0 2 * * *", lasts: "6h", time_zone: "UTC", never_mute: [] } },
    };
    const world = worldOf(sections);

    fail(world, pay1, payment, checkout);
    world.advance(minuteMs);

    expect(world.told.toSorted()).toEqual(["dev: first notification 1/0", "ops: first notification 1/0"]);
  });

  it("explains a service by the services that it needs, and by their machines, not the other way round", () => {
    const world = worldOf();

    fail(world, payment, checkout);
    world.advance(minuteMs);
    const other = worldOf();
    fail(other, checkout, payment);
    other.advance(minuteMs);
    const machines = worldOf();
    fail(machines, pay1, checkout);
    machines.advance(minuteMs);

    expect(wayOf(world.outbox.at(-1)?.notification)).toEqual(["payment", "checkout"]);
    expect(wayOf(other.outbox[0]?.notification)).toEqual(["payment", "checkout"]);
    expect(machines.told).toEqual(["ops: first notification 1/0", "ops: new alerts added 2/0"]);
  });

  it("explains inside a tier only along explicit edges", () => {
    const world = worldOf();

    fail(world, checkout, stock, wiki);
    world.advance(2 * minuteMs);

    expect(world.told).toEqual([
      "dev: first notification 1/0",
      "dev: first notification 1/0",
      "dev: new alerts added 2/0",
    ]);
    expect(trailOf(world, stock)).toEqual(['explain: explained by "Check checkout is down: http://checkout/"']);
    expect(trailOf(world, wiki)).toEqual(["pass: nothing that is told explains it"]);
  });

  it("takes machines that stand in for each other as a cause only when too few of them are left", () => {
    const one = worldOf();
    fail(one, web1, checkout);
    one.advance(minuteMs);
    const both = worldOf();
    fail(both, web1, web2, checkout);
    both.advance(minuteMs);

    expect(one.told.toSorted()).toEqual(["dev: first notification 1/0", "ops: first notification 1/0"]);
    expect(both.told.every((line) => line.startsWith("ops"))).toBe(true);
  });

  it("follows a mapping between labels of different names, and never where a side lacks its label", () => {
    const node = machine("n-7", { labels: { node: "n7" } });
    const bare = machine("bare");
    const pod = app("pod", { service: "wiki", labels: { placed_on: "n7" } });
    const stray = app("stray", { service: "wiki" });
    const mappings = {
      node: { symptom: { tier: "application", label: "placed_on" }, cause: { tier: "os", label: "node" } },
    };
    const world = worldOf({ correlation: { mappings } }, [node, bare, pod, stray]);

    fail(world, node, bare, pod, stray);
    world.advance(minuteMs);

    expect(trailOf(world, pod)).toEqual(['explain: explained by "Check n-7 is down: http://n-7/"']);
    expect(world.outbox.filter(({ receiver }) => receiver === "dev")).toHaveLength(1);
  });

  it("keeps environments apart", () => {
    const staging = machine("db-1", { env: "staging" });
    const world = worldOf({}, [staging, checkout]);

    fail(world, staging, checkout);
    world.advance(minuteMs);

    expect(world.told.toSorted()).toEqual(["dev: first notification 1/0", "ops: first notification 1/0"]);
  });
});
