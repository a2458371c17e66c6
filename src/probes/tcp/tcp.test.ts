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

describe("probes/tcp", () => {
  it("is up when the connection stands, with family, hash and phases", async () => {
    const result = await probe(banner(""));

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_ip_protocol")).toBe(4);
    expect(sampleOf(result, "probe_ip_addr_hash")).toBe(3668918509);
    expect(sampleOf(result, "probe_failed_due_to_regex")).toBe(0);
    expect(sampleOf(result, "probe_tcp_duration_seconds", { phase: "connect" })).toBeGreaterThan(0);
    expect(sampleOf(result, "probe_expect_info")).toBeUndefined();
  });

  it("F10 dials an IPv6 literal", async () => {
    const { port } = await serve(banner(""), { host: "::1" });

    const { result } = await startNetworkRun(tcp, `[::1]:${port}`).outcome;

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_ip_protocol")).toBe(6);
  });

  it("F11 reports refused when the port is closed, without the series of a dialogue", async () => {
    const server = await serveFault(() => {}, { onConnection: true });
    await server.close();

    const { result } = await startNetworkRun(tcp, `127.0.0.1:${server.port}`).outcome;

    expect(reasonsOf(result)).toEqual(["down refused"]);
    expect(sampleOf(result, "probe_failed_due_to_regex")).toBeUndefined();
  });

  it("takes labels from the line that matches, and passes over those before", async () => {
    const dialogue = [
      { expect: "^SSH-2.0-(?P<software>[^ ]+)(?: (.*))?$", labels: { software: "$software", comment: "<$2> $$" } },
    ];

    const result = await probe(banner("warning\r\nSSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"), { dialogue });

    expect(result.verdict).toBe("up");
    expect(result.samples.find(({ metric }) => metric === "probe_expect_info")?.labels).toEqual({
      software: "OpenSSH_9.2p1",
      comment: "<Debian-2> $",
    });
    expect(result.evidence).toMatchObject({ dialogue: ["< warning", "< SSH-2.0-OpenSSH_9.2p1 Debian-2"] });
  });

  it("answers with groups of the match and the line end that is wanted", async () => {
    const heard: string[] = [];
    const ping = (socket: Socket): void => {
      socket.write("PING 4711\n");
      socket.on("data", (chunk) => heard.push(String(chunk)) === 1 && socket.end("PONG!\n"));
    };

    const result = await probe(ping, {
      line_end: "lf",
      dialogue: [{ expect: "^PING ([0-9]+)", send: "PONG $1" }, { expect: "^PONG!$" }],
    });

    expect([result.verdict, heard.join("")]).toEqual(["up", "PONG 4711\n"]);
  });

  it("sends and expects bytes that are no text, and never shows a secret", async () => {
    const heard: Buffer[] = [];
    const echo = (socket: Socket): void =>
      void socket.on("data", (chunk: Buffer) => {
        heard.push(chunk);
        if (Buffer.concat(heard).length === 7) socket.end(Buffer.from([0, 255, 10, 65]));
      });
    const dialogue = [{ send_hex: "00ff" }, { send_secret: "pwd" }, { expect_hex: "00 FF 0a" }, { expect_bytes: "A" }];

    const result = await probe(echo, { dialogue });

    expect(result.verdict).toBe("up");
    expect(Buffer.concat(heard).toString("latin1")).toBe("\u0000\u00ffpwd\r\n");
    expect(JSON.stringify(result)).not.toContain("pwd");
  });

  it("reports keyword with the step and the last line when nothing matches", async () => {
    const result = await probe(banner("554 go away\u0007"), { dialogue: [{ expect: "^220 " }] });

    expect(reasonsOf(result)).toEqual(["down keyword"]);
    expect(result.headline?.detail).toContain(
      'step 1: the other end closed before a line matched ^220 ; the last line was "554 go away\\x07"',
    );
    expect(sampleOf(result, "probe_failed_due_to_regex")).toBe(1);
    expect(sampleOf(result, "probe_failed_due_to_bytes")).toBe(0);
  });

  it.each([
    ["other bytes", "N", '"N" came in place of "S"'],
    ["no bytes", "", "closed before 1 bytes"],
  ])("reports keyword for %s", async (_, text, detail) => {
    const result = await probe(banner(text), { dialogue: [{ expect_bytes: "S" }] });

    expect(reasonsOf(result)).toEqual(["down keyword"]);
    expect(result.headline?.detail).toContain(detail);
    expect(sampleOf(result, "probe_failed_due_to_bytes")).toBe(1);
  });

  it("grades a slow run", async () => {
    const result = await probe(banner("ok\n"), { dialogue: [{ expect: "ok" }], slower_than: { critical: "0s" } });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up", "flaw slow"]);
  });

  it.each([
    ["an endless line", "x".repeat(65_536)],
    ["endless lines", `${"x".repeat(1000)}\n`.repeat(64)],
  ])("bounds %s", async (_, block) => {
    const flood = (socket: Socket): void => {
      const more = (): void => void (socket.destroyed || socket.write(block, more));
      more();
    };

    const result = await probe(flood, { dialogue: [{ expect: "never" }] });

    expect(reasonsOf(result)).toEqual(["down protocol"]);
    expect(result.headline?.detail).toContain("floods us");
  });

  it("F12 F21 ends at the deadline with timeout when the other end is silent, or drips", async () => {
    const dialogue = [{ send: "hello" }, { expect: "never" }];
    const silent = await probeUntilStalled(({ socket, stalled }) => void socket.on("data", stalled), { dialogue });
    const drip: Fault = ({ socket, stalled }) => {
      const dripping = setInterval(() => socket.write("\u0000", stalled), 1);
      socket.on("close", () => clearInterval(dripping)).resume();
    };
    const dripping = await probeUntilStalled(drip, { dialogue });

    expect([silent, dripping].map(({ headline }) => headline?.reason)).toEqual(["timeout", "timeout"]);
    expect(silent.phasesMs.dialogue).toBeGreaterThanOrEqual(0);
  });

  it("F13 reports reset when the connection is broken off", async () => {
    const result = await probe((socket) => socket.resetAndDestroy(), { dialogue: [{ expect: "x" }] });

    expect(reasonsOf(result)).toEqual(["down reset"]);
  });
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

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown permission"]);
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

describe("probes/tcp options", () => {
  it.each([
    [{ dialogue: [{ expect: "(" }] }, "no RE2 pattern"],
    [{ dialogue: [{ expect: "a", expect_bytes: "b" }] }, "exclude each other"],
    [{ dialogue: [{ send: "a", send_hex: "00" }] }, "exclude each other"],
    [{ dialogue: [{ labels: { a: "b" } }] }, "give expect"],
    [{ dialogue: [{ expect: "a", labels: { instance: "b" } }] }, "set by Watchfire"],
    [
      {
        dialogue: [
          { expect: "a", labels: { a: "1" } },
          { expect: "b", labels: { a: "2" } },
        ],
      },
      "same label",
    ],
    [{ dialogue: [{ send_hex: "0" }] }, "hexadecimal"],
    [{ encryption: "tls", dialogue: [{ starttls: true }] }, "TLS begins once"],
    [{ tls: {} }, "say nothing without TLS"],
    [{ certificate: {} }, "say nothing without TLS"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(tcp.options.safeParse(options).error?.issues)).toContain(message);
  });
});
