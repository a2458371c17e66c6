import { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { type FaultServer, serveFault } from "../../../test/support/fault-server/fault-server.ts";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { MailServer } from "../../../test/support/servers/mail-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { certificate } from "./certificate.ts";

type Options = Readonly<Record<string, unknown>>;

const closing: (() => Promise<unknown>)[] = [];
const trusted = { tls: { ca: rootPath, server_name: "shop.test" } };

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function probe(port: number, options: Options = trusted, startedAtMs?: number): Promise<Result> {
  return (await startNetworkRun(certificate, `127.0.0.1:${port}`, options, { startedAtMs }).outcome).result;
}

describe("probes/certificate and STARTTLS", () => {
  /** Says its lines in turn, each after a line came, and begins TLS after the last. */
  async function converse(lines: readonly (string | Buffer)[], heard: string[] = []): Promise<FaultServer> {
    const server = await serveFault(
      ({ socket }) => {
        let next = 0;
        const say = (): void => {
          const text = lines[next++];
          if (text !== undefined) socket.write(text);
          if (next < lines.length) return;
          socket.off("data", hear);
          new TLSSocket(socket, { isServer: true, ...identities.good }).on("error", () => {});
        };
        const hear = (chunk: Buffer): void => {
          heard.push(chunk.toString("latin1"));
          say();
        };
        socket.on("data", hear);
        if (lines[0] !== "") say();
        else next = 1;
      },
      { onConnection: true },
    );
    closing.push(() => server.close());
    return server;
  }

  it("speaks SMTP with a real server", async () => {
    const server = await MailServer.start({ tls: "starttls" });
    closing.push(() => server.stop());
    const without = await MailServer.start({ tls: "none" });
    closing.push(() => without.stop());

    const result = await probe(server.port, { ...trusted, starttls: "smtp" });

    expect([result.verdict, result.headline]).toEqual(["up", undefined]);
    expect(sampleOf(result, "probe_ssl_last_chain_info")).toBe(1);
    expect(reasonsOf(await probe(without.port, { ...trusted, starttls: "smtp" }))).toEqual(["down protocol"]);
  });

  it.each([
    ["imap", ["* OK ready\r\n", "* CAPABILITY x\r\nw1 OK go\r\n"], ["w1 STARTTLS\r\n"]],
    ["pop3", ["+OK ready\r\n", "+OK go\r\n"], ["STLS\r\n"]],
    ["ftp", ["220-hello\r\n and more\r\n220 ready\r\n", "234 go\r\n"], ["AUTH TLS\r\n"]],
    ["postgres", ["", "S"], ["\u0000\u0000\u0000\b\u0004\u00d2\u0016/"]],
  ] as const)("begins TLS in %s", async (starttls, lines, wanted) => {
    const heard: string[] = [];
    const { port } = await converse(lines, heard);

    const result = await probe(port, { ...trusted, starttls });

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(heard).toEqual(wanted);
  });

  it.each([
    ["smtp", "554 go away\r\n", 'it says "554 go away"'],
    ["smtp", "SSH-2.0-x\r\n", 'it says "SSH-2.0-x"'],
    ["smtp", "220 hi\r\n250 early\r\n220 go\r\n250 injected\r\n", "more before TLS began"],
    ["imap", "* BYE busy\r\n", 'it says "* BYE busy"'],
    ["pop3", "-ERR busy\u001b[31m\r\n", 'it says "-ERR busy\\x1b[31m"'],
    ["ftp", "", "closed before TLS began"],
    ["postgres", "N", "does not offer TLS"],
    ["postgres", "H", "does not speak PostgreSQL"],
    ["mysql", "\u0010\u0000\u0000\u0000\u00ff\u0015\u0004Host blocked\u0000", "Host blocked"],
    ["mysql", "SSH-2.0-OpenSSH", "does not speak MySQL"],
    ["mysql", `\u0020\u0000\u0000\u0000\n8\u0000${"\u0000".repeat(29)}`, "does not offer TLS"],
  ] as const)("in %s says why %j ends it", async (starttls, text, detail) => {
    const server = await serveFault(({ socket }) => void socket.end(Buffer.from(text, "latin1")), {
      onConnection: true,
    });
    closing.push(() => server.close());

    const result = await probe(server.port, { ...trusted, starttls });

    expect(reasonsOf(result)).toEqual(["down protocol"]);
    expect(result.headline?.detail).toContain(detail);
  });
});
