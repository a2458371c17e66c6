import { describe, expect, it } from "vitest";
import { chatSuite } from "../../../../test/contract/notifier/chat-suite.ts";
import { aNotification, anAlert } from "../../../../test/support/samples/notifications.ts";
import type { ScriptedAnswer } from "../../../../test/support/servers/chat-server.ts";
import { type NotifierRun, runNotifier, saying } from "../../../../test/support/worlds/notifier-run.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import { jsonBytes } from "../post-json.ts";
import { teamsOptions } from "./options.ts";
import { renderTeams } from "./render.ts";
import { teams } from "./teams.ts";

const url = "https://prod-1.westus.logic.azure.com/workflows/x/triggers/manual/paths/invoke?sig=y";

function payloadOf(notification: Notification, options = {}): string {
  return JSON.stringify(renderTeams(notification, teamsOptions.parse({ url, ...options })).payload);
}

function deliver(answers: readonly ScriptedAnswer[], overrides: Partial<Notification> = {}): Promise<NotifierRun> {
  const optionsAt = (base: string) => ({ url: `${base}/workflows/x/triggers/manual/paths/invoke?sig=y` });
  return runNotifier({ kind: teams, optionsAt, answers, overrides });
}

describe("alerting/notifiers/teams rendering", () => {
  it("keeps text from a target in runs without markup, where it can neither mention, link nor format (F115)", () => {
    const hostile = "<at>everyone</at> **b** [click](https://evil.example) # h";

    for (const plainText of [false, true]) {
      const holders = new Set<unknown>();
      collectHolders(JSON.parse(payloadOf(saying(hostile, { plainText }))), "click", holders);

      expect(holders).toEqual(new Set(["TextRun"]));
    }
  });

  it("shows at most six buttons, the board among them", () => {
    const links = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`link_${index}`, "https://a.example/"]));
    const annotations = { title: "Checkout", runbook: "https://wiki.example.com/", ...links };
    const { attachments } = JSON.parse(payloadOf(aNotification({ alerts: [anAlert({ annotations })] }))) as {
      attachments: readonly [{ content: { actions: readonly { title: string }[] } }];
    };

    expect(attachments[0].content.actions.map(({ title }) => title)).toEqual(["Runbook", "0", "1", "2", "3", "Board"]);
  });

  it("mentions users when something critical fires, and nobody in the plain form", () => {
    const mention = { users: [{ id: "a@example.com", name: "值班甲" }] };
    const firing = payloadOf(aNotification(), { mention });

    expect(firing).toContain('"text":"<at>值班甲</at>"');
    expect(firing).toContain(
      '"entities":[{"type":"mention","text":"<at>值班甲</at>","mentioned":{"id":"a@example.com","name":"值班甲"}}]',
    );
    expect(payloadOf(aNotification({ plainText: true }), { mention })).not.toContain("<at>");
    expect(payloadOf(aNotification({ alerts: [], intent: "test" }), { mention })).not.toContain("<at>");
  });
});

describe("alerting/notifiers/teams answers", () => {
  it("starts the workflow with one card", async () => {
    const { requests, payloads } = await deliver([{ status: 202 }]);

    expect(requests).toMatchObject([{ method: "POST", path: "/workflows/x/triggers/manual/paths/invoke?sig=y" }]);
    expect(payloads).toMatchObject([
      { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null }] },
    ]);
  });

  it.each([
    "https://contoso.webhook.office.com/webhookb2/CANARY",
    "https://outlook.office.com/webhook/CANARY",
    "https://outlook.office365.com/webhook/CANARY",
  ])("refuses the retired connector %s and says what to do", (retired) => {
    const message = teamsOptions.safeParse({ url: retired }).error?.message ?? "";

    expect(message).toMatch(/switched those off; in Teams add the workflow/);
    expect(message).not.toContain("CANARY");
  });
});

/** Collects the types of the elements that hold the text. */
function collectHolders(value: unknown, text: string, found: Set<unknown>): void {
  if (typeof value !== "object" || value === null) return;
  for (const each of Object.values(value)) {
    if (typeof each !== "string") collectHolders(each, text, found);
    else if (each.includes(text)) found.add("type" in value ? value.type : undefined);
  }
}

chatSuite({
  kind: teams,
  optionsAt: (base) => ({ url: `${base}/workflows/x/triggers/manual/paths/invoke?sig=y` }),
  graphemes: ["&", "汉", "👨‍👩‍👧‍👦", '"', "a̐"],
  sizesOf: (payload) => [[jsonBytes(payload), 25_000]],
  answers: [
    ["18", { status: 202 }, "accepted"],
    ["-", { status: 200, body: "{}" }, "accepted"],
    ["18", { status: 429, headers: { "Retry-After": "7" } }, "retryable rate_limited 7000"],
    ["18", { status: 413 }, "retryable too_large shorten"],
    ["18", { status: 200, body: "1" }, "rejected endpoint endpoint_gone"],
    ["-", { status: 200, body: "Webhook message delivery failed with error: x" }, "rejected endpoint endpoint_gone"],
    ["-", { status: 200, body: "<html>Sign in</html>" }, "retryable unexpected_answer maybe"],
    ["-", { status: 200, body: '{"error":{"code":"x","message":"y"}}' }, "retryable unexpected_answer maybe"],
    ["-", { status: 400, body: '{"error":{"code":"InvalidRequest"}}' }, "retryable bad_message plain_text"],
    ["-", { status: 401 }, "rejected endpoint unauthorized"],
    ["-", { status: 403 }, "rejected endpoint unauthorized"],
    ["-", { status: 404 }, "rejected endpoint endpoint_gone"],
    ["-", { status: 408 }, "retryable timeout"],
    ["-", { status: 500 }, "retryable server_error"],
    ["25", { status: 301 }, "rejected endpoint redirect"],
    ["25", "reset", "retryable reset maybe"],
  ],
  lastResort: [
    ["-", { status: 400 }, "rejected message bad_message"],
    ["18", { status: 413 }, "rejected message too_large"],
  ],
  tooMany: [{ count: 5, withinMs: 1000 }],
  refused: [
    [{ url: "not a url" }, /no URL/],
    [{ url, mention: { users: [{ id: "a@example.com", name: "<b>" }] } }, /without markup/],
    [{ url, mention: { users: [{ id: "a b", name: "A" }] } }, /sign-in name/],
  ],
});
