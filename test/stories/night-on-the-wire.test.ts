import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Channels } from "../support/servers/channels.ts";
import { WholeWorld, type WrittenConfig } from "../support/worlds/whole-world.ts";

const minute = 60;
/** A moment of Shanghai's clock: `11-23 03:05`. */
const at = (time: string): number => Date.parse(`2026-${time.replace(" ", "T")}:00+08:00`);
const broken = { is: "down", reason: "status", detail: "status 502 Bad Gateway, expected 200-299" } as const;

let channels: Channels;
let world: WholeWorld;

beforeEach(async () => {
  channels = await Channels.start();
});

afterEach(async () => {
  await world.stop();
  await channels.stop();
});

/** What the config of a night has besides, what mutes the route of machines, and who takes the incident. */
type Night = Readonly<{ more?: string; muted?: string; taker?: string }>;

/** Machines have a mild policy of their own, the shop has the strong one. */
const config =
  ({ more = "", muted = "" }: Night = {}): WrittenConfig =>
  ({ directory, url }) =>
    `
language: zh
time_zone: Asia/Shanghai
server: { external_url: ${url}, listeners: { main: { listen: "${new URL(url).host}" } } }
storage: { path: ${directory}/watchfire.db }
services:
  shop: { title: 商城, owner: web, policy: p1, hosts: [db-1], runbook: https://wiki.example.com/shop, links: { 日志: https://logs.example.com/ } }
checks:
  checkout: { probe: http, title: 结算, target: "http://shop.test/checkout", service: shop, severity: critical }
hosts: { db-1: { scrape: "http://db-1.test:9100/metrics" } }
rules:
  disk-full: { kind: threshold, title: db-1 /data 快满了, metric: disk_used, above: { warning: 90%, critical: 99% }, for: 2m, tier: os }
  orders: { kind: compare, title: 商城订单, unit: 单, metric: shop_orders, window: 5m, aggregate: sum, to: { weeks: 1 }, change: { critical: "< -40%" }, for: 5m, tier: business, service: shop }
people:
  a: { title: 值班甲, phone: "13800000001", dingtalk: user-a, reach: { critical: [voice, ops-chat], warning: [ops-chat] } }
  b: { title: 值班乙, phone: "13800000002", dingtalk: user-b, reach: { critical: [voice, ops-chat], warning: [ops-chat] } }
schedules: { ops: { members: [a, b], every: 1w, handoff: "monday 10:00", starts: "2026-11-16" } }
policies:
  p1: { title: 一级, steps: [{ at: 0m, notify: [oncall/ops] }, { at: 5m, notify: [oncall/ops] }, { at: 10m, notify: [oncall/ops+1] }] }
  mild: { title: 机器, steps: [{ at: 30m, notify: [oncall/ops] }] }
receivers:
  ops-chat: { title: 运维群, to: [${channels.chatEntry(["OPS"])}] }
  machines: { title: 机房群, to: [${channels.chatEntry(["MACHINES"])}] }
  voice: { title: 电话, to: [${channels.voiceEntry("severity: severity, name: subject, what: what, cause: cause")}] }
route:
  receiver: ops-chat
  group_by: [service, alertname, check]
  group_wait: 30s
  routes: { os: { matchers: [tier=os], receiver: machines, policy: mild${muted} } }
${more}`;

async function disk(used: number): Promise<void> {
  const points: readonly (readonly [number, number])[] = [[world.clock.now() - 60_000, used]];
  await world.judge("disk-full", [{ labels: { check: "db-1", tier: "os" }, points }]);
}

/** So many orders in five minutes, where there were nineteen a week ago. */
async function orders(count: number): Promise<void> {
  const seriesOf = (value: number) => [
    { labels: { service: "shop" }, points: [[world.clock.now() - 60_000, value]] as const },
  ];
  await world.judge("orders", seriesOf(count), seriesOf(19));
}

/** The disk of db-1 is full from 03:05 on, the checkout fails from 03:13 on, and orders from 03:20 on; somebody takes it meanwhile, or nobody does. */
async function night(changes: Night = {}): Promise<void> {
  const { taker } = changes;
  world = await WholeWorld.start(config(changes), at("11-23 03:05"));
  channels.open(() => world.clock.now());
  await disk(0.996);
  await world.pass(2 * minute);
  await disk(0.996);
  await world.pass(6 * minute);
  await world.run("checkout", broken);
  await world.pass(2 * minute);
  if (taker !== undefined)
    await world.command("ack", (await world.command("incident", "list")).out.split(" ")[0] ?? "", "--by", taker);
  await world.pass(5 * minute);
  await orders(11);
  await world.pass(5 * minute);
  await orders(11);
  await world.pass(2 * minute);
}

const calls = (): readonly string[] => channels.calls({ "13800000001": "a", "13800000002": "b" });
const saidBy = (robot: string): readonly string[] =>
  channels.messages().flatMap((message) => (message.robot === robot ? [message.text] : []));
const firstLines = (robot: string): readonly string[] => saidBy(robot).map((text) => text.split("\n")[0] ?? "");

describe("stories/4 on the wire: disk full, checkout 502, orders down", () => {
  it("is one incident and one call that names impact and cause, told to the owners of the cause, too", async () => {
    await night({ taker: "a" });

    // The machines' own policy would have called nobody before 03:37.
    expect(calls()).toEqual(["a: 严重 结算 等2项 HTTP 502 db-1 /data 快满了 99.6%"]);
    expect(saidBy("MACHINES")[0]).toBe("🔴 严重 db-1 /data 快满了 99.6%\n03:05 起(已 2 分 30 秒)\n接下来:03:37 值班甲");
    expect(firstLines("OPS")).toEqual([
      "🔴 严重 商城 结算 HTTP 502",
      "🔴 已接手 商城 结算 HTTP 502",
      "🔴 严重 商城订单 −42%",
    ]);
    expect(firstLines("MACHINES")).toEqual([
      "🔴 严重 db-1 /data 快满了 99.6%",
      "🔴 严重 商城 结算 HTTP 502",
      "🔴 已接手 商城 结算 HTTP 502",
      "🔴 严重 商城订单 −42%",
    ]);
    const way = "经过:03:05 db-1 /data 快满了 99.6% → 03:13 结算 HTTP 502 → 03:20 商城订单 −42%";
    expect(saidBy("MACHINES").at(-1)).toBe(
      `🔴 严重 商城订单 −42%\n影响:结算 HTTP 502\n当前值:11 单/5 分(平时 19)\n${way}\n已打值班甲 03:13 已接手`,
    );
    expect((await world.command("incident", "list")).out.trim().split("\n")).toHaveLength(1);
    const { out } = await world.command("explain", "--past", "alertname=orders");
    expect(out).toContain('explained by "db-1 /data 快满了" → "结算 is down: http://shop.test/checkout"');
    expect(out).toContain("new alerts added: told to machines");
  });

  it("lets the orders page alone when the disk is cleared and they stay down", async () => {
    await night({ taker: "a" });
    await disk(0.5);
    await world.run("checkout");
    await world.pass(4 * minute);

    expect(calls().slice(1)).toEqual(["a: 严重 商城订单 -42% -"]);
    expect(saidBy("OPS").join("\n")).toContain("仍未恢复,另作一起事件:商城订单 −42%");
    expect(saidBy("OPS").find((text) => text.includes("不再由此引起"))).toMatch(
      /^🔴 严重 商城订单 −42%\n当前值:11 单\/5 分\(平时 19\)\n不再由此引起:db-1 \/data 快满了/,
    );
    expect((await world.command("explain", "--past", "alertname=orders")).out).toContain("no longer explained by");
  });

  it("tells at the end what it cost: how long the orders and the checkout were down, by what, and who took it", async () => {
    await night({ taker: "a" });
    await orders(19);
    await world.run("checkout");
    await world.pass(60);
    await disk(0.5);
    await world.pass(6 * minute);

    expect(saidBy("MACHINES").at(-1)).toBe(
      "🟢 已恢复 db-1 /data 快满了(历时 23 分)\n原因:db-1 /data 快满了 99.6%(值班甲处理)\n影响:结算 HTTP 502 共 14 分;商城订单 −42% 共 7 分,约少 16 单\n03:05 至 03:28",
    );
    expect(saidBy("OPS").find((text) => text.includes("已恢复 商城订单"))).toContain("影响:约少 16 单");
    expect(firstLines("OPS").slice(3)).toEqual([
      "🟢 已恢复 商城订单(历时 7 分)",
      "🟢 已恢复 db-1 /data 快满了(历时 23 分)",
    ]);
  });

  it.each<[string, Night]>([
    [
      "in maintenance",
      {
        more: 'maintenance: { db: { matchers: [alertname=disk-full], cron: "0 3 * * *", lasts: 4h, never_mute: [] } }',
      },
    ],
    [
      "muted at that time",
      {
        muted: ", mute_time_intervals: [night]",
        more: 'time_intervals: { night: [{ times: [{ start: "00:00", end: "06:00" }] }] }',
      },
    ],
  ])("explains nothing by a cause that is %s: the symptom pages", async (_, changes) => {
    await night(changes);

    // Those who are told of its alerts are told of the maintenance itself.
    expect(firstLines("MACHINES").filter((line) => !line.includes("维护"))).toEqual([]);
    expect(calls()[0]).toBe("a: 严重 结算 HTTP 502 -");
    expect(saidBy("OPS")[0]).not.toContain("经过");
    const { out } = await world.command("explain", "--past", "alertname=disk-full");
    expect(out).toMatch(/muting +mute/);
  });
});
