import { describe, expect, it } from "vitest";
import { chatSuite } from "../../../../test/contract/notifier/chat-suite.ts";
import { aNotification, anAlert } from "../../../../test/support/samples/notifications.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { type NotifierRun, runNotifier, saying } from "../../../../test/support/worlds/notifier-run.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import { discord } from "./discord.ts";
import { discordOptions } from "./options.ts";
import { type DiscordMessage, renderDiscord } from "./render.ts";

const ok: ScriptedAnswer = { status: 200, body: '{"id":"112233445566778899","type":0}' };
const url = "https://discord.com/api/webhooks/1/x";

function payloadOf(notification: Notification, options = {}): DiscordMessage["payload"] {
  return renderDiscord(notification, discordOptions.parse({ url, ...options })).payload;
}

function deliver(
  answers: readonly ScriptedAnswer[],
  overrides: Partial<Notification> = {},
  options = {},
): Promise<NotifierRun> {
  const optionsAt = (base: string) => ({ url: `${base}/api/webhooks/1/x`, ...options });
  return runNotifier({ kind: discord, optionsAt, answers, overrides });
}

describe("alerting/notifiers/discord rendering", () => {
  it("lets text from a target neither mention, link nor format (F115)", () => {
    const hostile = "# @everyone <@1> <#3> **b** _i_ `c` ||s|| ~~d~~ > [click](https://evil.example) \\*";
    const shown =
      String.raw`\# @Zeveryone \<@Z1\> \<#3\> \*\*b\*\* \_i\_ \`c\` \|\|s\|\| \~\~d\~\~ \> \[click\](https\://evil.example) \\\*`.replaceAll(
        "Z",
        "\u200B",
      );

    const rich = payloadOf(saying(hostile));
    const plain = payloadOf(saying(hostile, { plainText: true }));

    expect(rich).toHaveProperty("embeds.0.description", expect.stringContaining(`${shown}\n`));
    expect(plain.content).toContain(`\n${shown}\n`);
    expect(`${rich.content}${plain.content}`).not.toMatch(/@(?!\u200B)/);
    expect([rich["allowed_mentions"], plain["allowed_mentions"]]).toEqual([{ parse: [] }, { parse: [] }]);
  });

  it("mentions users, roles and everybody in the content when something critical fires", () => {
    const mention = { user_ids: ["11111"], role_ids: ["22222"], all: true };
    const allowed = { parse: ["everyone"], users: ["11111"], roles: ["22222"] };

    for (const plainText of [false, true]) {
      const payload = payloadOf(aNotification({ plainText }), { mention });

      expect(payload.content).toMatch(/\n@everyone <@11111> <@&22222>$/);
      expect(payload).toMatchObject({ allowed_mentions: allowed });
    }
    expect(payloadOf(aNotification(), { mention: { user_ids: ["11111"] } })).toMatchObject({
      content: expect.stringMatching(/\n<@11111>$/),
      allowed_mentions: { parse: [], users: ["11111"], roles: [] },
    });
    const mild = { alerts: [anAlert({ labels: { severity: "warning" } })] };
    expect(payloadOf(aNotification(mild), { mention })).toMatchObject({ allowed_mentions: { parse: [] } });
  });

  it("has no empty embed", () => {
    expect(payloadOf(aNotification({ shorten: true, externalUrl: "" }))).toMatchObject({ embeds: [] });
  });
});

describe("alerting/notifiers/discord answers", () => {
  it("changes its first message about an incident once all is over", async () => {
    const end = { intent: "resolved", previousExternalId: "99", alerts: [anAlert({ status: "resolved" })] } as const;

    const { outcome, requests, payloads } = await deliver([ok, ok], end, { thread_id: "4444455555" });
    const during = await deliver([ok], { previousExternalId: "99" });

    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "POST /api/webhooks/1/x?wait=true&thread_id=4444455555",
      "PATCH /api/webhooks/1/x/messages/99?thread_id=4444455555",
    ]);
    expect(payloads[1]).toEqual(payloads[0]);
    expect(outcome).toEqual({ kind: "delivered", final: true, externalId: "99" });
    expect(during.requests).toHaveLength(1);
    expect(during.outcome).toMatchObject({ externalId: "99" });
  });

  it("asks for the message that it makes, and keeps its id", async () => {
    const { outcome, requests } = await deliver([ok], {}, { thread_id: "4444455555" });

    expect(outcome).toEqual({ kind: "delivered", final: true, externalId: "112233445566778899" });
    expect(requests).toMatchObject([{ method: "POST", path: "/api/webhooks/1/x?wait=true&thread_id=4444455555" }]);
  });
});

chatSuite({
  kind: discord,
  optionsAt: (base) => ({ url: `${base}/api/webhooks/1/x` }),
  graphemes: ["&", "汉", "👨‍👩‍👧‍👦", '"', "*", "@", "a̐"],
  sizesOf: (payload) => {
    const { content, embeds = [] } = payload as Readonly<{
      content: string;
      embeds?: readonly { description: string }[];
    }>;
    return [[content.length, 2000], ...embeds.map(({ description }) => [description.length, 4096] as const)];
  },
  answers: [
    ["20", { status: 204 }, "delivered"],
    [
      "20",
      { status: 429, body: '{"message":"You are being rate limited.","retry_after":0.65,"global":false}' },
      "retryable rate_limited 650",
    ],
    ["20", { status: 404, body: '{"message":"Unknown Webhook","code":10015}' }, "rejected endpoint endpoint_gone"],
    ["-", { status: 404 }, "rejected endpoint endpoint_gone"],
    ["-", { status: 429, headers: { "x-ratelimit-reset-after": "1.5" } }, "retryable rate_limited 1500"],
    ["-", { status: 429, headers: { "Retry-After": "7" }, body: "<html>" }, "retryable rate_limited 7000"],
    ["-", { status: 429 }, "retryable rate_limited"],
    ["-", { status: 400, body: '{"message":"Invalid Form Body","code":50035}' }, "retryable bad_message plain_text"],
    ["-", { status: 400, body: '{"code":220001}' }, "rejected recipient unknown_recipient"],
    ["-", { status: 400, body: '{"code":10003}' }, "rejected recipient unknown_recipient"],
    ["-", { status: 400, body: "{}" }, "rejected message bad_message"],
    ["-", { status: 401, body: '{"code":50027}' }, "rejected endpoint unauthorized"],
    ["-", { status: 403 }, "rejected endpoint unauthorized"],
    ["-", { status: 413, body: '{"code":40005}' }, "retryable too_large shorten"],
    ["-", { status: 200, body: '{"content":"x"}' }, "retryable unexpected_answer maybe"],
    ["25", { status: 200, body: '{"id":"1' }, "retryable unexpected_answer maybe"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
    ["-", { status: 502 }, "retryable server_error maybe"],
  ],
  lastResort: [
    ["-", { status: 400, body: '{"code":50035}' }, "rejected message bad_message"],
    ["-", { status: 413 }, "rejected message too_large"],
  ],
  tooMany: [{ count: 6, withinMs: 2000 }],
  refused: [
    [{ url: "discord.com/api/webhooks/1/CANARY" }, /no URL/],
    [{ url, thread_id: 112233445566778899n }, /expected string/],
    [{ url, mention: { user_ids: ["@me"] } }, /write the id as text/],
  ],
});
