import { describe, expect, it } from "vitest";
import { chatSuite } from "../../../../test/contract/notifier/chat-suite.ts";
import { aNotification, anAlert } from "../../../../test/support/samples/notifications.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { runNotifier, saying } from "../../../../test/support/worlds/notifier-run.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import { wecomOptions } from "./options.ts";
import { renderWecom } from "./render.ts";
import { wecom } from "./wecom.ts";

const ok: ScriptedAnswer = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };
const optionsAt = (url: string) => ({ key: "693a91f6-7xxx", base_url: url });

type Payload = Readonly<{
  msgtype: string;
  markdown?: Readonly<{ content: string }>;
  text?: Readonly<{ content: string; mentioned_list?: readonly string[]; mentioned_mobile_list?: readonly string[] }>;
}>;

function payloadOf(notification: Notification, options = {}): Payload {
  return renderWecom(notification, wecomOptions.parse({ key: "K", ...options })).payload;
}

describe("alerting/notifiers/wecom rendering", () => {
  it("lets text from a target neither mention, link nor format (F115)", () => {
    const hostile =
      '> # <@all> <@u1> **b** `c` [click](https://evil.example) <font color="warning">r</font> <a href="x">y</a>';
    const { markdown } = payloadOf(saying(hostile));
    const { text } = payloadOf(saying(hostile, { plainText: true }));
    const ours = /\[[^\]]*\]\(https:\/\/[^)]*\)|^### /gm;

    expect(markdown?.content.replace(ours, "")).not.toMatch(/[*`[\]<>]|^\s*#/m);
    expect(text?.content).not.toContain("<");
    expect(text).not.toHaveProperty("mentioned_list");
  });

  it("mentions members by id within Markdown", () => {
    const { markdown } = payloadOf(aNotification(), { mention: { user_ids: ["wangqing", "li.si"] } });

    expect(markdown?.content).toMatch(/\n<@wangqing><@li\.si>$/);
  });

  it("is plain where everybody or a mobile number is mentioned, since Markdown cannot do that", () => {
    const all = payloadOf(aNotification(), { mention: { user_ids: ["wangqing"], all: true } });
    const mobile = payloadOf(aNotification(), { mention: { mobiles: ["13800000000"] } });

    expect(all.text).toMatchObject({ mentioned_list: ["wangqing", "@all"], mentioned_mobile_list: [] });
    expect(mobile.text).toMatchObject({ mentioned_list: [], mentioned_mobile_list: ["13800000000"] });
  });

  it.each<[name: string, overrides: Partial<Notification>]>([
    ["a warning", { alerts: [anAlert({ labels: { severity: "warning" } })] }],
    ["a test", { alerts: [], intent: "test" }],
  ])("mentions nobody for %s", (_name, overrides) => {
    const { markdown } = payloadOf(aNotification(overrides), { mention: { user_ids: ["wangqing"], all: true } });

    expect(markdown?.content).not.toContain("<@");
  });
});

describe("alerting/notifiers/wecom answers", () => {
  it("posts to the robot", async () => {
    const { requests } = await runNotifier({ kind: wecom, optionsAt, answers: [ok] });

    expect(requests).toMatchObject([{ method: "POST", path: "/cgi-bin/webhook/send?key=693a91f6-7xxx" }]);
    expect(requests[0]?.headers["content-type"]).toBe("application/json; charset=utf-8");
  });
});

chatSuite({
  kind: wecom,
  optionsAt: optionsAt,
  graphemes: ["&", "汉", "👨‍👩‍👧‍👦", '"', "*", "a̐"],
  sizesOf: (payload) => {
    const { markdown, text } = payload as Payload;
    return markdown === undefined
      ? [[Buffer.byteLength(text?.content ?? ""), 2048]]
      : [[Buffer.byteLength(markdown.content), 4096]];
  },
  answers: [
    ["-", ok, "delivered"],
    ["-", { status: 200, body: '{"errcode":"0"}' }, "delivered"],
    ["11", { status: 200, body: '{"errcode":45009,"errmsg":"api freq out of limit"}' }, "retryable rate_limited 60000"],
    [
      "12",
      { status: 200, body: '{"errcode":93000,"errmsg":"invalid webhook url, hint: [1]"}' },
      "rejected endpoint endpoint_gone",
    ],
    [
      "13",
      { status: 200, body: '{"errcode":40058,"errmsg":"markdown.content exceed max length 4096"}' },
      "retryable too_large shorten",
    ],
    ["-", { status: 200, body: '{"errcode":45002}' }, "retryable too_large shorten"],
    ["-", { status: 200, body: '{"errcode":45033}' }, "retryable rate_limited 3000"],
    ["-", { status: 200, body: '{"errcode":-1}' }, "retryable server_error"],
    ["-", { status: 200, body: '{"errcode":40008}' }, "rejected message bad_message"],
    ["-", { status: 200, body: '{"errcode":44004}' }, "rejected message bad_message"],
    ["-", { status: 200, body: '{"errcode":99999}' }, "rejected message bad_message"],
    ["-", { status: 200, body: "{}" }, "retryable unexpected_answer maybe"],
    ["25", { status: 200, body: '{"errcode":0,"er' }, "retryable unexpected_answer maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
    ["-", { status: 404 }, "rejected endpoint endpoint_gone"],
    ["-", { status: 413 }, "retryable too_large shorten"],
    ["-", { status: 429, headers: { "Retry-After": "7" } }, "retryable rate_limited 7000"],
    ["-", { status: 502, body: '{"errcode":0}' }, "retryable server_error maybe"],
  ],
  lastResort: [["13", { status: 200, body: '{"errcode":40058}' }, "rejected message too_large"]],
  tooMany: [{ count: 20, withinMs: 60_000 }],
  refused: [
    [{ key: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=CANARY" }, /only the key/],
    [{ key: "K", mention: { user_ids: ["all"] } }, /all: true/],
    [{ key: "K", mention: { user_ids: ["a><@b"] } }, /no user id/],
  ],
});
