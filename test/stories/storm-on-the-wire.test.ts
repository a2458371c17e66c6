import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Channels, robotOf } from "../support/servers/channels.ts";
import type { ReceivedRequest, ScriptedAnswer } from "../support/servers/chat-server.ts";
import { WholeWorld, type WrittenConfig } from "../support/worlds/whole-world.ts";

const startMs = Date.parse("2026-11-23T10:00:00+08:00");
const broken = { is: "down", reason: "unreachable", detail: "no route to host" } as const;
const [pages, devices] = [10, 50];

let channels: Channels;
let world: WholeWorld;

beforeEach(async () => {
  channels = await Channels.start();
});

afterEach(async () => {
  await world.stop();
  await channels.stop();
});

const targets = (name: string, count: number): string =>
  Array.from({ length: count }, (_, index) => `"http://${name}-${index}.test/"`).join(", ");

/** Ten pages that are critical and fifty devices that are not, all told in one chat by a pool of two robots. */
const config: WrittenConfig = ({ directory, url }) => `
language: zh
time_zone: Asia/Shanghai
server: { external_url: ${url}, listeners: { main: { listen: "${new URL(url).host}" } } }
storage: { path: ${directory}/watchfire.db }
services: { shop: { title: 商城, owner: web } }
checks:
  pages: { probe: http, title: 页面, targets: [${targets("page", pages)}], service: shop, severity: critical }
  devices: { probe: http, title: 设备, targets: [${targets("device", devices)}], service: shop, severity: warning }
people: { a: { title: 值班甲, phone: "13800000001", dingtalk: user-a, reach: { critical: [voice] } } }
schedules: { ops: { members: [a] } }
receivers:
  ops-chat: { title: 运维群, to: [${channels.chatEntry(["R1", "R2"])}], deliver_within: { critical: 60s }, fallback: [oncall/ops] }
  voice: { title: 电话, to: [${channels.voiceEntry("severity: severity, name: subject, what: what")}] }
route: { receiver: ops-chat, group_by: [check, instance], group_wait: 0s }
`;

/** Others use the robots, too: the first is muted from the start, the second takes five messages; both are free after three minutes. */
function throttled(): (request: ReceivedRequest) => ScriptedAnswer {
  let taken = 0;
  return (request) => {
    const isFree = world.clock.now() - startMs > 180_000;
    if (!isFree && (robotOf(request) === "R1" || taken >= 5))
      return { status: 200, body: '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}' };
    taken += 1;
    return { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };
  };
}

const calls = (): readonly string[] => channels.calls({ "13800000001": "a" });

async function explained(instance: string): Promise<string> {
  return (await world.command("explain", "--past", `instance=${instance}`)).out;
}

describe("stories/5 on the wire: the robot is throttled at the worst moment", () => {
  it("tells what is critical first and by the second robot, calls who is on call for what is late, and joins the rest", async () => {
    world = await WholeWorld.start(config, startMs);
    channels.open(() => world.clock.now());
    channels.robot.answerWith(throttled());
    for (let second = 0; second < 10; second += 1) {
      await world.runTargets("devices", second * 5, second * 5 + 5, broken);
      await world.runTargets("pages", second, second + 1, broken);
      await world.pass(1);
    }
    await world.pass(65);
    const [early, called] = [channels.messages().filter(({ robot }) => robot === "R2"), calls()];
    await world.pass(300);

    expect(early[0]?.text).toMatch(/^🔴 严重 商城 页面 不可达\nno route to host\nhttp:\/\/page-0.test\//);
    expect(called.length).toBeGreaterThan(0);
    expect(called.every((call) => call.startsWith("a: 严重 页面"))).toBe(true);
    expect(calls()).toEqual(called);
    const digest = channels.messages().find(({ text }) => text.includes("汇总"))?.text ?? "";
    expect(digest).toMatch(/^🟠 汇总 \d+ 条\(警告 \d+\)\n警告 设备 不可达:http:\/\/device-\d+.test\/、.* 等\d+项$/);
    expect((await world.store.facts()).outboxPending).toBe(0);
  });

  it("accounts for every alert: told by itself, in a digest, or by a call", async () => {
    world = await WholeWorld.start(config, startMs);
    channels.open(() => world.clock.now());
    channels.robot.answerWith(throttled());
    await world.runTargets("devices", 0, devices, broken);
    await world.runTargets("pages", 0, pages, broken);
    await world.pass(400);

    const records = await world.store.deliveries(10_000);
    const ends = new Map(records.filter(({ ended }) => ended).map((record) => [record.outboxId, record]));
    expect(new Set([...ends.values()].map(({ outcome }) => outcome))).toEqual(
      new Set(["delivered", "digested", "rejected"]),
    );
    expect((await world.store.facts()).outboxPending).toBe(0);
    const ways: string[] = [];
    for (const instance of ["page-0", "page-9", "device-0", "device-49"]) {
      const out = await explained(`http://${instance}.test/`);
      const way = [...out.matchAll(/delivery +(?:delivered|digested) +(?:ops-chat|voice)/g)].map(([line]) => line);
      ways.push(`${instance}: ${way.map((line) => line.replaceAll(/^delivery +| {2,}/g, " ").trim()).join(", ")}`);
    }
    expect(ways).toEqual([
      "page-0: digested voice, delivered voice",
      "page-9: digested voice, delivered voice",
      expect.stringMatching(/^device-0: (?:digested ops-chat, )*delivered ops-chat$/),
      "device-49: digested ops-chat, delivered ops-chat",
    ]);
  });
});
