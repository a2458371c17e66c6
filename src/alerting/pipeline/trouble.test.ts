import { describe, expect, it } from "vitest";
import { AlertingWorld, alertingConfigOf, receiverOf } from "../../../test/support/worlds/alerting-world.ts";
import { columnsOf } from "../../core/message/clean-text.ts";
import { deliveryTrouble } from "../../core/message/delivery-words.ts";
import { composeMessage, plainTextOf } from "../../core/message/message.ts";
import type { Said } from "../../core/message/said.ts";
import type { Locale } from "../../core/message/words.ts";
import { wordsOfState } from "../delivery/lanes/budget-state.ts";
import { channelComponent } from "../delivery/lanes/channel-component.ts";

const endpoint = "hooks.slack.com#0123456789ab";
const [slack] = receiverOf(true).integrations;
const chat = {
  ...receiverOf(true),
  title: "Ops chat",
  integrations: [{ sendResolved: true, interrupts: false, ...slack, kind: "slack", endpoint }],
};
const refused = deliveryTrouble("endpoint_gone", "HTTP 404: no_service");
const lost = channelComponent({ receiver: "chat", endpoint, what: "lost" });
const failing = channelComponent({ receiver: "chat", endpoint, what: "failing" });
const removed = channelComponent({
  receiver: "removed",
  endpoint: "mail.example.com:25#0123456789ab",
  what: "failing",
});
const uplink: Said = { en: "none of 2 canaries answers", zh: "2 个探测点都没有应答" };

function worldIn(locale: Locale): AlertingWorld {
  return new AlertingWorld({ ...alertingConfigOf([], {}, { ops: receiverOf(true), chat }), locale });
}

function textOf(world: AlertingWorld): string {
  const notification = world.outbox.at(-1)?.notification;
  if (notification === undefined) return "";
  return plainTextOf(composeMessage({ ...notification, externalUrl: "" }))
    .split("\n")
    .slice(0, -1)
    .join("\n");
}

describe("alerting/pipeline trouble", () => {
  it.each<[component: string, said: Said, en: string, zh: string]>([
    [
      failing,
      refused,
      "Warning: Watchfire – cannot send to Ops…\ncannot send to Ops chat\nslack hooks.slack.com: The endpoint does not exist any more (HTTP 404: no_service)",
      "警告 监控自身 消息发不出去:Ops chat\nslack hooks.slack.com:端点已不存在 (HTTP 404: no_service)",
    ],
    [
      lost,
      refused,
      "Critical: Watchfire – pages lost: Ops c…\npages lost: Ops chat\nslack hooks.slack.com: The endpoint does not exist any more (HTTP 404: no_service)",
      "严重 监控自身 严重消息未送达:Ops chat\nslack hooks.slack.com:端点已不存在 (HTTP 404: no_service)",
    ],
    [
      channelComponent({ receiver: "chat", endpoint, what: "budget" }),
      wordsOfState({ period: "day", limit: 50, used: 45, level: "scarce" }),
      "Warning: Watchfire – budget of Ops chat\nslack hooks.slack.com: the budget of 50 messages a day is nearly used up",
      "警告 监控自身 发送额度:Ops chat\nslack hooks.slack.com:每天 50 条的额度即将用完",
    ],
    [
      removed,
      deliveryTrouble("made_up", ""),
      "Warning: Watchfire – cannot send to rem…\ncannot send to removed\nmail.example.com:25: made_up",
      "警告 监控自身 消息发不出去:removed\nmail.example.com:25:made_up",
    ],
    [
      "uplink",
      uplink,
      "Warning: Watchfire – no way outside\nnone of 2 canaries answers",
      "警告 监控自身 与外界失联\n2 个探测点都没有应答",
    ],
    [
      "storage",
      "SQLITE_FULL: database or disk is full",
      "Critical: Watchfire – storage fails\nSQLITE_FULL: database or disk is full",
      "严重 监控自身 存储写入失败\nSQLITE_FULL: database or disk is full",
    ],
    [
      "something",
      "1",
      "Warning: Watchfire – trouble with somet…\ntrouble with something\n1",
      "警告 监控自身 something 异常\n1",
    ],
  ])("tells trouble with %s in both languages", (component, said, en, zh) => {
    for (const [locale, text] of [
      ["en", en],
      ["zh", zh],
    ] as const) {
      const world = worldIn(locale);
      world.apply(world.engine.trouble(component, true, said, world.nowMs));
      world.advance(1000);

      expect(textOf(world)).toBe(text);
      expect(columnsOf(text.split("\n")[0] ?? "")).toBeLessThanOrEqual(40);
    }
  });

  it.each<[Locale, string]>([
    ["en", "Impact: 214 checks were unknown"],
    ["zh", "影响:214 项检查记为「未知」"],
  ])("says at the end what it came to, also after a restart (%s)", (locale, impact) => {
    const sum: Said = { en: "214 checks were unknown", zh: "214 项检查记为「未知」" };
    const world = worldIn(locale);
    world.apply(world.engine.trouble("uplink", true, uplink, world.nowMs));
    world.advance(1000);
    world.restart();
    world.apply(world.engine.trouble("uplink", false, sum, world.nowMs));
    world.advance(300_000);

    expect(world.told).toEqual(["ops: first notification 1/0", "ops: all alerts resolved 0/1"]);
    expect(textOf(world).split("\n")).toContain(impact);
  });

  it("says the same after a restart, before and after it is raised again", () => {
    const world = worldIn("zh");
    world.apply(world.engine.trouble(failing, true, refused, world.nowMs));
    world.advance(1000);
    const before = world.loaded().alerts[0]?.annotations;

    world.restart();
    world.advance(1000);
    expect(world.engine.snapshot().alerts[0]?.annotations).toEqual(before);
    world.apply(world.engine.trouble(failing, true, refused, world.nowMs));
    world.advance(1000);

    expect(world.engine.snapshot().alerts[0]?.annotations).toEqual(before);
    expect(world.told).toEqual(["ops: first notification 1/0"]);
  });
});
