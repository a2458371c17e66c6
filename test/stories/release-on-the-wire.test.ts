import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Channels } from "../support/servers/channels.ts";
import { WholeWorld, type WrittenConfig } from "../support/worlds/whole-world.ts";

const minute = 60;
/** A moment of Shanghai's clock: `11-23 22:25`. */
const at = (time: string): number => Date.parse(`2026-${time.replace(" ", "T")}:00+08:00`);
const broken = { is: "down", reason: "status", detail: "502 Bad Gateway" } as const;

let channels: Channels;
let world: WholeWorld;

beforeEach(async () => {
  channels = await Channels.start();
  world = await WholeWorld.start(config, at("11-23 22:25"));
  channels.open(() => world.clock.now());
});

afterEach(async () => {
  await world.stop();
  await channels.stop();
});

const config: WrittenConfig = ({ directory, url }) => `
language: zh
time_zone: Asia/Shanghai
server: { external_url: ${url}, listeners: { main: { listen: "${new URL(url).host}" } } }
storage: { path: ${directory}/watchfire.db }
services: { shop: { title: 商城, owner: web, policy: p1 } }
checks:
  checkout: { probe: http, title: 结算, target: "http://shop.test/checkout", service: shop, severity: critical }
  search: { probe: http, title: 搜索, target: "http://shop.test/search", service: shop, severity: warning }
rules:
  payment-errors: { kind: threshold, title: 商城支付失败率, metric: payment_errors, above: { critical: 5% }, tier: business, service: shop, summary: "支付失败率 {percent}" }
people: { a: { title: 值班甲, phone: "13800000001", dingtalk: user-a, reach: { critical: [voice] } } }
schedules: { ops: { members: [a] } }
policies: { p1: { title: 一级, steps: [{ at: 0m, notify: [oncall/ops] }] } }
receivers:
  ops-chat: { title: 运维群, to: [${channels.chatEntry()}] }
  voice: { title: 电话, to: [${channels.voiceEntry("severity: severity, name: subject, change: change")}] }
route: { receiver: ops-chat, group_by: [service, alertname, check], group_wait: 10s, group_interval: 1m }
`;

async function payments(errors: number): Promise<void> {
  await world.judge("payment-errors", [{ labels: {}, points: [[world.clock.now(), errors]] }]);
}

const calls = (): readonly string[] => channels.calls({ "13800000001": "a" });
const chat = (): readonly string[] => channels.messages().map(({ text }) => text);

describe("stories/6 on the wire: release night", () => {
  it("begins and ends by the pipeline, mutes no critical business alert, warns of its end, and ends early with a summary", async () => {
    await world.pipeline("change", "shop v2.8", "--service", "shop");
    const begun = await world.pipeline("maintenance", "start", "shop", "--for", "40m", "--comment", "v2.8");
    await world.pass(2 * minute);
    await world.run("checkout", broken);
    await world.run("search", broken);
    await world.pass(4 * minute);
    await payments(0.41);
    await world.pass(2 * minute);
    await payments(0.001);
    await world.run("search");
    await world.pass(28 * minute);
    await world.run("checkout");
    const ended = await world.pipeline("maintenance", "end", "shop");
    const again = await world.pipeline("maintenance", "end", "shop");
    await world.pass(10 * minute);

    expect(begun.out).toBe("maintenance shop has begun and lasts until 2026-11-23 23:05:00 +08:00\n");
    expect([ended.out, again.code]).toEqual(["maintenance shop has ended\n", 0]);
    expect(chat()).toEqual([
      "🔵 维护开始 商城\n22:25 至 23:05(40 分)\n期间告警暂不发送,业务严重告警除外\nv2.8(pipeline)",
      "🔴 严重 商城支付失败率 41%\n22:31 起(已 10 秒)\n最近变更:22:25 维护:v2.8、22:25 shop v2.8\n已打值班甲 22:31 → 之后无人可通知",
      "🟢 已恢复 商城支付失败率(历时 2 分)\n当时:支付失败率 41%\n22:31 至 22:33",
      "🔵 维护将结束 商城\n还剩 5 分,仍有 1 项故障:\n严重 结算 状态码异常\n23:05 仍未恢复的将照常通知\nv2.8(pipeline)",
      "🔵 维护结束 商城\n历时 36 分,比计划早 4 分\n期间 2 项故障已全部恢复\nv2.8(pipeline)",
    ]);
    expect(calls()).toEqual([expect.stringMatching(/^a: 严重 商城支付失败率 22:25 维护:v2.8/)]);
    const { out } = await world.command("explain", "--past", "check=checkout");
    expect(out).toContain('mute  maintenance "商城" until 2026-11-23 23:05:00 +08:00');
    expect(out).toContain("drop  fired and resolved while it was muted");
  });

  it("lets a pipeline's token do nothing else", async () => {
    const refused = await world.pipeline("incident", "list");

    expect(refused).toMatchObject({ code: 69, out: "", error: expect.stringContaining("does not take the token") });
  });
});
