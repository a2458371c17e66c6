import { describe, expect, it } from "vitest";
import type { AlertingConfig } from "../../src/alerting/alerting-config.ts";
import { composeMessage, plainTextOf } from "../../src/core/message/message.ts";
import type { Service } from "../../src/core/service.ts";
import {
  AlertingWorld,
  alertingConfigOf,
  checkOf,
  type RawSections,
  receiverOf,
} from "../support/worlds/alerting-world.ts";

const minuteMs = 60_000;
const shop: Service = { id: "shop", title: "商城", owner: "web", hosts: ["db-1"], needs: [], links: {} };
const db = checkOf("db-1", { title: "db-1", tier: "os", probe: "host", severity: "warning" });
const checkout = checkOf("checkout", { title: "结算", service: "shop", failureThreshold: 3 });
const rules = {
  "disk-full": {
    kind: "threshold",
    title: "db-1 /data 快满了",
    metric: "disk_used",
    above: { warning: "90%", critical: "99%" },
    for: "2m",
    tier: "os",
  },
  orders: {
    kind: "threshold",
    title: "商城订单下跌",
    metric: "orders_change",
    below: { critical: -0.4 },
    for: "5m",
    tier: "business",
    service: "shop",
    summary: "订单 {value}",
  },
};
const route = {
  receiver: "dev-chat",
  group_by: ["service", "alertname"],
  group_wait: "30s",
  routes: {
    os: { matchers: ["tier=os"], receiver: "machine-owners" },
    business: { matchers: ["tier=business"], receiver: "shop-owners" },
  },
};
const receivers = {
  "dev-chat": receiverOf(true),
  "machine-owners": receiverOf(true),
  "shop-owners": receiverOf(true),
};

function configOf(sections: RawSections = {}): AlertingConfig {
  const config = alertingConfigOf([db, checkout], { rules, route, services: [shop], ...sections }, receivers);
  return { ...config, locale: "zh" };
}

/** The disk fills at 03:05, the checkout answers 502 from 03:13 on, and orders fall from 03:20 on. */
function night(config: AlertingConfig): AlertingWorld {
  const world = new AlertingWorld(config);
  world.nowMs = Date.UTC(2026, 10, 22, 19, 5, 0);
  disk(world, 0.996);
  world.advance(2 * minuteMs);
  disk(world, 0.996);
  world.advance(6 * minuteMs);
  for (let run = 0; run < 3; run += 1) {
    world.run(checkout, { is: "down", reason: "status", detail: "502 Bad Gateway" });
    world.advance(15_000);
  }
  world.advance(6.25 * minuteMs);
  orders(world, -0.42);
  world.advance(5 * minuteMs);
  orders(world, -0.42);
  world.advance(minuteMs);
  return world;
}

function disk(world: AlertingWorld, used: number): void {
  world.judge("disk-full", [{ labels: { check: "db-1", tier: "os" }, points: [[world.nowMs - minuteMs, used]] }]);
}

function orders(world: AlertingWorld, change: number): void {
  world.judge("orders", [{ labels: { service: "shop" }, points: [[world.nowMs - minuteMs, change]] }]);
}

function heal(world: AlertingWorld): void {
  world.run(checkout);
  world.run(db);
  disk(world, 0.5);
  orders(world, 0);
}

describe("stories/cause and impact (story 4)", () => {
  it("makes one incident of disk, checkout and orders, and tells the owner of the cause the impact", () => {
    const world = night(configOf());

    expect(world.engine.snapshot().incidents).toHaveLength(1);
    expect(world.engine.snapshot().incidents[0]).toMatchObject({ severity: "critical", members: { length: 3 } });
    expect(world.told).toEqual([
      "machine-owners: first notification 1/0",
      "machine-owners: new alerts added 2/0",
      "shop-owners: first notification 1/0",
      "machine-owners: new alerts added 3/0",
    ]);
    const last = world.outbox.at(-1)?.notification;
    expect(last === undefined ? "" : plainTextOf(composeMessage(last))).toContain(
      "经过:03:05 db-1 /data 快满了 99.6% → 03:13 结算 状态码异常 → 03:20 商城订单下跌",
    );
    expect(last === undefined ? "" : composeMessage(last).title).toContain("严重 商城订单下跌");
  });

  it("explains every step of it afterwards", () => {
    const world = night(configOf());

    const trail = world.decisions.filter(({ stage, outcome }) => stage === "correlation" && outcome === "explain");
    expect(trail.map(({ because }) => because)).toEqual([
      'explained by "db-1 /data 快满了"',
      'explained by "db-1 /data 快满了" → "结算 is down: http://checkout/"',
    ]);
  });

  it("lets the orders page alone when the disk is cleared and they stay down", () => {
    const world = night(configOf());

    disk(world, 0.5);
    world.run(checkout);
    world.advance(5 * minuteMs);

    const own = world.outbox.find(({ notification }) => notification.because === "no longer explained");
    expect(own?.receiver).toBe("shop-owners");
    const text = own === undefined ? "" : plainTextOf(composeMessage(own.notification));
    expect(text).toContain("不再由此引起:db-1 /data 快满了");
    expect(world.engine.snapshot().incidents.map(({ severity }) => severity)).toEqual(["critical"]);
    expect(own?.notification.incident).toBe(world.engine.snapshot().incidents[0]?.id);
  });

  it("lets checkout and orders page while the disk is in maintenance", () => {
    const maintenance = {
      db: { matchers: ["alertname=disk-full"], cron: "0 3 * * *", lasts: "4h", never_mute: [] },
    };
    const world = night(configOf({ maintenance }));

    expect(world.told[0]).toBe("dev-chat: first notification 1/0");
    expect(world.outbox.some(({ receiver }) => receiver === "machine-owners")).toBe(false);
  });

  it("tells the end to exactly those who were told the beginning, and leaves nothing", () => {
    const world = night(configOf());

    heal(world);
    world.advance(20 * minuteMs);

    const ended = world.outbox.filter(({ notification }) => notification.intent === "resolved");
    expect(ended.map(({ receiver }) => receiver).toSorted()).toEqual(["machine-owners", "shop-owners"]);
    expect(world.engine.snapshot()).toMatchObject({ alerts: [], groups: [], incidents: [] });
  });

  it("calls once, for the impact, by the strongest policy of the members, and names impact and cause", () => {
    const policies = { p1: { steps: [{ at: "0m", notify: ["person/a"] }] } };
    const people = { a: { title: "值班甲", phone: "+8613800000001", reach: { critical: ["voice"] } } };
    const config = configOf({ policies, people, services: [{ ...shop, policy: "p1" }] });
    const world = night({ ...config, receivers: new Map([...config.receivers, ["voice", receiverOf(false)]]) });

    const calls = world.outbox.filter(({ receiver }) => receiver === "voice");
    expect(calls).toHaveLength(1);
    const [call] = calls.map(({ notification }) => notification);
    expect(call?.recipient).toBe("a");
    expect(call?.createdAtMs).toBeGreaterThan(Date.UTC(2026, 10, 22, 19, 13, 0));
    const text = call === undefined ? "" : plainTextOf(composeMessage(call));
    expect(text).toContain("严重 商城 结算 状态码异常");
    expect(text).toContain("经过:03:05 db-1 /data 快满了 99.6% → 03:13 结算 状态码异常");
  });
});
