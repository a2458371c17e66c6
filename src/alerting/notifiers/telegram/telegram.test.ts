import { describe, expect, it } from "vitest";
import { chatSuite } from "../../../../test/contract/notifier/chat-suite.ts";
import { aNotification, anAlert } from "../../../../test/support/samples/notifications.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { type NotifierRun, outcomeWords, runNotifier, saying } from "../../../../test/support/worlds/notifier-run.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import { telegramOptions } from "./options.ts";
import { renderTelegram } from "./render.ts";
import { telegram } from "./telegram.ts";

const ok: ScriptedAnswer = { status: 200, body: '{"ok":true,"result":{"message_id":4711}}' };
const required = { token: "123456:ABC-DEF", chat_id: -100 };
const unparsed = '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse entities"}';
const tooLong = '{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}';

function textOf(notification: Notification, options = {}): string {
  return renderTelegram(notification, telegramOptions.parse({ ...required, ...options })).payload.text;
}

function deliver(
  answers: readonly ScriptedAnswer[],
  overrides: Partial<Notification> = {},
  options = {},
): Promise<NotifierRun> {
  return runNotifier({
    kind: telegram,
    optionsAt: (url) => ({ ...required, base_url: url, ...options }),
    answers,
    overrides,
  });
}

describe("alerting/notifiers/telegram rendering", () => {
  it("lets text from a target neither mention, link nor format (F115)", () => {
    const hostile =
      '@admin /start #tag $USD https://evil.example evil.example <a href="tg://user?id=1">x</a> </code><b>b</b>';
    const html = textOf(saying(hostile));
    const plain = textOf(saying(hostile, { plainText: true, externalUrl: "" }));
    const outsideCode = html.replace(/<code>[^<]*<\/code>/g, "").replace(/<a href="https:\/\/[^"]*">/g, "");

    expect(html).toContain("<code>@admin /start #tag $USD https://evil.example evil.example &lt;a href=&quot;tg:");
    expect(outsideCode).not.toMatch(/@\w|#\w|\$[A-Z]|:\/\/|\/start|\.example|<(?!\/?b>|\/a>)/);
    expect(plain.replaceAll("https://a.example/", "")).not.toMatch(/@\w|#\w|\$[A-Z]|:\/\/|\/start|\.example/);
  });

  it("mentions people by name and id when something critical fires", () => {
    const mention = { usernames: ["oncall_a"], user_ids: [42] };

    expect(textOf(aNotification(), { mention })).toMatch(/\n\n@oncall_a <a href="tg:\/\/user\?id=42">42<\/a>$/);
    expect(textOf(aNotification({ plainText: true }), { mention })).toMatch(/\n\n@oncall_a$/);
    expect(
      textOf(aNotification({ alerts: [anAlert({ labels: { severity: "warning" } })] }), { mention }),
    ).not.toContain("oncall_a");
  });
});

describe("alerting/notifiers/telegram answers", () => {
  it("posts as its bot to its chat and topic, and keeps the message's id", async () => {
    const { outcome, requests, payloads } = await deliver([ok], {}, { thread_id: 7 });

    expect(outcome).toEqual({ kind: "delivered", final: true, externalId: "4711" });
    expect(requests).toMatchObject([{ method: "POST", path: "/bot123456:ABC-DEF/sendMessage" }]);
    expect(payloads).toMatchObject([
      { chat_id: "-100", message_thread_id: 7, parse_mode: "HTML", link_preview_options: { is_disabled: true } },
    ]);
  });

  it("follows a group that became a supergroup, once, and says so (row 19)", async () => {
    const moved: ScriptedAnswer = {
      status: 400,
      body: '{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1001234567890}}',
    };

    const followed = await deliver([moved, ok]);
    const lost = await deliver([moved]);

    expect(outcomeWords(followed.outcome)).toBe("delivered");
    expect(followed.payloads).toMatchObject([{ chat_id: "-100" }, { chat_id: "-1001234567890" }]);
    expect(followed.logged).toEqual([
      ["warn", "telegram_chat_moved", { chat_id: "-100", set_chat_id_to: "-1001234567890" }],
    ]);
    expect(outcomeWords(lost.outcome)).toBe("rejected recipient unknown_recipient");
    expect(lost.requests).toHaveLength(2);
  });

  it("answers its first message about an incident, and changes it once all is over (row 19)", async () => {
    const later = { previousExternalId: "4711" };
    const end = { ...later, intent: "resolved", alerts: [anAlert({ status: "resolved", endsAtMs: 0 })] } as const;
    const another: ScriptedAnswer = { status: 200, body: '{"ok":true,"result":{"message_id":4720}}' };
    const reply_parameters = { message_id: 4711, allow_sending_without_reply: true };

    const during = await deliver([another], later);
    const ended = await deliver([another, ok], end, { thread_id: 7 });

    expect(during.payloads).toMatchObject([{ reply_parameters }]);
    expect(ended.requests.map(({ path }) => path.split("/").at(-1))).toEqual(["sendMessage", "editMessageText"]);
    expect(ended.payloads).toMatchObject([
      { reply_parameters, message_thread_id: 7 },
      { chat_id: "-100", message_id: 4711 },
    ]);
    expect(ended.payloads[1]).toMatchObject({ text: (ended.payloads[0] as { text: string }).text, parse_mode: "HTML" });
    for (const { outcome } of [during, ended])
      expect(outcome).toEqual({ kind: "delivered", final: true, externalId: "4711" });
  });

  it("says that the first message stays as it was where it cannot be changed, and follows no id of another chat", async () => {
    const end = { previousExternalId: "4711", intent: "resolved", alerts: [anAlert({ status: "resolved" })] } as const;
    const deleted = '{"ok":false,"error_code":400,"description":"Bad Request: message to edit not found"}';

    const run = await deliver([ok, { status: 400, body: deleted }], end);
    const foreign = await deliver([ok], { previousExternalId: "C012/1.2" });

    expect(outcomeWords(run.outcome)).toBe("delivered");
    expect(run.outcome).toHaveProperty("detail", "the first message stays as it was: HTTP 400");
    expect(foreign.payloads[0]).not.toHaveProperty("reply_parameters");
  });

  it("has one endpoint per chat", () => {
    const endpointOf = (chatId: number | string) => telegram.open({ ...required, chat_id: chatId }).endpoint;

    expect(endpointOf(-100)).toBe(endpointOf("-100"));
    expect(endpointOf(-100)).not.toBe(endpointOf(-200));
  });
});

chatSuite({
  kind: telegram,
  optionsAt: (url) => ({ ...required, base_url: url }),
  graphemes: ["&", "汉", "👨‍👩‍👧‍👦", '"', "@a", "a̐"],
  sizesOf: (payload) => [[(payload as Readonly<{ text: string }>).text.length, 4096]],
  answers: [
    ["-", { status: 200, body: '{"ok":true}' }, "delivered"],
    ["-", { status: 200, body: '{"ok":true,"result":{"message_id":"x"}}' }, "delivered"],
    [
      "19",
      {
        status: 429,
        body: '{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}',
      },
      "retryable rate_limited 5000",
    ],
    ["-", { status: 429, headers: { "Retry-After": "7" } }, "retryable rate_limited 7000"],
    [
      "19",
      { status: 400, body: '{"ok":false,"error_code":400,"description":"Bad Request: can\'t parse entities: x"}' },
      "retryable bad_message plain_text",
    ],
    [
      "-",
      { status: 400, body: '{"ok":false,"error_code":400,"description":"Bad Request: message is too long"}' },
      "retryable too_large shorten",
    ],
    [
      "-",
      { status: 400, body: '{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}' },
      "rejected recipient unknown_recipient",
    ],
    [
      "-",
      { status: 400, body: '{"ok":false,"error_code":400,"description":"Bad Request: message thread not found"}' },
      "rejected recipient unknown_recipient",
    ],
    ["-", { status: 400, body: '{"ok":false,"description":"Bad Request: x"}' }, "rejected message bad_message"],
    ["-", { status: 401, body: '{"ok":false,"error_code":401}' }, "rejected endpoint unauthorized"],
    [
      "19",
      { status: 403, body: '{"ok":false,"error_code":403,"description":"Forbidden: bot was kicked"}' },
      "rejected recipient unknown_recipient",
    ],
    ["-", { status: 404, body: '{"ok":false,"error_code":404}' }, "rejected endpoint unauthorized"],
    ["-", { status: 200, body: '{"ok":false,"error_code":403}' }, "rejected recipient unknown_recipient"],
    ["-", { status: 200, body: '{"ok":false}' }, "retryable unexpected_answer maybe"],
    ["25", { status: 200, body: '{"ok":tr' }, "retryable unexpected_answer maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
    ["-", { status: 413 }, "retryable too_large shorten"],
    ["-", { status: 500 }, "retryable server_error"],
  ],
  lastResort: [
    ["19", { status: 400, body: unparsed }, "rejected message bad_message"],
    ["-", { status: 400, body: tooLong }, "rejected message too_large"],
  ],
  tooMany: [{ count: 20, withinMs: 60_000 }],
  refused: [
    [{ token: "bot:CANARY", chat_id: 1 }, /as 123456:ABC-DEF/],
    [{ ...required, chat_id: "my group" }, /chat id/],
    [{ ...required, mention: { usernames: ["@a"] } }, /without its @/],
  ],
});
