import { afterEach, describe, expect, it } from "vitest";
import { ChatServer, type ScriptedAnswer } from "../../../../test/support/chat-server.ts";
import { noSmtp } from "../../../../test/support/no-smtp.ts";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/notifications.ts";
import type { Notification } from "../../../core/notification.ts";
import type { DeliveryOutcome } from "../../../core/notifier.ts";
import { UndiciNotifyHttp } from "../../../platform/notify-http.ts";
import { renderSlack } from "./render.ts";
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

const titled = (title: string) => ({ title, reason: "status", detail: "HTTP 502, expected 200-299" });
const resolved = anAlert({ status: "resolved", endsAtMs: madeAtMs });
const goldens: readonly (readonly [name: string, overrides: Partial<Notification>])[] = [
  ["firing-en", {}],
  ["firing-zh", { locale: "zh", alerts: [anAlert({ annotations: titled("商城结算") })] }],
  ["resolved-en", { intent: "resolved", alerts: [resolved] }],
  ["resolved-zh", { intent: "resolved", locale: "zh", alerts: [{ ...resolved, annotations: titled("商城结算") }] }],
  [
    "group-zh",
    {
      locale: "zh",
      alerts: [anAlert(), anAlert({ fingerprint: "2", annotations: titled("支付") })],
      truncatedAlerts: 343,
    },
  ],
  ["duplicate-late-staging-en", { env: "staging", possibleDuplicate: true, lateMs: 22 * 60_000 }],
  ["plain-en", { plainText: true, shorten: true }],
  ["test-zh", { intent: "test", locale: "zh", alerts: [], because: "ops-chat" }],
];

describe("alerting/notifiers/slack", () => {
  it.each(goldens)("renders %s", async (name, overrides) => {
    const { payload } = renderSlack(aNotification(overrides));

    await expect(`${JSON.stringify(payload, undefined, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
  });

  it("lets text from a target neither mention, link nor format (F115)", () => {
    const hostile = "<!channel> <@U123> <https://evil.example|click> *bold* @here &amp;";
    const { payload } = renderSlack(
      aNotification({
        alerts: [anAlert({ annotations: { title: hostile, detail: hostile, link_x: "https://a.example/?b=<c>&d|e" } })],
      }),
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

  it("keeps to Slack's limits, escapes counted, with a text that is all ampersands", () => {
    const flood = "&".repeat(65_536);
    const alerts = Array.from({ length: 50 }, (_, index) =>
      anAlert({
        fingerprint: String(index),
        annotations: { title: flood, detail: flood, summary: flood, impact: flood },
      }),
    );
    const { payload } = renderSlack(aNotification({ alerts }));
    const blocks = payload.blocks as readonly Readonly<{ type: string; text?: { text: string } }>[];

    expect(blocks.find(({ type }) => type === "header")?.text?.text.length).toBeLessThanOrEqual(150);
    for (const block of blocks) expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3000);
    expect(JSON.stringify(payload).length).toBeLessThan(12_000);
    expect(JSON.stringify(payload)).not.toMatch(/&(?!amp;)/);
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

  it.each<[answer: ScriptedAnswer, expected: string]>([
    [{ status: 200, body: "ok\n" }, "delivered"],
    [{ status: 200, body: '{"ok":true}' }, "delivered"],
    [{ status: 200, body: "invalid_payload" }, "rejected message bad_message"],
    [{ status: 200, body: "no_text" }, "rejected message bad_message"],
    [{ status: 200, body: '{"ok":false,"error":"channel_not_found"}' }, "rejected endpoint endpoint_gone"],
    [{ status: 200, body: "<html>login</html>" }, "retryable unexpected_answer maybe"],
    [{ status: 200, body: '{"ok":' }, "retryable unexpected_answer maybe"],
    [{ status: 204 }, "retryable unexpected_answer maybe"],
    [{ status: 301 }, "rejected endpoint redirect"],
    [{ status: 400, body: "invalid_payload" }, "rejected message bad_message"],
    [{ status: 400, body: "user_not_found" }, "rejected recipient unknown_recipient"],
    [{ status: 400, body: "invalid_blocks" }, "retryable bad_message plain_text"],
    [{ status: 400, body: "too_many_attachments" }, "retryable too_large shorten"],
    [{ status: 400, body: "msg_blocks_too_long" }, "retryable too_large shorten"],
    [{ status: 413 }, "retryable too_large shorten"],
    [{ status: 403, body: "action_prohibited" }, "rejected endpoint unauthorized"],
    [{ status: 403, body: "invalid_token" }, "rejected endpoint unauthorized"],
    [{ status: 404, body: "channel_not_found" }, "rejected endpoint endpoint_gone"],
    [{ status: 404, body: "no_service" }, "rejected endpoint endpoint_gone"],
    [{ status: 404, body: "anything else" }, "rejected endpoint endpoint_gone"],
    [{ status: 410, body: "channel_is_archived" }, "rejected endpoint endpoint_gone"],
    [{ status: 429, headers: { "Retry-After": "3" } }, "retryable rate_limited 3000"],
    [{ status: 429, headers: { "Retry-After": "Mon, 23 Nov 2026 02:00:07 GMT" } }, "retryable rate_limited 7000"],
    [{ status: 429, body: '{"retry_after":3,"ok":false,"error":"rate_limited"}' }, "retryable rate_limited 3000"],
    [{ status: 429 }, "retryable rate_limited"],
    [{ status: 500, body: "rollup_error" }, "retryable server_error"],
    [{ status: 503, headers: { "Retry-After": "1000000000" } }, "retryable server_error 31536000000"],
    [{ status: 504 }, "retryable server_error maybe"],
    ["reset", "retryable reset maybe"],
  ])("classifies %j as %s", async (answer, expected) => {
    const outcome = await deliver(answer);
    const words = [outcome.kind];
    if (outcome.kind === "rejected") words.push(outcome.scope as never, outcome.reason as never);
    if (outcome.kind === "retryable") {
      const { reason, afterMs, maybeDelivered, next } = outcome;
      words.push(
        ...([reason, afterMs, maybeDelivered ? "maybe" : undefined, next].filter(
          (word) => word !== undefined,
        ) as never[]),
      );
    }

    expect(words.join(" ")).toBe(expected);
  });

  it("refuses the message for good when its plainest form is refused too", async () => {
    const plain = { plainText: true, shorten: true };

    expect(await deliver({ status: 400, body: "invalid_blocks" }, plain)).toMatchObject({
      kind: "rejected",
      scope: "message",
    });
    expect(await deliver({ status: 413 }, plain)).toMatchObject({ kind: "rejected", reason: "too_large" });
  });
});
