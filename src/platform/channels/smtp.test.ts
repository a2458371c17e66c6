import { afterEach, describe, expect, it } from "vitest";
import { MailServer, type MailServerScript, mailHeaders } from "../../../test/support/servers/mail-server.ts";
import { MailServers, type SilentServer, smtpServerAt, wholeMail } from "../../../test/support/smtp-sending.ts";
import type { SmtpAnswer, SmtpServer } from "../../core/ports/smtp.ts";
import { NodemailerSmtp } from "./smtp.ts";
import { smtpFailureOf } from "./smtp-answer.ts";

const servers = new MailServers();
const never = new AbortController().signal;

afterEach(() => servers.stop());

const login = { username: "watchfire", password: "S3CRET-pass" };

describe("platform/channels/smtp", () => {
  it("sends a whole mail under STARTTLS, with a login", async () => {
    const server = await servers.start({ login });
    const smtp = new NodemailerSmtp();

    const answer = await smtp.send(smtpServerAt(server, { credentials: login }), wholeMail, never);

    expect(answer).toEqual({ ok: true, accepted: wholeMail.to, refused: [] });
    expect(server.mails).toMatchObject([
      { from: "watchfire@example.com", to: wholeMail.to, secure: true, user: "watchfire" },
    ]);
    const raw = server.mails[0]?.raw ?? "";
    expect(mailHeaders(raw)).toMatchObject({
      "message-id": "<m1@example.com>",
      references: "<i1@example.com>",
      date: "Mon, 23 Nov 2026 02:00:00 +0000",
      "auto-submitted": "auto-generated",
      to: "a@example.com, b@example.com, c@example.com",
    });
    expect(raw.slice(0, raw.indexOf("\r\n\r\n"))).toMatch(/^[\t\r\n\x20-\x7e]*$/);
    expect(mailHeaders(raw)["subject"]).toMatch(/^=\?UTF-8\?[BQ]\?/);
    expect(raw).toContain("multipart/alternative");
  });

  it.each<[name: string, script: MailServerScript, server: Partial<SmtpServer>, secure: boolean]>([
    ["TLS from the first byte", { tls: "implicit" }, { security: "implicit" }, true],
    ["clear text where that is asked for", { tls: "none" }, { security: "none" }, false],
    ["an address in place of a name", {}, { host: "127.0.0.1" }, true],
  ])("speaks %s", async (_name, script, overrides, secure) => {
    const server = await servers.start(script);

    const answer = await new NodemailerSmtp().send(smtpServerAt(server, overrides), wholeMail, never);

    expect(answer.ok).toBe(true);
    expect(server.mails).toMatchObject([{ secure }]);
  });

  it("sends nothing in clear when the upgrade is missing (F106)", async () => {
    const server = await servers.start({ tls: "none" });

    const answer = await new NodemailerSmtp().send(smtpServerAt(server), wholeMail, never);

    expect(answer).toMatchObject({ ok: false, reason: "no_starttls", sent: false });
    expect(server.mails).toEqual([]);
  });

  it("sends nothing when the server knows no EHLO, so no STARTTLS either", async () => {
    const server = await servers.startRaw("220 old\r\n", "502 what\r\n");

    expect(await new NodemailerSmtp().send(smtpServerAt(server), wholeMail, never)).toMatchObject({
      reason: "no_starttls",
    });
  });

  it("ignores what was said in clear before the upgrade", async () => {
    const server = await servers.startRaw("220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n250 injected\r\n");

    const deadline = new AbortController();
    void server.silent.then(() => deadline.abort());

    const answer = await new NodemailerSmtp().send(smtpServerAt(server), wholeMail, deadline.signal);

    expect(answer).toMatchObject({ ok: false, reason: "timeout", sent: false });
  });

  it.each<[name: string, script: MailServerScript, server: Partial<SmtpServer>, expected: object]>([
    ["self-signed", { identity: "selfSigned" }, {}, { reason: "tls", detail: "DEPTH_ZERO_SELF_SIGNED_CERT" }],
    ["expired", { identity: "expired" }, {}, { reason: "tls", detail: "CERT_HAS_EXPIRED" }],
    ["for another host", { identity: "wrongHost" }, {}, { reason: "tls", detail: "ERR_TLS_CERT_ALTNAME_INVALID" }],
    [
      "expired, under implicit TLS",
      { identity: "expired", tls: "implicit" },
      { security: "implicit" },
      { reason: "tls", detail: "CERT_HAS_EXPIRED" },
    ],
    [
      "not there, at a port without TLS",
      { tls: "none" },
      { security: "implicit" },
      { reason: "tls", detail: "the server does not begin with TLS on this port" },
    ],
  ])("does not trust a certificate that is %s (R23)", async (_name, script, overrides, expected) => {
    expect(await servers.sendTo(script, overrides)).toMatchObject({ ok: false, sent: false, ...expected });
  });

  it.each<[name: string, script: MailServerScript, server: Partial<SmtpServer>, expected: object]>([
    [
      "a busy greeting",
      { greeting: "421 4.3.2 later" },
      {},
      { step: "greeting", reply: { code: 421, enhanced: "4.3.2" } },
    ],
    ["a closed door", { greeting: "554 no" }, {}, { step: "greeting", reply: { code: 554 } }],
    [
      "a wrong password",
      { login },
      { credentials: { ...login, password: "wrong" } },
      { step: "login", reply: { code: 535, enhanced: "5.7.8" } },
    ],
    ["a sender", { sender: "553 5.1.8 no" }, {}, { step: "sender", reply: { code: 553 } }],
    ["a message", { message: "554 5.7.1 spam" }, {}, { step: "message", reply: { code: 554, enhanced: "5.7.1" } }],
    ["a message for now", { message: "451 4.3.0 later" }, {}, { step: "message", reply: { code: 451 } }],
    ["the size", { message: "552 5.3.4 too big" }, {}, { step: "message", reply: { code: 552 } }],
  ])("tells where the server refused %s", async (_name, script, overrides, expected) => {
    expect(await servers.sendTo(script, overrides)).toMatchObject({ ok: false, reason: "reply", ...expected });
  });

  it("tells that there is no login where one is configured", async () => {
    expect(await servers.sendTo({}, { credentials: login })).toMatchObject({ ok: false, reason: "no_login" });
  });

  it("sends to those who are taken, and on the next attempt to the rest alone (F106)", async () => {
    const recipients = { "b@example.com": "450 4.7.1 greylisted", "c@example.com": "550 5.1.1 no such user" };
    const server = await servers.start({ recipients });
    const smtp = new NodemailerSmtp();
    const send = (): Promise<SmtpAnswer> => smtp.send(smtpServerAt(server), wholeMail, never);

    expect(await send()).toEqual({
      ok: true,
      accepted: ["a@example.com"],
      refused: [
        { recipient: "b@example.com", code: 450, enhanced: "4.7.1" },
        { recipient: "c@example.com", code: 550, enhanced: "5.1.1" },
      ],
    });
    server.script = { recipients: { "c@example.com": "550 5.1.1 no such user" } };
    expect(await send()).toMatchObject({ ok: true, accepted: ["a@example.com", "b@example.com"] });
    server.script = {};
    expect(await send()).toEqual({ ok: true, accepted: wholeMail.to, refused: [] });
    expect(await send()).toEqual({ ok: true, accepted: wholeMail.to, refused: [] });

    expect(server.mails.map(({ to }) => to)).toEqual([["a@example.com"], ["b@example.com"], ["c@example.com"]]);
    expect(server.mails.every(({ raw }) => mailHeaders(raw)["to"]?.includes("c@example.com"))).toBe(true);
    expect(server.connections).toBe(3);
  });

  it("does not forget who has the mail when the rest is refused in the end (F106)", async () => {
    const server = await servers.start({ recipients: { "b@example.com": "450 4.7.1 greylisted" } });
    const smtp = new NodemailerSmtp();

    await smtp.send(smtpServerAt(server), wholeMail, never);
    server.script = { recipients: { "b@example.com": "550 5.1.1 no such user" } };

    expect(await smtp.send(smtpServerAt(server), wholeMail, never)).toEqual({
      ok: true,
      accepted: ["a@example.com", "c@example.com"],
      refused: [{ recipient: "b@example.com", code: 550, enhanced: "5.1.1" }],
    });
  });

  it("tells of each recipient when none is taken", async () => {
    const answer = await servers.sendTo({
      recipients: Object.fromEntries(wholeMail.to.map((recipient) => [recipient, "550 5.1.1 no such user"])),
    });

    expect(answer).toMatchObject({ ok: false, reason: "reply", step: "recipients", refused: { length: 3 } });
  });

  it("says that the message may be there when the connection breaks after it (row 25)", async () => {
    expect(await servers.sendTo({ message: "reset" })).toEqual({
      ok: false,
      reason: "reset",
      detail: "the connection broke",
      sent: true,
    });
  });

  it.each([
    [{ code: "ENOTFOUND" }, "dns", "ENOTFOUND"],
    [{ code: "EAI_AGAIN" }, "dns", "EAI_AGAIN"],
    [{ code: "EHOSTUNREACH" }, "refused", "EHOSTUNREACH"],
    [{ code: "ETIMEDOUT", timeoutType: "CONNECT_TIMEOUT" }, "timeout", "the server cannot be reached"],
    [{ code: "ETIMEDOUT", timeoutType: "GREETING_TIMEOUT" }, "timeout", /no greeting/],
    [{ code: "ESOCKET", originalCode: "ECONNRESET" }, "reset", "the connection broke"],
    [{ code: "ETLS" }, "reset", "the connection broke"],
    [{ code: "ESOCKET", originalCode: "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION" }, "tls", /PROTOCOL_VERSION/],
    [{ code: "EPROTOCOL", message: "secret" }, "protocol", "the answer was no SMTP"],
    [{ code: "EAUTH", message: "secret" }, "no_login", /log in/],
    ["thrown text", "reset", "the connection broke"],
  ])("reads the error %j as %s", (error, reason, detail) => {
    expect(smtpFailureOf(error, false, false)).toMatchObject({
      ok: false,
      reason,
      detail: typeof detail === "string" ? detail : expect.stringMatching(detail),
    });
  });

  it("says that nobody listens", async () => {
    const server = await MailServer.start();
    const { port } = server;
    await server.stop();

    expect(await new NodemailerSmtp().send(smtpServerAt({ port }), wholeMail, never)).toEqual({
      ok: false,
      reason: "refused",
      detail: "ECONNREFUSED",
      sent: false,
    });
  });

  it.each<[name: string, begin: () => Promise<SilentServer>, sent: boolean]>([
    ["a server that never greets", () => servers.startRaw(), false],
    ["a server that goes silent after the message", () => servers.start({ message: "hang" }), true],
  ])("ends at the signal with %s", async (_name, begin, sent) => {
    const server = await begin();
    const deadline = new AbortController();
    void server.silent.then(() => deadline.abort());

    expect(await new NodemailerSmtp().send(smtpServerAt(server), wholeMail, deadline.signal)).toEqual({
      ok: false,
      reason: "timeout",
      detail: "no answer before the deadline",
      sent,
    });
  });

  it("begins nothing after the signal", async () => {
    const server = await servers.start();

    const answer = await new NodemailerSmtp().send(smtpServerAt(server), wholeMail, AbortSignal.abort());

    expect(answer).toMatchObject({ ok: false, reason: "timeout", sent: false });
    expect(server.connections).toBe(0);
  });

  it("keeps headers whole, whatever stands in them (R21)", async () => {
    const server = await servers.start();
    const evil = "x\r\nBcc: victim@example.com\r\n\r\nbody\u0000\u0085";

    await new NodemailerSmtp().send(
      smtpServerAt(server),
      { ...wholeMail, subject: evil, from: { name: evil, address: wholeMail.from.address }, headers: { "X-A": evil } },
      never,
    );

    expect(server.mails[0]?.to).toEqual(wholeMail.to);
    expect(mailHeaders(server.mails[0]?.raw ?? "")).not.toHaveProperty("bcc");
  });

  it("keeps nothing of what the server says but its codes", async () => {
    const echo = `550 5.1.1 ${login.password} <script>`;
    const answers = [
      await servers.sendTo({ sender: echo }),
      await servers.sendTo({ message: echo }),
      await servers.sendTo({ greeting: echo }),
      await servers.sendTo({ recipients: { "b@example.com": echo } }),
    ];

    expect(JSON.stringify(answers)).not.toMatch(/S3CRET|script/);
  });
});
