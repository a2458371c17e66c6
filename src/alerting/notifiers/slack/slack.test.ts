import { afterEach, describe, expect, it } from "vitest";
import { chatSuite } from "../../../../test/contract/notifier/chat-suite.ts";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { ChatServer, type ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { noSmtp } from "../../../../test/support/servers/no-smtp.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { DeliveryOutcome } from "../../../core/alerting/notifier.ts";
import { UndiciNotifyHttp } from "../../../platform/channels/notify-http.ts";
import { renderSlack, type SlackMention } from "../slack-message.ts";
import { slack } from "./slack.ts";

const http = new UndiciNotifyHttp();
const servers: ChatServer[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function deliver(answer: ScriptedAnswer, overrides: Partial<Notification> = {}): Promise<DeliveryOutcome> {
  const server = await ChatServer.start(answer);
  servers.push(server);
  const notifier = slack.open({ url: `${server.url}/services/T/B/x` });
  return notifier
    .prepare(aNotification(overrides))
    .send({ now: () => madeAtMs, http, smtp: noSmtp, log: () => {} }, never);
}

describe("alerting/notifiers/slack", () => {
  it("lets text from a target neither mention, link nor format (F115)", () => {
    const hostile = "<!channel> <@U123> <https://evil.example|click> *bold* @here &amp;";
    const { payload } = renderSlack(
      aNotification({
        alerts: [anAlert({ annotations: { title: hostile, detail: hostile, link_x: "https://a.example/?b=<c>&d|e" } })],
      }),
      "text",
    );
    const text = JSON.stringify(payload);

    expect(text).not.toMatch(/<[!@]/);
    expect(text).toContain("&lt;!channel&gt; &lt;@U123&gt;");
    expect(text).toContain("<https://a.example/?b=%3Cc%3E&amp;d%7Ce|x>");
    expect(
      payload.blocks
        ?.map((block) => JSON.stringify(block))
        .filter((block) => block.includes("bold"))
        .every((block) => block.includes("plain_text")),
    ).toBe(true);
  });

  it.each([
    ["critical", ["<@U012AB3CD> <@U99AB> <!subteam^S012> <!here>"]],
    ["warning", ["<@U99AB>"]],
  ])("mentions at %s whom the options name, and whom it is for", (severity, texts) => {
    const mention: SlackMention = {
      user_ids: ["U012AB3CD"],
      group_ids: ["S012"],
      all: "here",
      min_severity: "critical",
    };
    const contact = { title: "Ann", addresses: { slack: "U99AB" } };
    const alerts = [anAlert({ labels: { ...anAlert().labels, severity } })];

    const { payload } = renderSlack(aNotification({ alerts, contact }), "text", mention);

    const mentions = (payload.blocks ?? []).flatMap((block) => (block as Block).text?.text ?? []);
    expect(mentions.filter((text) => /^<[@!]/.test(text))).toEqual(texts);
    expect(JSON.stringify(renderSlack(aNotification({ intent: "test" }), "text", mention))).not.toContain("<!here>");
  });

  it.each([{ user_ids: ["ann"] }, { group_ids: ["ops"] }, { all: true }])("refuses to mention %j", (mention) => {
    expect(slack.options.safeParse({ url: "https://hooks.example/x", mention }).success).toBe(false);
  });

  it("posts what the SDK builds, to the path of the webhook", async () => {
    expect(await deliver({ status: 200, body: "ok" })).toEqual({ kind: "delivered", final: true });
    expect(servers[0]?.requests).toMatchObject([
      { method: "POST", path: "/services/T/B/x", headers: { "content-type": "application/json" } },
    ]);
    expect(servers[0]?.requests[0]?.headers["user-agent"]).toContain("slack");
  });

  it("goes through its proxy", async () => {
    const proxy = await ChatServer.start();
    servers.push(proxy);
    const notifier = slack.open({ url: "http://hooks.example/x", proxy: proxy.url });

    const outcome = await notifier
      .prepare(aNotification())
      .send({ now: () => madeAtMs, http, smtp: noSmtp, log: () => {} }, never);

    expect(outcome).toEqual({ kind: "delivered", final: true });
    expect(proxy.requests).toMatchObject([{ path: "http://hooks.example/x" }]);
  });
});

type Block = Readonly<{ type: string; text?: Readonly<{ text: string }> }>;

chatSuite({
  kind: slack,
  optionsAt: (url) => ({ url: `${url}/services/T/B/x` }),
  graphemes: ["&", "汉", "👨‍👩‍👧‍👦", '"', "*", "a̐"],
  sizesOf: (payload) => {
    const { text, blocks = [] } = payload as Readonly<{ text: string; blocks?: readonly Block[] }>;
    const sizes = blocks.map(
      ({ type, text: held }) => [held?.text.length ?? 0, type === "header" ? 150 : 3000] as const,
    );
    return [[text.length, 3500], [JSON.stringify(blocks).length, 12_000], ...sizes];
  },
  answers: [
    ["1", { status: 200, body: "ok\n" }, "delivered"],
    ["-", { status: 200, body: '{"ok":true}' }, "delivered"],
    ["2", { status: 200, body: "invalid_payload" }, "rejected message bad_message"],
    ["-", { status: 200, body: "no_text" }, "rejected message bad_message"],
    ["-", { status: 200, body: '{"ok":false,"error":"channel_not_found"}' }, "rejected endpoint endpoint_gone"],
    ["2", { status: 200, body: "<html>login</html>" }, "retryable unexpected_answer maybe"],
    ["-", { status: 200, body: '{"ok":' }, "retryable unexpected_answer maybe"],
    ["-", { status: 204 }, "retryable unexpected_answer maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["2", { status: 400, body: "invalid_payload" }, "rejected message bad_message"],
    ["-", { status: 400, body: "user_not_found" }, "rejected recipient unknown_recipient"],
    ["-", { status: 400, body: "invalid_blocks" }, "retryable bad_message plain_text"],
    ["-", { status: 400, body: "too_many_attachments" }, "retryable too_large shorten"],
    ["-", { status: 400, body: "msg_blocks_too_long" }, "retryable too_large shorten"],
    ["-", { status: 413 }, "retryable too_large shorten"],
    ["-", { status: 403, body: "action_prohibited" }, "rejected endpoint unauthorized"],
    ["-", { status: 403, body: "invalid_token" }, "rejected endpoint unauthorized"],
    ["-", { status: 404, body: "channel_not_found" }, "rejected endpoint endpoint_gone"],
    ["4", { status: 404, body: "no_service" }, "rejected endpoint endpoint_gone"],
    ["-", { status: 404, body: "anything else" }, "rejected endpoint endpoint_gone"],
    ["4", { status: 410, body: "channel_is_archived" }, "rejected endpoint endpoint_gone"],
    ["3", { status: 429, headers: { "Retry-After": "3" } }, "retryable rate_limited 3000"],
    ["-", { status: 429, headers: { "Retry-After": "Mon, 23 Nov 2026 02:00:07 GMT" } }, "retryable rate_limited 7000"],
    ["-", { status: 429, body: '{"retry_after":3,"ok":false,"error":"rate_limited"}' }, "retryable rate_limited 3000"],
    ["-", { status: 429 }, "retryable rate_limited"],
    ["-", { status: 500, body: "rollup_error" }, "retryable server_error"],
    ["-", { status: 503, headers: { "Retry-After": "1000000000" } }, "retryable server_error 31536000000"],
    ["-", { status: 504 }, "retryable server_error maybe"],
    ["25", "reset", "retryable reset maybe"],
  ],
  lastResort: [
    ["-", { status: 400, body: "invalid_blocks" }, "rejected message bad_message"],
    ["-", { status: 413 }, "rejected message too_large"],
  ],
  tooMany: [{ count: 3, withinMs: 1000 }],
  refused: [[{ url: "hooks.slack.com/services/CANARY" }, /no URL/]],
});
