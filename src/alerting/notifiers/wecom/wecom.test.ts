import { describe, expect, it } from "vitest";
import type { ScriptedAnswer } from "../../../../test/support/chat-server.ts";
import { aNotification, anAlert } from "../../../../test/support/notifications.ts";
import {
  flooded,
  goldenNotifications,
  outcomeWords,
  runNotifier,
  saying,
} from "../../../../test/support/notifier-run.ts";
import type { Notification } from "../../../core/notification.ts";
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
  it.each(goldenNotifications)("renders %s", async (name, overrides) => {
    const payload = payloadOf(aNotification(overrides));

    await expect(`${JSON.stringify(payload, undefined, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

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

  it.each(["&", "汉", "👨‍👩‍👧‍👦", '"', "*", "a̐"])(
    "keeps to 4096 and 2048 bytes with a text that is all %s (row 13), title, notes and board kept",
    (char) => {
      for (const overrides of [{}, { plainText: true }, { shorten: true }]) {
        const { markdown, text } = payloadOf(flooded(char, overrides));
        const content = markdown?.content ?? text?.content ?? "";

        expect(Buffer.byteLength(content)).toBeLessThanOrEqual(markdown === undefined ? 2048 : 4096);
        expect(content).toContain("Critical: ");
        expect(content).toContain("Possible duplicate");
        expect(content).toContain("https://watchfire.example.com/");
        expect(content.isWellFormed()).toBe(true);
      }
    },
  );

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

  it.each<[row: string, answer: ScriptedAnswer, expected: string]>([
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
  ])("row %s: classifies %j as %s", async (_row, answer, expected) => {
    const { outcome } = await runNotifier({ kind: wecom, optionsAt, answers: [answer] });

    expect(outcomeWords(outcome)).toBe(expected);
  });

  it("gives a message up that is too long even when shortened", async () => {
    const answers = [{ status: 200, body: '{"errcode":40058}' }];
    const { outcome } = await runNotifier({ kind: wecom, optionsAt, answers, overrides: { shorten: true } });

    expect(outcomeWords(outcome)).toBe("rejected message too_large");
  });

  it("never sends more than WeCom's 20 within a minute", () => {
    const { count, perMs } = wecom.limit;

    expect(count + (60_000 * count) / perMs).toBeLessThan(20);
  });

  it.each([
    [{ key: "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=CANARY" }, /only the key/],
    [{ key: "K", mention: { user_ids: ["all"] } }, /all: true/],
    [{ key: "K", mention: { user_ids: ["a><@b"] } }, /no user id/],
  ])("refuses %j", (options, problem) => {
    const message = wecomOptions.safeParse(options).error?.message ?? "";

    expect(message).toMatch(problem);
    expect(message).not.toContain("CANARY");
  });
});
