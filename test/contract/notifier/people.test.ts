import { describe, expect, it } from "vitest";
import { notifierKinds } from "../../../src/alerting/notifiers/index.ts";
import type { Contact } from "../../../src/core/alerting/contact.ts";
import type { Notification } from "../../../src/core/alerting/notification.ts";
import type { SmtpMail } from "../../../src/core/ports/smtp.ts";
import { aNotification, anAlert, madeAtMs } from "../../support/samples/notifications.ts";

const chats: readonly (readonly [kind: string, options: object, address: Contact["addresses"], mentions: string])[] = [
  ["dingtalk", { token: "T" }, { dingtalk: "user-a" }, '"atUserIds":["user-a"]'],
  ["dingtalk", { token: "T" }, { dingtalk: "13800001234" }, '"atMobiles":["13800001234"]'],
  [
    "discord",
    { url: "https://discord.example/x" },
    { discord: "112233445566778899" },
    '"users":["112233445566778899"]',
  ],
  ["feishu", { token: "T" }, { feishu: "ou_a1" }, "<at id=ou_a1></at>"],
  ["slack", { url: "https://hooks.example/x" }, { slack: "U012AB3CD" }, "<@U012AB3CD>"],
  ["slack_bot", { token: "xoxb-1234-abcd", channel: "C012AB3CD" }, { slack: "U012AB3CD" }, "<@U012AB3CD>"],
  [
    "teams",
    { url: "https://flow.example/x" },
    { teams: "ann@example.com" },
    '"mentioned":{"id":"ann@example.com","name":"Ann"}',
  ],
  ["telegram", { token: "1:T", chat_id: 1 }, { telegram: "@oncall_a" }, "@oncall_a"],
  ["telegram", { token: "1:T", chat_id: 1 }, { telegram: "4711" }, "tg://user?id=4711"],
  ["wecom", { key: "K" }, { wecom: "li.si" }, "<@li.si>"],
];

function messageOf(kind: string, options: object, overrides: Partial<Notification>): string {
  const notifier = notifierKinds.find((each) => each.kind === kind)?.open(options);
  return JSON.stringify(notifier?.prepare(aNotification(overrides)).message);
}

describe("contract/notifier for a person", () => {
  it.each(chats)("%s %j mentions the person at %j, whatever the severity", (kind, options, addresses, mentions) => {
    const alerts = [anAlert({ labels: { ...anAlert().labels, severity: "warning" } })];

    const message = messageOf(kind, options, { alerts, contact: { title: "Ann", addresses } });

    expect(message).toContain(mentions);
  });

  it.each(chats)("%s %j mentions nobody at %j in a test or when it is over", (kind, options, addresses, mentions) => {
    const over = anAlert({ status: "resolved", endsAtMs: madeAtMs });
    for (const overrides of [
      { intent: "test" as const, alerts: [] },
      { intent: "resolved" as const, alerts: [over] },
    ]) {
      expect(messageOf(kind, options, { ...overrides, contact: { title: "Ann", addresses } })).not.toContain(mentions);
    }
  });

  it.each(chats)("%s %j leaves an account alone that is none of its own (%j)", (kind, options, addresses) => {
    const account = "<!channel>** @all";
    const [address] = Object.keys(addresses);
    const hostile = { title: "Ann", addresses: { [address ?? ""]: account } };

    expect(messageOf(kind, options, { contact: hostile })).not.toContain("channel");
  });

  it("mails the person alone, and beside the receiver's own addresses once where it is for these, too", async () => {
    const sent: SmtpMail[] = [];
    const smtp = {
      send: (_server: unknown, mail: SmtpMail) => {
        sent.push(mail);
        return Promise.resolve({ ok: true, accepted: mail.to, refused: [] } as const);
      },
    };
    const http = { request: () => Promise.reject(new Error("mail needs no HTTP")) };
    const mail = notifierKinds
      .find(({ kind }) => kind === "email")
      ?.open({
        host: "mail.example.com",
        from: "watchfire@example.com",
        to: ["ops@example.com"],
      });
    const told = [
      ["ann@example.com", {}],
      ["ann@example.com", { isForAll: true }],
      ["ops@example.com", { isForAll: true }],
    ] as const;
    for (const [email, shared] of told) {
      const prepared = mail?.prepare(aNotification({ contact: { title: "Ann", addresses: { email } }, ...shared }));
      await prepared?.send({ now: () => madeAtMs, http, smtp, log: () => {} }, new AbortController().signal);
    }

    expect(sent.map(({ to }) => to)).toEqual([
      ["ann@example.com"],
      ["ops@example.com", "ann@example.com"],
      ["ops@example.com"],
    ]);
  });
});
