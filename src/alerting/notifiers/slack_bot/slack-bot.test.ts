import { describe, expect, it } from "vitest";
import { chatSuite } from "../../../../test/contract/notifier/chat-suite.ts";
import { anAlert } from "../../../../test/support/samples/notifications.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { type NotifierRun, outcomeWords, runNotifier } from "../../../../test/support/worlds/notifier-run.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import { slackBot } from "./slack-bot.ts";

const required = { token: "xoxb-1234-abcd", channel: "C012AB3CD" };
const posted = (ts: string): ScriptedAnswer => ({
  status: 200,
  body: JSON.stringify({ ok: true, channel: "C012AB3CD", ts, message: { type: "message" } }),
});
const refused = (error: string, more: object = {}, headers: Record<string, string> = {}): ScriptedAnswer => ({
  status: 200,
  headers,
  body: JSON.stringify({ ok: false, error, ...more }),
});
const first = "C012AB3CD/1503435956.000247";
const root = { channel: "C012AB3CD", ts: "1503435956.000247" };
const followed = { previousExternalId: first };

function deliver(answers: readonly ScriptedAnswer[], overrides: Partial<Notification> = {}): Promise<NotifierRun> {
  return runNotifier({
    kind: slackBot,
    optionsAt: (url) => ({ ...required, base_url: `${url}/api` }),
    answers,
    overrides,
  });
}

const paths = ({ requests }: NotifierRun): readonly string[] => requests.map(({ path }) => path);

describe("alerting/notifiers/slack_bot", () => {
  it("posts the first message as its bot, with buttons, and keeps where it stands", async () => {
    const pages = { take: "https://watchfire.example.com/i/token" };

    const { outcome, requests, payloads } = await deliver([posted("1503435956.000247")], { pages });

    expect(outcome).toEqual({ kind: "delivered", final: true, externalId: first });
    expect(requests).toMatchObject([
      { path: "/api/chat.postMessage", headers: { authorization: "Bearer xoxb-1234-abcd" } },
    ]);
    expect(payloads).toMatchObject([
      { channel: "C012AB3CD", text: expect.stringContaining("Critical: Checkout") as string },
    ]);
    const { blocks } = payloads[0] as Readonly<{ blocks: readonly { type: string; elements?: readonly object[] }[] }>;
    expect(blocks.at(-1)).toMatchObject({
      type: "actions",
      elements: [
        { type: "button", url: pages.take, style: "primary", text: { text: "I take it" } },
        { type: "button", url: "https://watchfire.example.com/" },
      ],
    });
    expect(JSON.stringify(payloads)).not.toContain("thread_ts");
  });

  it("shows a change in the first message and tells it in its thread, quietly when it is over", async () => {
    const over = { ...followed, intent: "resolved", alerts: [anAlert({ status: "resolved", endsAtMs: 0 })] } as const;

    const run = await deliver([posted("1503435956.000247"), posted("1503435999.000300")], over);

    expect(paths(run)).toEqual(["/api/chat.update", "/api/chat.postMessage"]);
    expect(run.payloads).toMatchObject([root, { channel: "C012AB3CD", thread_ts: root.ts }]);
    expect(run.payloads[1]).not.toHaveProperty("reply_broadcast");
    expect(run.payloads[0]).toMatchObject({ blocks: (run.payloads[1] as { blocks: unknown }).blocks });
    expect(run.outcome).toEqual({ kind: "delivered", final: true, externalId: first });
  });

  it.each<[name: string, overrides: Partial<Notification>, isLoud: boolean]>([
    ["something critical that is new", {}, true],
    ["an escalation of it", { intent: "update", story: { news: { kind: "escalated" } } }, true],
    ["that somebody has taken it", { intent: "update", story: { news: { kind: "taken", who: "A" } } }, false],
    ["a warning", { alerts: [anAlert({ labels: { severity: "warning" } })] }, false],
  ])("tells the whole channel of %s: %o is %s", async (_name, overrides, isLoud) => {
    const { payloads } = await deliver([posted(root.ts), posted("1503435999.000300")], { ...followed, ...overrides });

    expect((payloads[1] as Readonly<Record<string, unknown>>)["reply_broadcast"]).toBe(isLoud ? true : undefined);
  });

  it("begins a thread anew where the first message is gone, and goes on with that", async () => {
    const run = await deliver([refused("message_not_found"), posted("1503436000.000001")], followed);

    expect(paths(run)).toEqual(["/api/chat.update", "/api/chat.postMessage"]);
    expect(run.payloads[1]).not.toHaveProperty("thread_ts");
    expect(run.outcome).toMatchObject({ kind: "delivered", externalId: "C012AB3CD/1503436000.000001" });
  });

  it("still tells in the thread where the first message cannot be changed any more", async () => {
    const run = await deliver([refused("edit_window_closed"), posted("1503436000.000001")], followed);

    expect(run.payloads[1]).toMatchObject({ thread_ts: root.ts });
    expect(run.outcome).toMatchObject({ kind: "delivered", externalId: first });
  });

  it("has told nothing while the first message waits for its change", async () => {
    const limited = await deliver([{ status: 429, headers: { "Retry-After": "7" } }], followed);
    const broken = await deliver(["reset"], followed);

    expect(paths(limited)).toEqual(["/api/chat.update"]);
    expect(outcomeWords(limited.outcome)).toBe("retryable rate_limited 7000");
    expect(outcomeWords(broken.outcome)).toBe("retryable reset");
  });

  it("says what the app lacks", async () => {
    const { outcome } = await deliver([refused("missing_scope", { needed: "chat:write", provided: "identify" })]);

    expect(outcome).toEqual({
      kind: "rejected",
      scope: "endpoint",
      reason: "unauthorized",
      detail: "missing_scope: give the app the scope chat:write and install it again",
    });
  });

  it("takes a stored id that is none of Slack's for no thread", async () => {
    expect(paths(await deliver([posted(root.ts)], { previousExternalId: "4711" }))).toEqual(["/api/chat.postMessage"]);
  });
});

type Block = Readonly<{ type: string; text?: Readonly<{ text: string }>; elements?: readonly Block[]; url?: string }>;

chatSuite({
  kind: slackBot,
  optionsAt: (url) => ({ ...required, base_url: url }),
  graphemes: ["&", "汉", "👨‍👩‍👧‍👦", '"', "*", "a̐"],
  sizesOf: (payload) => {
    const { text, blocks = [] } = payload as Readonly<{ text: string; blocks?: readonly Block[] }>;
    const sizes = blocks.map(
      ({ type, text: held }) => [held?.text.length ?? 0, type === "header" ? 150 : 3000] as const,
    );
    const buttons = blocks.filter(({ type }) => type === "actions").flatMap(({ elements = [] }) => elements);
    const labels = buttons.flatMap((button) => [
      [button.text?.text.length ?? 0, 75] as const,
      [button.url?.length ?? 0, 3000] as const,
    ]);
    return [[text.length, 3500], [JSON.stringify(blocks).length, 12_000], [buttons.length, 25], ...sizes, ...labels];
  },
  answers: [
    ["-", posted("1503435956.000247"), "delivered"],
    ["-", { status: 200, body: '{"ok":true}' }, "delivered"],
    ["-", { status: 200, body: "ok" }, "retryable unexpected_answer maybe"],
    ["25", { status: 200, body: '{"ok":tr' }, "retryable unexpected_answer maybe"],
    ["-", { status: 200, body: "<html>login</html>" }, "retryable unexpected_answer maybe"],
    ["-", { status: 204 }, "retryable unexpected_answer maybe"],
    ["-", refused("invalid_auth"), "rejected endpoint unauthorized"],
    ["-", refused("missing_scope"), "rejected endpoint unauthorized"],
    ["-", refused("not_in_channel"), "rejected endpoint unauthorized"],
    ["-", refused("token_revoked"), "rejected endpoint unauthorized"],
    ["-", { status: 401, body: '{"ok":false,"error":"invalid_auth"}' }, "rejected endpoint unauthorized"],
    ["-", refused("channel_not_found"), "rejected endpoint endpoint_gone"],
    ["-", refused("is_archived"), "rejected endpoint endpoint_gone"],
    ["-", refused("user_not_found"), "rejected recipient unknown_recipient"],
    ["-", refused("ratelimited"), "retryable rate_limited"],
    ["-", refused("ratelimited", {}, { "Retry-After": "4" }), "retryable rate_limited 4000"],
    ["-", { status: 429, headers: { "Retry-After": "30" } }, "retryable rate_limited 30000"],
    ["-", refused("internal_error"), "retryable server_error"],
    ["-", { status: 503, body: '{"ok":false,"error":"service_unavailable"}' }, "retryable server_error"],
    ["-", { status: 500 }, "retryable server_error"],
    ["-", { status: 413 }, "retryable too_large shorten"],
    ["-", refused("msg_too_long"), "retryable too_large shorten"],
    ["-", refused("msg_blocks_too_long"), "retryable too_large shorten"],
    ["-", refused("invalid_blocks"), "retryable bad_message plain_text"],
    ["-", refused("no_text"), "rejected message bad_message"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
  ],
  lastResort: [
    ["-", refused("msg_too_long"), "rejected message too_large"],
    ["-", refused("invalid_blocks"), "rejected message bad_message"],
  ],
  // One a second and channel, with bursts.
  tooMany: [{ count: 62, withinMs: 60_000 }],
  refused: [
    [{ ...required, token: "xoxp-CANARY-1" }, /xoxb-/],
    [{ ...required, channel: "#ops" }, /the channel's ID/],
  ],
});
