import { afterEach, describe, expect, it } from "vitest";
import type { MailServerScript } from "../../../test/support/servers/mail-server.ts";
import { TunnelProxy } from "../../../test/support/servers/tunnel-proxy.ts";
import { MailServers, smtpServerAt, wholeMail } from "../../../test/support/smtp-sending.ts";
import type { SmtpAnswer, SmtpServer } from "../../core/ports/smtp.ts";
import { NodemailerSmtp } from "./smtp.ts";

const servers = new MailServers();
const never = new AbortController().signal;

afterEach(() => servers.stop());

describe("platform/smtp through a proxy", () => {
  const login = "watch:fi@re";
  const through = async (script: MailServerScript, overrides: Partial<SmtpServer>): Promise<SmtpAnswer> => {
    const server = await servers.start(script);
    return new NodemailerSmtp().send(smtpServerAt(server, overrides), wholeMail, never);
  };

  it.each(["starttls", "implicit"] as const)("sends under TLS by %s, with the proxy's login", async (security) => {
    const proxy = await TunnelProxy.start(login);
    servers.keep(proxy);
    const proxyUrl = proxy.urlFor("watch:fi%40re");

    const answer = await through({ tls: security }, { security, proxyUrl });

    expect(answer).toMatchObject({ ok: true, accepted: wholeMail.to });
    expect(proxy.asked).toEqual([{ target: expect.stringMatching(/^localhost:\d+$/), credentials: login }]);
  });

  it("says what the proxy answers instead of a tunnel", async () => {
    const proxy = await TunnelProxy.start(login);
    servers.keep(proxy);

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
    const server = await servers.startRaw(
      "HTTP/1.1 200 OK\r\n\r\n220 mail.test ESMTP\r\n",
      // What the request for the tunnel is answered with has come already.
      "",
      "250 mail.test\r\n",
      "550 no\r\n",
    );

    const answer = await new NodemailerSmtp().send(
      { host: "mail.test", port: 25, security: "none", proxyUrl: `http://127.0.0.1:${server.port}` },
      wholeMail,
      never,
    );

    expect(answer).toMatchObject({ ok: false, reason: "reply", step: "sender", reply: { code: 550 } });
  });

  it("takes an answer that is no HTTP for a refusal", async () => {
    const server = await servers.startRaw("220 this is no proxy\r\n\r\n");

    const answer = await through({}, { proxyUrl: `http://127.0.0.1:${server.port}` });

    expect(answer).toMatchObject({ ok: false, reason: "refused", sent: false });
  });
});
