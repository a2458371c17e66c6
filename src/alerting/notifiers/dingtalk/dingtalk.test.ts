import { describe, expect, it } from "vitest";
import { chatSuite } from "../../../../test/contract/notifier/chat-suite.ts";
import { signingSuite } from "../../../../test/contract/notifier/signing-suite.ts";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { dingtalkServer } from "../../../../test/support/servers/channel-servers.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { type NotifierRun, outcomeWords, runNotifier, saying } from "../../../../test/support/worlds/notifier-run.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import { jsonBytes } from "../post-json.ts";
import { dingtalk } from "./dingtalk.ts";
import { dingtalkOptions } from "./options.ts";
import { renderDingtalk } from "./render.ts";
import { dingtalkSignature } from "./sign.ts";

const ok: ScriptedAnswer = { status: 200, body: '{"errcode":0,"errmsg":"ok"}' };
const refusedSign: ScriptedAnswer = {
  status: 200,
  body: '{"errcode":310000,"errmsg":"sign not match, more: [https://ding-doc.dingtalk.com/doc#/serverapi2/qf2nxq]"}',
};
const secret = "SECtest123";
const withoutOptions = dingtalkOptions.parse({ token: "T" });

type Extra = Readonly<{ options?: object; overrides?: Partial<Notification>; now?: () => number }>;

function deliver(answers: readonly ScriptedAnswer[], { options = {}, ...rest }: Extra = {}): Promise<NotifierRun> {
  return runNotifier({
    kind: dingtalk,
    optionsAt: (url) => ({ token: "T-0", base_url: url, ...options }),
    answers,
    ...rest,
  });
}

function clock(...moments: number[]): () => number {
  return () => (moments.length > 1 ? moments.shift() : moments[0]) ?? 0;
}

function payloadFor(overrides: Partial<Notification>, options = {}) {
  return renderDingtalk(aNotification(overrides), dingtalkOptions.parse({ token: "T", ...options })).payload;
}

describe("alerting/notifiers/dingtalk rendering", () => {
  it("lets text from a target neither mention, link nor format (F115)", () => {
    const hostile = "# @all **b** _i_ `c` [click](https://evil.example) ![](x) <font color=red>r</font> ~~s~~ \\* &lt;";
    const { payload } = renderDingtalk(saying(hostile), withoutOptions);
    const { markdown, at } = payload as unknown as { markdown: { text: string }; at: unknown };
    const ours = /\[[^\]]*\]\(https:\/\/[^)]*\)|^### /gm;

    expect(markdown.text.replace(ours, "")).not.toMatch(/[*`[\]<]|~~|^\s*#|\s_|_\s|\\|&lt;/m);
    expect(markdown.text).toContain("［click］(https://evil.example)");
    expect(at).toEqual({ isAtAll: false });
  });

  it("mentions members by number and id, in the text too, when something critical fires", () => {
    const mention = { mobiles: ["13800000000"], user_ids: ["manager1"], all: true };

    const firing = payloadFor({}, { mention });

    expect(firing).toMatchObject({ at: { atMobiles: ["13800000000"], atUserIds: ["manager1"], isAtAll: true } });
    expect(firing).toHaveProperty("markdown.text", expect.stringMatching(/\n\n@13800000000 @manager1$/));
    expect(payloadFor({ plainText: true }, { mention })).toHaveProperty(
      "text.content",
      expect.stringMatching(/\n@13800000000 @manager1$/),
    );
  });

  it.each<[name: string, overrides: Partial<Notification>, lowest: string, mentions: boolean]>([
    ["a warning", { alerts: [anAlert({ labels: { severity: "warning" } })] }, "critical", false],
    ["a warning, asked for", { alerts: [anAlert({ labels: { severity: "warning" } })] }, "warning", true],
    ["an end", { alerts: [anAlert({ status: "resolved", endsAtMs: madeAtMs })], intent: "resolved" }, "info", false],
    ["a test", { alerts: [], intent: "test" }, "info", false],
  ])("decides by severity whether %s mentions", (_name, overrides, lowest, mentions) => {
    const payload = payloadFor(overrides, { mention: { all: true, min_severity: lowest } });

    expect(payload).toMatchObject({ at: { isAtAll: mentions } });
  });

  it("adds the keyword only where it is missing", () => {
    expect(payloadFor({}, { keyword: "监控" })).toHaveProperty("markdown.text", expect.stringMatching(/\n\n监控$/));
    expect(payloadFor({ plainText: true }, { keyword: "Checkout" })).toHaveProperty(
      "text.content",
      expect.not.stringMatching(/\nCheckout$/),
    );
  });
});

describe("alerting/notifiers/dingtalk signing", () => {
  it("signs as DingTalk's vector says", () => {
    expect(dingtalkSignature(1_577_262_236_757, secret)).toBe("XFYJ6M1dpOCWs3BOLIAKRgcsJDm/DBDaam5piULq0qA=");
  });

  it("posts to the robot, signed once, afresh for each attempt (row 10)", async () => {
    for (const nowMs of [madeAtMs, madeAtMs + 3_700_000]) {
      const { outcome, requests } = await runNotifier({
        kind: dingtalk,
        optionsAt: (url) => ({ token: "T-0", secret, base_url: `${url}/` }),
        answers: [ok],
        now: () => nowMs,
      });
      const query = new URL(requests[0]?.path ?? "", "http://x").searchParams;

      expect(outcomeWords(outcome)).toBe("delivered");
      expect(requests[0]).toMatchObject({ method: "POST" });
      expect(requests[0]?.path).toMatch(/^\/robot\/send\?access_token=T-0&timestamp=\d+&sign=[\w%]+$/);
      expect(query.getAll("timestamp")).toEqual([String(nowMs)]);
      expect(query.getAll("sign")).toEqual([dingtalkSignature(nowMs, secret)]);
    }
  });

  it("signs nothing without a secret", async () => {
    const { requests } = await deliver([ok]);

    expect(requests[0]?.path).toBe("/robot/send?access_token=T-0");
    expect(requests[0]?.headers["content-type"]).toBe("application/json; charset=utf-8");
  });

  it("signs once more when the signature is refused, by the server's clock where it tells it (row 6)", async () => {
    const dated = { ...refusedSign, headers: { Date: "Mon, 23 Nov 2026 05:00:00 GMT" } };
    const { outcome, requests } = await deliver([dated, ok], { options: { secret } });

    expect(outcomeWords(outcome)).toBe("delivered");
    expect(requests.map(({ path }) => new URL(path, "http://x").searchParams.get("timestamp"))).toEqual([
      String(madeAtMs),
      String(Date.UTC(2026, 10, 23, 5)),
    ]);
  });

  it("signs no second time when there is no answer", async () => {
    const { outcome, requests } = await deliver(["reset"], { options: { secret } });

    expect(outcomeWords(outcome)).toBe("retryable reset maybe");
    expect(requests).toHaveLength(1);
  });

  it("signs once more by its own clock where the server tells no time, and then gives up (row 6)", async () => {
    const { outcome, requests } = await deliver([refusedSign], {
      options: { secret },
      now: clock(madeAtMs, madeAtMs + 5),
    });

    expect(outcomeWords(outcome)).toBe("rejected endpoint unauthorized");
    expect(outcome).toHaveProperty("detail", expect.stringContaining("`secret`"));
    expect(requests.map(({ path }) => /timestamp=(\d+)/.exec(path)?.[1])).toEqual([
      String(madeAtMs),
      String(madeAtMs + 5),
    ]);
  });
});

chatSuite({
  kind: dingtalk,
  optionsAt: (url) => ({ token: "T-0", base_url: url }),
  graphemes: ["&", "汉", "👨‍👩‍👧‍👦", '"', "*", "a̐"],
  sizesOf: (payload) => [[jsonBytes(payload), 20_000]],
  answers: [
    ["5", ok, "delivered"],
    ["5", { status: 200, body: '{"errcode":"0"}' }, "delivered"],
    ["6", refusedSign, "rejected endpoint unauthorized"],
    [
      "7",
      { status: 200, body: '{"errcode":310000,"errmsg":"keywords not in content"}' },
      "rejected endpoint bad_message",
    ],
    [
      "-",
      { status: 200, body: '{"errcode":310000,"errmsg":"ip 1.2.3.4 not in whitelist"}' },
      "rejected endpoint unauthorized",
    ],
    ["-", { status: 200, body: '{"errcode":310000}' }, "rejected endpoint unauthorized"],
    [
      "8",
      { status: 200, body: '{"errcode":130101,"errmsg":"send too fast, exceed 20 times per minute"}' },
      "retryable rate_limited 60000",
    ],
    ["-", { status: 200, body: '{"errcode":410100}' }, "retryable rate_limited 60000"],
    [
      "9",
      { status: 200, body: '{"errcode":460101,"errmsg":"message too long, exceed 20000 bytes"}' },
      "retryable too_large shorten",
    ],
    ["-", { status: 200, body: '{"errcode":101002}' }, "retryable too_large shorten"],
    ["-", { status: 200, body: '{"errcode":34016}' }, "retryable too_large shorten"],
    ["-", { status: 200, body: '{"errcode":300005,"errmsg":"token is not exist"}' }, "rejected endpoint endpoint_gone"],
    ["-", { status: 200, body: '{"errcode":-1,"errmsg":"system busy"}' }, "retryable server_error"],
    ["-", { status: 200, body: '{"errcode":88,"sub_code":"x"}' }, "rejected endpoint unauthorized"],
    ["-", { status: 200, body: '{"errcode":400013}' }, "rejected endpoint endpoint_gone"],
    ["-", { status: 200, body: '{"errcode":400101}' }, "rejected endpoint unauthorized"],
    ["-", { status: 200, body: '{"errcode":400102}' }, "rejected endpoint endpoint_gone"],
    ["-", { status: 200, body: '{"errcode":400105}' }, "rejected message bad_message"],
    ["-", { status: 200, body: '{"errcode":430102}' }, "rejected message bad_message"],
    ["-", { status: 200, body: '{"errcode":999999}' }, "rejected message bad_message"],
    ["-", { status: 200, body: '{"errmsg":"ok"}' }, "retryable unexpected_answer maybe"],
    ["-", { status: 200, body: "ok" }, "retryable unexpected_answer maybe"],
    ["25", { status: 200, body: '{"errcode":0,"er' }, "retryable unexpected_answer maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
    ["-", { status: 404 }, "rejected endpoint endpoint_gone"],
    ["-", { status: 413 }, "retryable too_large shorten"],
    ["-", { status: 429, headers: { "Retry-After": "7" } }, "retryable rate_limited 7000"],
    ["-", { status: 500, body: '{"errcode":0}' }, "retryable server_error"],
  ],
  lastResort: [["9", { status: 200, body: '{"errcode":460101}' }, "rejected message too_large"]],
  tooMany: [{ count: 20, withinMs: 60_000 }],
  refused: [
    [{ token: "https://oapi.dingtalk.com/robot/send?access_token=CANARY" }, /only the token/],
    [{ token: "T", base_url: "oapi.dingtalk.com" }, /no base address/],
    [{ token: "T", base_url: "https://u:p@dingtalk.example" }, /no base address/],
    [{ token: "T", mention: { mobiles: ["@all"] } }, /mobile number/],
    [{ token: "T", mention: { user_ids: ["a b"] } }, /no user id/],
  ],
});

signingSuite({
  kind: dingtalk,
  secret: "SECtest123",
  optionsAt: (url, secret) => ({ token: "T-0", secret, base_url: url }),
  server: dingtalkServer,
  taken: "delivered",
});
