import type { Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import {
  type Fault,
  type FaultServer,
  type FaultServerOptions,
  serveFault,
} from "../../../test/support/fault-server/fault-server.ts";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { MailServer } from "../../../test/support/servers/mail-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { tcp } from "./tcp.ts";

type Options = Readonly<Record<string, unknown>>;

const servers: FaultServer[] = [];
const mailServers: MailServer[] = [];
const trusted = { tls: { ca: rootPath, server_name: "shop.test" } };

/** Serves each connection at once, as most protocols greet. */
async function serve(greet: (socket: Socket) => void, options: FaultServerOptions = {}): Promise<FaultServer> {
  const fault: Fault = ({ socket }) => greet(socket);
  const server = await serveFault(fault, { ...options, onConnection: true });
  servers.push(server);
  return server;
}

async function probe(greet: (socket: Socket) => void, options: Options = {}): Promise<Result> {
  const { port } = await serve(greet);
  return (await startNetworkRun(tcp, `127.0.0.1:${port}`, options).outcome).result;
}

/** Runs until the other end says that it stalls, then lets the deadline fall; nothing may stay open. */
async function probeUntilStalled(fault: Fault, options: Options): Promise<Result> {
  const server = await serveFault(fault, { onConnection: true });
  servers.push(server);
  const run = startNetworkRun(tcp, `127.0.0.1:${server.port}`, options);
  await server.stalled;
  run.cancel();
  const { result } = await run.outcome;
  await server.idle();
  return result;
}

const banner = (text: string) => (socket: Socket) => void socket.end(text);

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await Promise.all(mailServers.splice(0).map((server) => server.stop()));
});

describe("probes/tcp with TLS", () => {
  async function probeTls(identity: keyof typeof identities, options: Options): Promise<Result> {
    const server = createTlsServer(identities[identity], (socket) => void socket.end("ready\n"));
    server.on("tlsClientError", () => {});
    const { port } = await listen(server);
    return (await startNetworkRun(tcp, `127.0.0.1:${port}`, options).outcome).result;
  }

  async function listen(server: ReturnType<typeof createTlsServer>): Promise<FaultServer> {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const wrapped = { port, close: async () => void server.close() } as FaultServer;
    servers.push(wrapped);
    return wrapped;
  }

  it("speaks TLS from the start, and gives the certificate's series", async () => {
    const result = await probeTls("good", { encryption: "tls", ...trusted, dialogue: [{ expect: "ready" }] });

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBe(Date.UTC(2120, 0, 1) / 1000);
    expect(sampleOf(result, "probe_tls_version_info", { version: "TLS 1.3" })).toBe(1);
  });

  it.each([
    ["expired", "tls_expired"],
    ["notYetValid", "tls_not_yet_valid"],
    ["wrongHost", "tls_hostname"],
    ["selfSigned", "tls_self_signed"],
    ["untrusted", "tls_untrusted"],
    ["incompleteChain", "tls_incomplete_chain"],
  ] as const)("F40 F41 reports a certificate that is %s as %s, with its series", async (identity, reason) => {
    const result = await probeTls(identity, { encryption: "tls", ...trusted });

    expect(reasonsOf(result)).toEqual([`down ${reason}`]);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBeGreaterThan(0);
  });

  it("is unknown when a file of its own settings is missing", async () => {
    const result = await probeTls("good", { encryption: "tls", tls: { ca: "/nowhere/ca.pem" } });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown file_missing"]);
  });

  it("begins TLS in the middle of SMTP, and goes on encrypted", async () => {
    const server = await MailServer.start({ tls: "starttls" });
    mailServers.push(server);
    const dialogue = [
      { expect: "^220 ", send: "EHLO watchfire.test" },
      { expect: "^250[- ]STARTTLS", send: "STARTTLS" },
      { expect: "^220 ", starttls: true },
      { send: "EHLO watchfire.test" },
      { expect: "^250 ", send: "QUIT" },
      { expect: "^221 " },
    ];

    const { result } = await startNetworkRun(tcp, `127.0.0.1:${server.port}`, { dialogue, ...trusted }).outcome;

    expect([result.verdict, result.headline?.detail]).toEqual(["up", undefined]);
    expect(sampleOf(result, "probe_ssl_last_chain_info")).toBe(1);
  });

  it("refuses plain text that came together with the consent to STARTTLS", async () => {
    const result = await probe(banner("220 go ahead\r\n250 injected\r\n"), {
      dialogue: [{ expect: "^220 ", starttls: true }],
    });

    expect(reasonsOf(result)).toEqual(["down protocol"]);
  });

  it("F44 says that the other end does not speak TLS", async () => {
    const result = await probe(banner("SSH-2.0-x\r\n"), { encryption: "tls" });

    expect(reasonsOf(result)).toEqual(["down tls_handshake"]);
  });

  it("F43 ends at the deadline with tls_timeout when the handshake stalls", async () => {
    const result = await probeUntilStalled(({ socket, stalled }) => void socket.once("data", stalled), {
      encryption: "tls",
    });

    expect(result.headline?.reason).toBe("tls_timeout");
  });

  it("reports what the other end says after the handshake when it wants a certificate of ours", async () => {
    const accept = (socket: Socket): void => {
      const secure = new TLSSocket(socket, {
        isServer: true,
        requestCert: true,
        rejectUnauthorized: true,
        ...identities.good,
      });
      secure.on("error", () => {});
    };

    const result = await probe(accept, { encryption: "tls", ...trusted, dialogue: [{ expect: "x" }] });

    expect(reasonsOf(result)).toEqual(["down tls_handshake"]);
    expect(result.headline?.detail).toContain("client certificate");
  });
});
