import { afterEach, describe, expect, it } from "vitest";
import { certificatePath, rootPath } from "../../../test/support/samples/certificates.ts";
import { MailServers, wholeMail } from "../../../test/support/smtp-sending.ts";
import { ChannelWays } from "./channel-ways.ts";
import { NodemailerSmtp } from "./smtp.ts";

const servers = new MailServers();
const never = new AbortController().signal;

afterEach(() => servers.stop());

describe("platform/smtp trust", () => {
  it("trusts the roots that all channels share, unless the server has a file of its own", async () => {
    const server = await servers.start();
    const at = { host: "localhost", port: server.port, security: "starttls" } as const;
    const shared = new NodemailerSmtp(new ChannelWays({ ca: rootPath }));

    expect(await shared.send(at, wholeMail, never)).toMatchObject({ ok: true });
    expect(await new NodemailerSmtp().send(at, wholeMail, never)).toMatchObject({ ok: false, reason: "tls" });
    const foreign = { ...at, caPath: certificatePath("foreign-root") };
    expect(await shared.send(foreign, { ...wholeMail, messageId: "<other@watchfire>" }, never)).toMatchObject({
      reason: "tls",
    });
  });

  it("names the shared file that cannot be read when the server is not trusted", async () => {
    const server = await servers.start();
    const at = { host: "localhost", port: server.port, security: "starttls" } as const;

    const answer = await new NodemailerSmtp(new ChannelWays({ ca: "/nowhere/ca.pem" })).send(at, wholeMail, never);

    expect(answer).toMatchObject({ ok: false, reason: "tls", detail: expect.stringContaining("channels.ca") });
  });

  it.each([["/nowhere/ca.pem"], [import.meta.filename], [certificatePath("good.key")]])(
    "says that %s holds no certificates",
    async (caPath) => {
      expect(await servers.sendTo({}, { caPath })).toMatchObject({ ok: false, reason: "ca_file" });
    },
  );
});
