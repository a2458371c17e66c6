import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { certificatePath, rootPath } from "../../test/support/certificates.ts";
import { MailServer, type MailServerScript, mailHeaders } from "../../test/support/mail-server.ts";
import { TunnelProxy } from "../../test/support/tunnel-proxy.ts";
import type { SmtpAnswer, SmtpMail, SmtpServer } from "../core/ports/smtp.ts";
import { ChannelWays } from "./channel-ways.ts";
import { NodemailerSmtp } from "./smtp.ts";
import { smtpFailureOf } from "./smtp-answer.ts";

const servers: { stop(): Promise<void> }[] = [];
const never = new AbortController().signal;

afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const login = { username: "watchfire", password: "S3CRET-pass" };
const mail: SmtpMail = {
  messageId: "<m1@example.com>",
  from: { name: "值班", address: "watchfire@example.com" },
  to: ["a@example.com", "b@example.com", "c@example.com"],
  dateMs: Date.UTC(2026, 10, 23, 2),
  subject: "严重 商城结算 – 不可用",
  text: "一\n.\n..two\n",
  html: "<p>一</p>",
  headers: { "Auto-Submitted": "auto-generated", References: "<i1@example.com>" },
};

async function start(script: MailServerScript = {}): Promise<MailServer> {
  const server = await MailServer.start(script);
  servers.push(server);
  return server;
}

function serverAt({ port }: Readonly<{ port: number }>, overrides: Partial<SmtpServer> = {}): SmtpServer {
  return { host: "localhost", port, security: "starttls", caPath: rootPath, ...overrides };
}

async function sendTo(
  script: MailServerScript,
  overrides: Partial<SmtpServer> = {},
  other: Partial<SmtpMail> = {},
): Promise<SmtpAnswer> {
  const server = await start(script);
  return new NodemailerSmtp().send(serverAt(server, overrides), { ...mail, ...other }, never);
}

type SilentServer = Readonly<{ port: number; silent: Promise<unknown> }>;

/** A server that greets, answers what comes with what a test wants, and then is silent. */
async function rawServer(...lines: readonly string[]): Promise<SilentServer> {
  const left = [...lines];
  const silence = Promise.withResolvers<void>();
  const server = createServer((socket) => {
    socket.on("error", () => {});
    const speak = (): void => {
      const line = left.shift();
      if (line === undefined) silence.resolve();
      else socket.write(line);
    };
    speak();
    socket.on("data", speak);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  servers.push({ stop: async () => void server.close() });
  return { port: (server.address() as AddressInfo).port, silent: silence.promise };
}

describe("platform/smtp", () => {
  it("sends a whole mail under STARTTLS, with a login", async () => {
    const server = await start({ login });
    const smtp = new NodemailerSmtp();

    const answer = await smtp.send(serverAt(server, { credentials: login }), mail, never);

    expect(answer).toEqual({ ok: true, accepted: mail.to, refused: [] });
    expect(server.mails).toMatchObject([
      { from: "watchfire@example.com", to: mail.to, secure: true, user: "watchfire" },
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
    const server = await start(script);

    const answer = await new NodemailerSmtp().send(serverAt(server, overrides), mail, never);

    expect(answer.ok).toBe(true);
    expect(server.mails).toMatchObject([{ secure }]);
  });

  it("sends nothing in clear when the upgrade is missing (F106)", async () => {
    const server = await start({ tls: "none" });

    const answer = await new NodemailerSmtp().send(serverAt(server), mail, never);

    expect(answer).toMatchObject({ ok: false, reason: "no_starttls", sent: false });
    expect(server.mails).toEqual([]);
  });

  it("sends nothing when the server knows no EHLO, so no STARTTLS either", async () => {
    const server = await rawServer("220 old\r\n", "502 what\r\n");

    expect(await new NodemailerSmtp().send(serverAt(server), mail, never)).toMatchObject({ reason: "no_starttls" });
  });

  it("ignores what was said in clear before the upgrade", async () => {
    const server = await rawServer("220 x\r\n", "250-x\r\n250 STARTTLS\r\n", "220 go\r\n250 injected\r\n");

    const deadline = new AbortController();
    void server.silent.then(() => deadline.abort());

    const answer = await new NodemailerSmtp().send(serverAt(server), mail, deadline.signal);

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
    expect(await sendTo(script, overrides)).toMatchObject({ ok: false, sent: false, ...expected });
  });

  describe("through a proxy", () => {
    const login = "watch:fi@re";
    const through = async (script: MailServerScript, overrides: Partial<SmtpServer>): Promise<SmtpAnswer> => {
      const server = await start(script);
      return new NodemailerSmtp().send(serverAt(server, overrides), mail, never);
    };

    it.each(["starttls", "implicit"] as const)("sends under TLS by %s, with the proxy's login", async (security) => {
      const proxy = await TunnelProxy.start(login);
      servers.push(proxy);
      const proxyUrl = proxy.urlFor("watch:fi%40re");

      const answer = await through({ tls: security }, { security, proxyUrl });

      expect(answer).toMatchObject({ ok: true, accepted: mail.to });
      expect(proxy.asked).toEqual([{ target: expect.stringMatching(/^localhost:\d+$/), credentials: login }]);
    });

    it("says what the proxy answers instead of a tunnel", async () => {
      const proxy = await TunnelProxy.start(login);
      servers.push(proxy);

      const refused = await through({}, { proxyUrl: proxy.urlFor() });
      const silent = through({}, { proxyUrl: proxy.urlFor("watch:fi%40re") });

      expect(refused).toEqual({
        ok: false,
        reason: "refused",
        detail: "the proxy refused the tunnel with 407",
        sent: false,
      });
      expect((await silent).ok).toBe(true);
    });

    it("loses no greeting that comes with the proxy's word", async () => {
      const server = await rawServer(
        "HTTP/1.1 200 OK\r\n\r\n220 mail.test ESMTP\r\n",
        // What the request for the tunnel is answered with has come already.
        "",
        "250 mail.test\r\n",
        "550 no\r\n",
      );

      const answer = await new NodemailerSmtp().send(
        { host: "mail.test", port: 25, security: "none", proxyUrl: `http://127.0.0.1:${server.port}` },
        mail,
        never,
      );

      expect(answer).toMatchObject({ ok: false, reason: "reply", step: "sender", reply: { code: 550 } });
    });

    it("takes an answer that is no HTTP for a refusal", async () => {
      const server = await rawServer("220 this is no proxy\r\n\r\n");

      const answer = await through({}, { proxyUrl: `http://127.0.0.1:${server.port}` });

      expect(answer).toMatchObject({ ok: false, reason: "refused", sent: false });
    });
  });

  it("trusts the roots that all channels share, unless the server has a file of its own", async () => {
    const server = await start();
    const at = { host: "localhost", port: server.port, security: "starttls" } as const;
    const shared = new NodemailerSmtp(new ChannelWays({ ca: rootPath }));

    expect(await shared.send(at, mail, never)).toMatchObject({ ok: true });
    expect(await new NodemailerSmtp().send(at, mail, never)).toMatchObject({ ok: false, reason: "tls" });
    const foreign = { ...at, caPath: certificatePath("foreign-root") };
    expect(await shared.send(foreign, { ...mail, messageId: "<other@watchfire>" }, never)).toMatchObject({
      reason: "tls",
    });
  });

  it("names the shared file that cannot be read when the server is not trusted", async () => {
    const server = await start();
    const at = { host: "localhost", port: server.port, security: "starttls" } as const;

    const answer = await new NodemailerSmtp(new ChannelWays({ ca: "/nowhere/ca.pem" })).send(at, mail, never);

    expect(answer).toMatchObject({ ok: false, reason: "tls", detail: expect.stringContaining("channels.ca") });
  });

  it.each([["/nowhere/ca.pem"], [import.meta.filename], [certificatePath("good.key")]])(
    "says that %s holds no certificates",
    async (caPath) => {
      expect(await sendTo({}, { caPath })).toMatchObject({ ok: false, reason: "ca_file" });
    },
  );

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
    expect(await sendTo(script, overrides)).toMatchObject({ ok: false, reason: "reply", ...expected });
  });

  it("tells that there is no login where one is configured", async () => {
    expect(await sendTo({}, { credentials: login })).toMatchObject({ ok: false, reason: "no_login" });
  });

  it("sends to those who are taken, and on the next attempt to the rest alone (F106)", async () => {
    const recipients = { "b@example.com": "450 4.7.1 greylisted", "c@example.com": "550 5.1.1 no such user" };
    const server = await start({ recipients });
    const smtp = new NodemailerSmtp();
    const send = (): Promise<SmtpAnswer> => smtp.send(serverAt(server), mail, never);

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
    expect(await send()).toEqual({ ok: true, accepted: mail.to, refused: [] });
    expect(await send()).toEqual({ ok: true, accepted: mail.to, refused: [] });

    expect(server.mails.map(({ to }) => to)).toEqual([["a@example.com"], ["b@example.com"], ["c@example.com"]]);
    expect(server.mails.every(({ raw }) => mailHeaders(raw)["to"]?.includes("c@example.com"))).toBe(true);
    expect(server.connections).toBe(3);
  });

  it("does not forget who has the mail when the rest is refused in the end (F106)", async () => {
    const server = await start({ recipients: { "b@example.com": "450 4.7.1 greylisted" } });
    const smtp = new NodemailerSmtp();

    await smtp.send(serverAt(server), mail, never);
    server.script = { recipients: { "b@example.com": "550 5.1.1 no such user" } };

    expect(await smtp.send(serverAt(server), mail, never)).toEqual({
      ok: true,
      accepted: ["a@example.com", "c@example.com"],
      refused: [{ recipient: "b@example.com", code: 550, enhanced: "5.1.1" }],
    });
  });

  it("tells of each recipient when none is taken", async () => {
    const answer = await sendTo({
      recipients: Object.fromEntries(mail.to.map((recipient) => [recipient, "550 5.1.1 no such user"])),
    });

    expect(answer).toMatchObject({ ok: false, reason: "reply", step: "recipients", refused: { length: 3 } });
  });

  it("says that the message may be there when the connection breaks after it (row 25)", async () => {
    expect(await sendTo({ message: "reset" })).toEqual({
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

    expect(await new NodemailerSmtp().send(serverAt({ port }), mail, never)).toEqual({
      ok: false,
      reason: "refused",
      detail: "ECONNREFUSED",
      sent: false,
    });
  });

  it.each<[name: string, begin: () => Promise<SilentServer>, sent: boolean]>([
    ["a server that never greets", () => rawServer(), false],
    ["a server that goes silent after the message", () => start({ message: "hang" }), true],
  ])("ends at the signal with %s", async (_name, begin, sent) => {
    const server = await begin();
    const deadline = new AbortController();
    void server.silent.then(() => deadline.abort());

    expect(await new NodemailerSmtp().send(serverAt(server), mail, deadline.signal)).toEqual({
      ok: false,
      reason: "timeout",
      detail: "no answer before the deadline",
      sent,
    });
  });

  it("begins nothing after the signal", async () => {
    const server = await start();

    const answer = await new NodemailerSmtp().send(serverAt(server), mail, AbortSignal.abort());

    expect(answer).toMatchObject({ ok: false, reason: "timeout", sent: false });
    expect(server.connections).toBe(0);
  });

  it("keeps headers whole, whatever stands in them (R21)", async () => {
    const server = await start();
    const evil = "x\r\nBcc: victim@example.com\r\n\r\nbody\u0000\u0085";

    await new NodemailerSmtp().send(
      serverAt(server),
      { ...mail, subject: evil, from: { name: evil, address: mail.from.address }, headers: { "X-A": evil } },
      never,
    );

    expect(server.mails[0]?.to).toEqual(mail.to);
    expect(mailHeaders(server.mails[0]?.raw ?? "")).not.toHaveProperty("bcc");
  });

  it("keeps nothing of what the server says but its codes", async () => {
    const echo = `550 5.1.1 ${login.password} <script>`;
    const answers = [
      await sendTo({ sender: echo }),
      await sendTo({ message: echo }),
      await sendTo({ greeting: echo }),
      await sendTo({ recipients: { "b@example.com": echo } }),
    ];

    expect(JSON.stringify(answers)).not.toMatch(/S3CRET|script/);
  });
});
