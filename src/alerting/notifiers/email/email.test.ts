import { afterEach, describe, expect, it } from "vitest";
import { rootPath } from "../../../../test/support/samples/certificates.ts";
import { hostileTexts } from "../../../../test/support/samples/hostile-texts.ts";
import { aNotification, anAlert, madeAtMs } from "../../../../test/support/samples/notifications.ts";
import { MailServer, type MailServerScript, mailHeaders } from "../../../../test/support/servers/mail-server.ts";
import type { Notification } from "../../../core/alerting/notification.ts";
import type { DeliveryOutcome, NotifyIo } from "../../../core/alerting/notifier.ts";
import type { SmtpAnswer, SmtpStep } from "../../../core/ports/smtp.ts";
import { NodemailerSmtp } from "../../../platform/channels/smtp.ts";
import { classifyEmail } from "./classify.ts";
import { email } from "./email.ts";
import { renderEmail } from "./render.ts";

const servers: MailServer[] = [];
const never = new AbortController().signal;
const from = "watchfire@example.com";
const to = ["a@example.com", "b@example.com", "c@example.com"];
const base = { host: "localhost", from };

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

type Delivered = Readonly<{ outcome: DeliveryOutcome; server: MailServer; logged: unknown[] }>;

async function deliver(
  script: MailServerScript = {},
  overrides: Partial<Notification> = {},
  options: object = { to },
): Promise<Delivered> {
  const server = await MailServer.start(script);
  servers.push(server);
  const logged: unknown[] = [];
  const io: NotifyIo = {
    now: () => madeAtMs,
    http: { request: () => Promise.reject(new Error("mail goes by SMTP")) },
    smtp: new NodemailerSmtp(),
    log: (...line) => void logged.push(line),
  };
  const notifier = email.open({ ...base, ...options, port: server.port, ca: rootPath });
  return { outcome: await notifier.prepare(aNotification(overrides)).send(io, never), server, logged };
}

function wordsOf(outcome: DeliveryOutcome): string {
  if (outcome.kind === "delivered") return outcome.detail === undefined ? "delivered" : `delivered ${outcome.detail}`;
  if (outcome.kind === "rejected") return `rejected ${outcome.scope} ${outcome.reason}`;
  const { reason, maybeDelivered, next } = outcome;
  return ["retryable", reason, maybeDelivered ? "maybe" : "", next ?? ""].filter((word) => word !== "").join(" ");
}

const titled = (title: string) => ({
  title,
  reason: "status",
  detail: "HTTP 502, expected 200-299",
  runbook: "https://wiki.example/shop",
});
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
];

describe("alerting/notifiers/email", () => {
  it.each(goldens)("renders %s", async (name, overrides) => {
    const { html, ...rest } = renderEmail(aNotification(overrides), { from });

    await expect(`${JSON.stringify(rest, undefined, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
    if (html === undefined) expect(overrides.plainText).toBe(true);
    else await expect(html).toMatchFileSnapshot(`golden/${name}.html`);
  });

  it.each<[string, Partial<Notification>, readonly string[]]>([
    ["nobody in particular", {}, to],
    ["a person", { contact: { title: "Ann", addresses: { email: "ann@example.com" } } }, ["ann@example.com"]],
    [
      "a person and all others of the receiver",
      { contact: { title: "Ann", addresses: { email: "b@example.com" } }, isForAll: true },
      to,
    ],
    ["a person without an address", { contact: { title: "Ann", addresses: {} } }, to],
  ])("sends what is for %s to them and to nobody else", async (_whom, overrides, recipients) => {
    const { outcome, server } = await deliver({}, overrides);

    expect(wordsOf(outcome)).toMatch(/^delivered/);
    expect(server.mails.flatMap((mail) => mail.to)).toEqual(recipients);
  });

  it.each<[string, Partial<Notification>, string]>([
    [
      "nobody in particular",
      {},
      "the receiver has no mail address; set `to`, or use this receiver in a person's `reach`",
    ],
    [
      "a person without an address",
      { contact: { title: "Ann", addresses: {} } },
      "Ann has no mail address; give them `email`",
    ],
  ])("rejects what is for %s where there is no `to`, and asks no server", async (_whom, overrides, detail) => {
    const { outcome, server } = await deliver({}, overrides, {});

    expect(outcome).toEqual({ kind: "rejected", scope: "recipient", reason: "unknown_recipient", detail });
    expect(server.mails).toEqual([]);
  });

  it("mails a person where there is no `to`", async () => {
    const contact = { title: "Ann", addresses: { email: "ann@example.com" } };
    const { server } = await deliver({}, { contact, isForAll: true }, {});

    expect(server.mails.map((mail) => mail.to)).toEqual([["ann@example.com"]]);
  });

  it("puts all mails about an incident into one thread, and each into one mail however often it is sent", () => {
    const first = renderEmail(aNotification(), { from });
    const again = renderEmail(aNotification({ possibleDuplicate: true, shorten: true }), { from });
    const end = renderEmail(aNotification({ id: "n-2", intent: "resolved", alerts: [resolved] }), { from });
    const { incident: _, ...apart } = aNotification({ id: "n-3" });

    expect(again.messageId).toBe(first.messageId);
    expect(end.messageId).not.toBe(first.messageId);
    expect(end.headers["References"]).toBe(first.headers["References"]);
    expect(first.headers["In-Reply-To"]).toBe(first.headers["References"]);
    expect(first.messageId).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
    expect(renderEmail(apart, { from }).headers).not.toHaveProperty("References");
  });

  it.each(hostileTexts)("keeps %j text in HTML (P7)", (hostile) => {
    const annotations = {
      title: hostile,
      detail: hostile,
      impact: hostile,
      runbook: hostile,
      link_x: `https://a.example/?${hostile}`,
    };
    const { html = "", subject } = renderEmail(
      aNotification({ alerts: [anAlert({ annotations }), anAlert({ fingerprint: "2", annotations })] }),
      { from },
    );
    const tags = [...html.matchAll(/<\/?([a-z0-9!]+)/g)].map(([, tag]) => tag);

    expect(new Set(tags)).toEqual(
      new Set(
        ["!doctype", "html", "head", "meta", "title", "body", "div", "h1", "p", "br", "a"].filter((tag) =>
          tags.includes(tag),
        ),
      ),
    );
    expect([...html.matchAll(/href="([^"]*)"/g)].every(([, href]) => /^https?:/.test(href ?? ""))).toBe(true);
    expect(html).not.toMatch(/ on[a-z]+="/);
    expect(subject).not.toMatch(/\p{Cc}/u);
  });

  it("cannot be made to write to somebody else (R21)", async () => {
    const evil = "x\r\nBcc: victim@example.com\r\n\r\nbody \u0000\u202e";
    const { server } = await deliver(
      {},
      { env: evil, incident: evil, id: evil, alerts: [anAlert({ annotations: { title: evil, detail: evil } })] },
    );
    const [mail] = server.mails;

    expect(mail?.to).toEqual(to);
    expect(mailHeaders(mail?.raw ?? "")).not.toHaveProperty("bcc");
  });

  it("hands the mail to the server, from and to whom it is configured", async () => {
    const { outcome, server } = await deliver({}, { locale: "zh" });
    const [mail] = server.mails;

    expect(outcome).toMatchObject({
      kind: "delivered",
      final: false,
      externalId: mailHeaders(mail?.raw ?? "")["message-id"],
    });
    expect(mail).toMatchObject({ from, to, secure: true });
    expect(mailHeaders(mail?.raw ?? "")).toMatchObject({
      from: "Watchfire <watchfire@example.com>",
      "auto-submitted": "auto-generated",
      importance: "high",
      "content-language": "zh-CN",
    });
  });

  it.each<[name: string, script: MailServerScript, overrides: Partial<Notification>, expected: string]>([
    ["421", { greeting: "421 4.3.2 later" }, {}, "retryable server_error"],
    ["451", { message: "451 4.3.0 later" }, {}, "retryable server_error"],
    [
      "greylisting",
      { recipients: Object.fromEntries(to.map((each) => [each, "450 4.7.1 x"])) },
      {},
      "retryable server_error",
    ],
    [
      "550 on one of 3 RCPT",
      { recipients: { "b@example.com": "550 5.1.1 no" } },
      {},
      "delivered 2 of 3 recipients; not b…@example.com (550 5.1.1)",
    ],
    ["450 on one of 3 RCPT", { recipients: { "b@example.com": "450 4.2.1 no" } }, {}, "retryable server_error"],
    ["552", { message: "552 5.3.4 too big" }, {}, "retryable too_large shorten"],
    ["552 to the short form", { message: "552 5.3.4 too big" }, { shorten: true }, "rejected message too_large"],
    ["STARTTLS missing", { tls: "none" }, {}, "rejected endpoint tls"],
    ["a certificate of nobody", { identity: "selfSigned" }, {}, "rejected endpoint tls"],
    ["a broken connection", { message: "reset" }, {}, "retryable reset maybe"],
  ])("judges %s (row 26)", async (_name, script, overrides, expected) => {
    const { outcome, logged } = await deliver(script, overrides);

    expect(wordsOf(outcome)).toBe(expected);
    expect(logged).toHaveLength(expected.startsWith("delivered") ? 1 : 0);
  });

  const steps: readonly SmtpStep[] = ["greeting", "starttls", "login", "sender", "recipients", "message"];

  it("judges every code at every step: 4yz may pass, 5yz does not, 503 is the conversation's fault", () => {
    for (const step of steps) {
      for (let code = 400; code < 600; code += 1) {
        const refused = step === "recipients" ? to.map((recipient) => ({ recipient, code })) : [];
        const { kind } = classifyEmail({ ok: false, reason: "reply", step, reply: { code }, refused }, "<m>", true);
        const crowded = code === 552 && step === "recipients";

        expect(kind, `${code} at ${step}`).toBe(code < 500 || code === 503 || crowded ? "retryable" : "rejected");
      }
    }
  });

  it.each<[step: SmtpStep, code: number, expected: string]>([
    ["greeting", 554, "rejected endpoint endpoint_gone"],
    ["starttls", 454, "retryable server_error"],
    ["login", 535, "rejected endpoint unauthorized"],
    ["login", 534, "rejected endpoint unauthorized"],
    ["login", 454, "retryable server_error"],
    ["sender", 530, "rejected endpoint unauthorized"],
    ["sender", 553, "rejected endpoint unauthorized"],
    ["recipients", 530, "rejected endpoint unauthorized"],
    ["recipients", 550, "rejected recipient unknown_recipient"],
    ["message", 550, "rejected message bad_message"],
    ["message", 554, "rejected message bad_message"],
  ])("judges at %s %i as %s", (step, code, expected) => {
    const refused = step === "recipients" ? to.map((recipient) => ({ recipient, code })) : [];
    const answer: SmtpAnswer = { ok: false, reason: "reply", step, reply: { code }, refused };

    expect(wordsOf(classifyEmail(answer, "<m>", false))).toBe(expected);
  });

  it("says where a root of one's own goes", () => {
    const answer: SmtpAnswer = { ok: false, reason: "tls", detail: "DEPTH_ZERO_SELF_SIGNED_CERT", sent: false };

    expect(classifyEmail(answer, "<m>", false)).toMatchObject({ detail: expect.stringContaining("goes into `ca`") });
    expect(classifyEmail({ ...answer, detail: "CERT_HAS_EXPIRED" }, "<m>", false)).toMatchObject({
      detail: "TLS failed: CERT_HAS_EXPIRED",
    });
  });

  it("tells greylisting from a sick server, where the server does", () => {
    const reply = { code: 451, enhanced: "4.7.1" };
    const answer: SmtpAnswer = { ok: false, reason: "reply", step: "message", reply, refused: [] };

    expect(classifyEmail(answer, "<m>", false)).toMatchObject({
      reason: "rate_limited",
      detail: "451 4.7.1 at the message",
    });
  });
});
