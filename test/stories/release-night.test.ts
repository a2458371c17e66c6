import { describe, expect, it } from "vitest";
import type { AlertingConfig } from "../../src/alerting/alerting-config.ts";
import { reportChange } from "../../src/alerting/changes/change-actions.ts";
import { endMaintenance, startMaintenance } from "../../src/alerting/maintenance/maintenance-actions.ts";
import { composeMessage, plainTextOf } from "../../src/core/message/message.ts";
import type { Service } from "../../src/core/service.ts";
import { AlertingWorld, alertingConfigOf, checkOf, receiverOf } from "../support/worlds/alerting-world.ts";

const minuteMs = 60_000;
const shop: Service = { id: "shop", title: "商城", hosts: [], needs: ["pay"], links: {} };
const pay: Service = { id: "pay", title: "支付", hosts: [], needs: [], links: {} };
const checkout = checkOf("checkout", { title: "结算", service: "shop", failureThreshold: 1 });
const search = checkOf("search", { title: "搜索", service: "shop", failureThreshold: 1, severity: "warning" });
const rules = {
  "payment-errors": {
    kind: "threshold",
    title: "商城支付失败率",
    metric: "payment_errors",
    above: { critical: "5%" },
    tier: "business",
    service: "shop",
    summary: "支付失败率 {value}",
  },
};
const route = {
  receiver: "ops-chat",
  group_by: ["service", "alertname", "check"],
  group_wait: "10s",
  group_interval: "1m",
};

function configOf(): AlertingConfig {
  const config = alertingConfigOf(
    [checkout, search],
    { rules, route, services: [shop, pay] },
    { "ops-chat": receiverOf(true) },
  );
  return { ...config, locale: "zh" };
}

/** A world in which the release of 22:00 begins at 22:25 with forty minutes of maintenance. */
function lateRelease(): AlertingWorld {
  const world = new AlertingWorld(configOf());
  clock(world, 22, 25);
  world.perform(reportChange({ atMs: world.nowMs, text: "shop v2.8", services: ["shop"], by: "pipeline" }));
  start(world);
  return world;
}

function start(world: AlertingWorld): void {
  world.perform(startMaintenance({ name: "shop", lastsMs: 40 * minuteMs, by: "pipeline", comment: "v2.8" }));
}

/** Moves on to a time of the evening in Shanghai. */
function clock(world: AlertingWorld, hour: number, minute: number): void {
  world.advance(Date.UTC(2026, 10, 23, hour - 8, minute) - world.nowMs);
}

function payments(world: AlertingWorld, errors: number): void {
  world.judge("payment-errors", [{ labels: {}, points: [[world.nowMs, errors]] }]);
}

/** All that people receive, in its order, as plain lines without links. */
function received(world: AlertingWorld): readonly string[] {
  return [...world.outbox, ...world.notices]
    .toSorted((a, b) => a.notification.createdAtMs - b.notification.createdAtMs)
    .map(({ notification }) => plainTextOf({ ...composeMessage(notification), links: [] }));
}

/** Why an alert was told or not, as `explain` reads it. */
function trailOf(world: AlertingWorld, check: string): readonly string[] {
  const grouped = world.decisions.filter(({ by }) => by?.includes(`check="${check}"`) === true);
  const subjects = new Set(grouped.map(({ subject }) => subject));
  return world.decisions
    .filter(({ subject, stage }) => subjects.has(subject) && ["muting", "flush"].includes(stage))
    .map(({ outcome, because }) => `${outcome}: ${because}`);
}

describe("stories/6 release night", () => {
  it("starts late, breaks payments, which wakes people at once and names the release, and ends early with a summary", () => {
    const world = lateRelease();
    clock(world, 22, 27);
    world.fail(checkout);
    clock(world, 22, 31);
    payments(world, 0.41);
    clock(world, 22, 44);
    payments(world, 0.001);
    world.run(checkout);
    clock(world, 22, 48);
    start(world);
    world.perform(endMaintenance("shop", "pipeline"));
    world.perform(endMaintenance("shop", "pipeline"));
    clock(world, 23, 59);

    const [begun = "", broken = "", resolved = "", over = "", ...more] = received(world);
    expect(begun).toBe("维护开始 商城\n22:25 至 23:05(40 分)\n期间告警暂不发送,业务严重告警除外\nv2.8(pipeline)");
    expect(broken).toMatch(/^严重 商城支付失败率/);
    expect(broken).toContain("最近变更:22:25 维护:v2.8、22:25 shop v2.8");
    expect(resolved).toMatch(/^已恢复 商城支付失败率/);
    expect(over).toBe("维护结束 商城\n历时 23 分,比计划早 17 分\n期间 1 项故障已全部恢复\nv2.8(pipeline)");
    expect(more).toEqual([]);
    expect(trailOf(world, "checkout")).toEqual([
      'mute: maintenance "商城" until 2026-11-23T15:05:00.000Z',
      expect.stringContaining("drop: fired and resolved while it was muted"),
    ]);
  });

  it("says five minutes before its end what still fails, through a restart in its middle, and tells that once at its end", () => {
    const world = lateRelease();
    clock(world, 22, 27);
    world.fail(checkout);
    world.fail(search);
    clock(world, 22, 40);
    world.restart();
    world.run(search);
    clock(world, 22, 59);
    expect(received(world)).toHaveLength(1);
    clock(world, 23, 0);
    expect(received(world)[1]).toBe(
      "维护将结束 商城\n还剩 5 分,仍有 1 项故障:\n严重 结算 状态码异常\n23:05 仍未恢复的将照常通知\nv2.8(pipeline)",
    );
    clock(world, 23, 30);

    const [, , ...after] = received(world).map((text) => text.split("\n")[0]);
    expect(after).toHaveLength(2);
    expect(after).toContain("维护结束 商城");
    expect(after).toContainEqual(expect.stringMatching(/^严重 商城 结算/));
    expect(received(world).join("\n")).toContain("1 项已恢复,仍有 1 项故障,随后详细通知:\n严重 结算 状态码异常");
    expect(received(world).join("\n")).not.toContain("搜索");
    expect(world.outbox).toHaveLength(1);
    expect(world.outbox[0]?.notification.story?.changes?.map(({ text }) => text)).toEqual(["维护:v2.8", "shop v2.8"]);
    expect(trailOf(world, "checkout").at(-1)).toContain("pass: first notification: told to ops-chat");
  });
});
