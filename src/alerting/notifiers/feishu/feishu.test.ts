import { describe, expect, it } from "vitest";
import { chatSuite } from "../../../../test/contract/notifier/chat-suite.ts";
import { signingSuite } from "../../../../test/contract/notifier/signing-suite.ts";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { feishuServer } from "../../../../test/support/servers/channel-servers.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { type NotifierRun, outcomeWords, runNotifier, saying } from "../../../../test/support/worlds/notifier-run.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import { jsonBytes } from "../post-json.ts";
import { feishu } from "./feishu.ts";
import { feishuOptions } from "./options.ts";
import { renderFeishu } from "./render.ts";
import { feishuSignature } from "./sign.ts";

const ok: ScriptedAnswer = {
  status: 200,
  body: '{"code":0,"msg":"success","data":{},"StatusCode":0,"StatusMessage":"success"}',
};
const refusedSign: ScriptedAnswer = {
  status: 200,
  body: '{"code":19021,"msg":"sign match fail or timestamp is not within one hour from current time"}',
};

function payloadOf(notification: Notification, options = {}): string {
  const { payload } = renderFeishu(notification, feishuOptions.parse({ token: "T", ...options }));
  return JSON.stringify(payload);
}

type Extra = Readonly<{ options?: object; overrides?: Partial<Notification>; now?: () => number }>;

function deliver(answers: readonly ScriptedAnswer[], { options = {}, ...rest }: Extra = {}): Promise<NotifierRun> {
  const optionsAt = (url: string) => ({ token: "5cb1-a", base_url: url, ...options });
  return runNotifier({ kind: feishu, optionsAt, answers, ...rest });
}

describe("alerting/notifiers/feishu rendering", () => {
  it("keeps text from a target in elements without markup, where it can neither mention, link nor format (F115)", () => {
    const hostile = '<at id=all></at> <at user_id="all">x</at> **b** [click](https://evil.example) <font color="red">';

    const holders = new Set<unknown>();
    for (const plainText of [false, true]) {
      collectHolders(JSON.parse(payloadOf(saying(hostile, { plainText }))), "<at", holders);
    }

    expect(holders).toEqual(new Set(["plain_text", "text", "title"]));
  });

  it("mentions members and everybody in the card when something critical fires, and nobody in the plain form", () => {
    const mention = { user_ids: ["ou_a1", "ou_b2"], all: true };

    expect(payloadOf(aNotification(), { mention })).toContain(
      '{"tag":"lark_md","content":"<at id=ou_a1></at> <at id=ou_b2></at> <at id=all></at>"}',
    );
    expect(payloadOf(aNotification(), { mention: { user_ids: ["ou_a1"] } })).toContain(
      '"content":"<at id=ou_a1></at>"',
    );
    expect(payloadOf(aNotification({ plainText: true }), { mention })).not.toContain("ou_a1");
  });

  it.each<[name: string, overrides: Partial<Notification>]>([
    ["a warning", { alerts: [anAlert({ labels: { severity: "warning" } })] }],
    ["an end", { alerts: [anAlert({ status: "resolved", endsAtMs: madeAtMs })], intent: "resolved" }],
    ["a test", { alerts: [], intent: "test" }],
  ])("mentions nobody for %s", (_name, overrides) => {
    expect(payloadOf(aNotification(overrides), { mention: { all: true } })).not.toContain("lark_md");
  });

  it("adds the keyword only where it is missing", () => {
    expect(payloadOf(aNotification(), { keyword: "监控" })).toContain('"content":"监控"');
    expect(payloadOf(aNotification({ plainText: true }), { keyword: "监控" })).toContain('"text":"监控"');
    expect(payloadOf(aNotification(), { keyword: "Checkout" })).toBe(payloadOf(aNotification()));
  });

  it("is never an empty card or post", () => {
    const bare = { shorten: true, externalUrl: "" };

    expect(payloadOf(aNotification(bare))).toContain('"elements":[{"tag":"div"');
    expect(payloadOf(aNotification({ ...bare, plainText: true }))).toContain('"content":[[{"tag":"text"');
  });
});

describe("alerting/notifiers/feishu signing", () => {
  it("signs as Feishu's vector says", () => {
    expect(feishuSignature(1_599_360_473, "demo")).toBe("l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8=");
  });

  it("posts to the bot, signed in the body afresh for each attempt", async () => {
    for (const nowMs of [madeAtMs, madeAtMs + 3_700_500]) {
      const { outcome, requests, payloads } = await deliver([ok], { options: { secret: "demo" }, now: () => nowMs });
      const seconds = Math.floor(nowMs / 1000);

      expect(outcomeWords(outcome)).toBe("delivered");
      expect(requests).toMatchObject([{ method: "POST", path: "/open-apis/bot/v2/hook/5cb1-a" }]);
      expect(payloads).toMatchObject([
        { timestamp: String(seconds), sign: feishuSignature(seconds, "demo"), msg_type: "interactive" },
      ]);
    }
  });

  it("signs nothing without a secret", async () => {
    const { payloads } = await deliver([ok]);

    expect(payloads[0]).not.toHaveProperty("sign");
    expect(payloads[0]).not.toHaveProperty("timestamp");
  });

  it("signs once more when the signature is refused, by the server's clock where it tells it (row 15)", async () => {
    const dated = { ...refusedSign, headers: { Date: "Mon, 23 Nov 2026 05:00:00 GMT" } };
    const { outcome, payloads } = await deliver([dated, ok], { options: { secret: "demo" } });

    expect(outcomeWords(outcome)).toBe("delivered");
    expect(payloads).toMatchObject([
      { timestamp: String(madeAtMs / 1000) },
      { timestamp: String(Date.UTC(2026, 10, 23, 5) / 1000) },
    ]);
  });

  it("gives up when the second signature is refused too (row 15)", async () => {
    const { outcome, requests } = await deliver([refusedSign], { options: { secret: "demo" } });

    expect(outcomeWords(outcome)).toBe("rejected endpoint unauthorized");
    expect(outcome).toHaveProperty("detail", expect.stringContaining("`secret`"));
    expect(requests).toHaveLength(2);
  });
});

describe("alerting/notifiers/feishu answers", () => {
  it("asks the host of its region", () => {
    const endpointIn = (region: string) => feishu.open({ token: "T", region }).endpoint;

    expect(endpointIn("feishu")).toMatch(/^open\.feishu\.cn#/);
    expect(endpointIn("lark")).toMatch(/^open\.larksuite\.com#/);
  });
});

/** Collects what kind of element holds the text: its tag, or the name of a field that is always literal. */
function collectHolders(value: unknown, text: string, found: Set<unknown>): void {
  if (typeof value !== "object" || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    if (typeof each !== "string") collectHolders(each, text, found);
    else if (each.includes(text)) found.add("tag" in value ? value.tag : key);
  }
}

chatSuite({
  kind: feishu,
  optionsAt: (url) => ({ token: "5cb1-a", base_url: url }),
  graphemes: ["&", "汉", "👨‍👩‍👧‍👦", '"', "a̐"],
  sizesOf: (payload) => [[jsonBytes(payload), 19_800]],
  answers: [
    ["14", ok, "delivered"],
    ["14", { status: 200, body: '{"StatusCode":0,"StatusMessage":"success"}' }, "delivered"],
    ["15", refusedSign, "rejected endpoint unauthorized"],
    [
      "16",
      { status: 200, body: '{"code":19001,"msg":"param invalid: incoming webhook access token invalid"}' },
      "rejected endpoint endpoint_gone",
    ],
    ["17", { status: 200, body: '{"code":11232,"msg":"frequency limited psm[lark]"}' }, "retryable rate_limited"],
    [
      "17",
      { status: 400, headers: { "x-ogw-ratelimit-reset": "8" }, body: '{"code":99991400}' },
      "retryable rate_limited 8000",
    ],
    ["-", { status: 429, headers: { "x-ogw-ratelimit-reset": "8" } }, "retryable rate_limited 8000"],
    ["-", { status: 429, headers: { "Retry-After": "7" } }, "retryable rate_limited 7000"],
    ["-", { status: 200, body: '{"code":9499,"msg":"Bad Request"}' }, "retryable bad_message plain_text"],
    ["-", { status: 200, body: '{"code":19002}' }, "retryable bad_message plain_text"],
    ["-", { status: 200, body: '{"code":19022}' }, "rejected endpoint unauthorized"],
    ["-", { status: 200, body: '{"code":19024}' }, "rejected endpoint bad_message"],
    ["-", { status: 200, body: '{"code":19036}' }, "retryable too_large shorten"],
    ["-", { status: 200, body: '{"code":12345,"StatusCode":0}' }, "rejected message bad_message"],
    ["-", { status: 200, body: "<html></html>" }, "retryable unexpected_answer maybe"],
    ["25", { status: 200, body: '{"code":0,' }, "retryable unexpected_answer maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
    ["-", { status: 404 }, "rejected endpoint endpoint_gone"],
    ["-", { status: 413 }, "retryable too_large shorten"],
    ["-", { status: 500, body: '{"code":0}' }, "retryable server_error"],
  ],
  lastResort: [
    ["-", { status: 200, body: '{"code":19002}' }, "rejected message bad_message"],
    ["-", { status: 200, body: '{"code":19036}' }, "rejected message too_large"],
  ],
  tooMany: [
    { count: 100, withinMs: 60_000 },
    { count: 5, withinMs: 1000 },
  ],
  refused: [
    [{ token: "https://open.feishu.cn/open-apis/bot/v2/hook/CANARY" }, /only the token/],
    [{ token: "T", mention: { user_ids: ["all"] } }, /begins with ou_/],
    [{ token: "T", region: "moon" }, /feishu/],
  ],
});

signingSuite({
  kind: feishu,
  secret: "SECtest123",
  optionsAt: (url, secret) => ({ token: "5cb1-a", secret, base_url: url }),
  server: feishuServer,
  taken: "delivered",
});
