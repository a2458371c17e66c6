import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import type { Result } from "../../src/core/checks/result.ts";
import {
  type Fault,
  type FaultServer,
  type FaultServerOptions,
  serveFault,
} from "../support/fault-server/fault-server.ts";
import { answer, faults, redirect } from "../support/fault-server/faults.ts";
import { certificatePath, identities, intermediatePem, rootPath, rootPem } from "../support/samples/certificates.ts";
import { reasonsOf, runHttpProbe, sampleOf, startHttpRun } from "../support/worlds/http-run.ts";

const servers: FaultServer[] = [];
const keyword = { expect: { contains: ["keyword"] } };
const trusted = { tls: { ca: rootPath } };

async function serve(fault: Fault, options: FaultServerOptions = {}): Promise<FaultServer> {
  const server = await serveFault(fault, options);
  servers.push(server);
  return server;
}

async function probe(fault: Fault, options: Readonly<Record<string, unknown>> = {}): Promise<Result> {
  const { port } = await serve(fault);
  return (await startHttpRun(`http://127.0.0.1:${port}/`, options).outcome).result;
}

/** Runs until the server says that it stalls, then lets the deadline fall. */
async function probeUntilStalled(server: FaultServer, address: string): Promise<Result> {
  const run = startHttpRun(address, trusted);
  await server.stalled;
  run.cancel();
  const { result } = await run.outcome;
  // The signal has reached the socket: nothing stays open at the other end.
  await server.idle();
  return result;
}

async function probeTls(
  identity: keyof typeof identities,
  options: Readonly<Record<string, unknown>> = trusted,
  server: FaultServerOptions["tls"] = {},
): Promise<Result> {
  const { port } = await serve(answer("ok"), { tls: { ...identities[identity], ...server } });
  return (await startHttpRun(`https://shop.test:${port}/`, options).outcome).result;
}

const reasonOf = (result: Result): string | undefined => result.headline?.reason;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe("http faults", () => {
  it("F10 asks an IPv6 literal and keeps it in the Host header", async () => {
    const server = await serve(answer("ok"), { host: "::1" });

    const result = await runHttpProbe(`http://[::1]:${server.port}/`);

    expect(result.verdict).toBe("up");
    expect(server.requests[0]).toContain(`host: [::1]:${server.port}\r\n`);
    expect(sampleOf(result, "probe_ip_protocol")).toBe(6);
  });

  it("F11 reports refused when the port is closed", async () => {
    const server = await serveFault(answer("ok"));
    await server.close();

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/`);

    expect(reasonsOf(result)).toEqual(["down refused"]);
  });

  it("F12 reports ttfb_timeout when the server accepts and stays silent, and closes the connection", async () => {
    const server = await serve(faults["F12 silent"]);

    const result = await probeUntilStalled(server, `http://127.0.0.1:${server.port}/`);

    expect(reasonOf(result)).toBe("ttfb_timeout");
    expect(result.phasesMs.transfer).toBeUndefined();
  });

  it("F12 reports reset when the server closes without an answer", async () => {
    expect(reasonsOf(await probe(faults["F12 closed"]))).toEqual(["down reset"]);
  });

  it("F13 reports reset in the body, and a partial body never matches", async () => {
    const result = await probe(faults.F13, keyword);

    expect(reasonsOf(result)).toEqual(["down reset"]);
    expect(result.headline).toMatchObject({ phase: "transfer" });
  });

  it("F14 takes a fresh connection for each run", async () => {
    const server = await serve(faults.F14);

    const first = await runHttpProbe(`http://127.0.0.1:${server.port}/`);
    const second = await runHttpProbe(`http://127.0.0.1:${server.port}/`);

    expect([first.verdict, second.verdict, server.connections()]).toEqual(["up", "up", 2]);
  });

  it.each([
    ["F20", "ttfb_timeout"],
    ["F21", "body_timeout"],
    ["F30 early hints", "ttfb_timeout"],
    ["F30 continue", "ttfb_timeout"],
  ] as const)("%s ends at the deadline with %s however much drips in", async (id, reason) => {
    const server = await serve(faults[id]);

    const result = await probeUntilStalled(server, `http://127.0.0.1:${server.port}/`);

    expect(reasonOf(result)).toBe(reason);
  });

  it("F22 stops an endless body at the cap and judges what came", async () => {
    const result = await probe(faults.F22, { ...keyword, body_limit: "256KiB" });

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "probe_http_uncompressed_body_length")).toBe(256 * 1024);
  });

  it.each([
    ["F23 gzip", "body_too_large"],
    ["F23 br", "body_too_large"],
    ["F24 many", "protocol"],
    ["F27", "header_overflow"],
    ["F28 CL+TE", "protocol"],
    ["F28 bare LF", "protocol"],
    ["F28 HTTP/0.9", "protocol"],
    ["F28 SSH", "protocol"],
    ["F29", "truncated"],
    ["F37", "protocol"],
    ["F25 loop", "redirects"],
    ["F25 empty", "redirects"],
    ["F25 javascript", "redirects"],
    ["F25 file", "redirects"],
  ] as const)("%s reports %s", async (id, reason) => {
    expect(reasonsOf(await probe(faults[id], keyword))).toEqual([`down ${reason}`]);
  });

  it("F24 takes a body with an unknown coding as it is", async () => {
    expect((await probe(faults["F24 unknown"], keyword)).verdict).toBe("up");
  });

  it("F25 follows a relative redirect and counts it", async () => {
    const server = await serve(faults["F25 relative"]);

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/a/start`, { expect: { contains: ["arrived"] } });

    expect(result.verdict).toBe("up");
    expect(server.requests[1]).toMatch(/^GET \/b\?c=d HTTP/);
    expect(sampleOf(result, "probe_http_redirects")).toBe(1);
  });

  it("F25 stops a chain at max_redirects", async () => {
    const server = await serve(faults["F25 loop"]);

    const result = await runHttpProbe(`http://127.0.0.1:${server.port}/`, { max_redirects: 2 });

    expect(reasonsOf(result)).toEqual(["down redirects"]);
    expect(server.requests.length).toBe(3);
  });

  it("F26 drops credentials, cookies and own headers on the way to another origin", async () => {
    const other = await serve(answer("there"));
    const server = await serve((scene) => {
      if (scene.head.startsWith("GET /start")) {
        return answer("", ["location: /next", "set-cookie: session=1"], "302 Found")(scene);
      }
      return redirect(`http://other.test:${other.port}/`)(scene);
    });

    await runHttpProbe(`http://127.0.0.1:${server.port}/start`, {
      headers: { "X-Api-Key": "k1" },
      auth: { kind: "bearer", token: "t1" },
    });

    expect(server.requests[1]).toMatch(
      /authorization: Bearer t1[\s\S]*cookie: session=1|cookie: session=1[\s\S]*Bearer t1/i,
    );
    expect(server.requests[1]).toContain("x-api-key: k1");
    expect(other.requests[0]).not.toMatch(/authorization|cookie|api-key/i);
  });

  it("F28 shows the first bytes of an answer that is no HTTP, escaped", async () => {
    const result = await probe(faults["F28 SSH"]);

    expect(result.headline?.detail).toContain("SSH-2.0-OpenSSH_9.6\\r\\n\\x1b[31m");
  });

  it.each([
    ["UTF-16 with BOM", Buffer.from("\ufeff<p>库存</p>", "utf16le"), "text/html"],
    ["UTF-8 with BOM under a wrong header", Buffer.from("\ufeff<p>库存</p>"), "text/html; charset=gbk"],
    [
      "GBK under a wrong header",
      Buffer.from([0x3c, 0x70, 0x3e, 0xbf, 0xe2, 0xb4, 0xe6]),
      "text/html; charset=iso-8859-1",
    ],
    ["UTF-8 with NULs", Buffer.from("\u0000库存\u0000"), "text/html"],
  ])("F31 finds a keyword in %s", async (_, body, type) => {
    const result = await probe(answer(body, [`content-type: ${type}`]), { expect: { contains: ["库存"] } });

    expect(result.verdict).toBe("up");
  });

  it("F31 keeps evidence of broken bytes as well-formed text", async () => {
    const body = Buffer.concat([Buffer.from("ok \u001b[2J"), Buffer.from([0xff, 0xfe, 0xc0, 0x80, 0xed, 0xa0, 0x80])]);

    const result = await probe(answer(body), keyword);

    const evidence = JSON.stringify(result.evidence);
    expect(evidence.isWellFormed()).toBe(true);
    expect(evidence).not.toContain("\u001b");
  });

  it("F32 finds a keyword that is split across chunks and inside a character", async () => {
    expect((await probe(faults.F32, { expect: { contains: ["加入购物车"] } })).verdict).toBe("up");
  });

  it.each([
    ["F40 expired", "expired", "tls_expired"],
    ["F40 not yet valid", "notYetValid", "tls_not_yet_valid"],
    ["F41 self-signed", "selfSigned", "tls_self_signed"],
    ["F41 untrusted root", "untrusted", "tls_untrusted"],
    ["F41 wrong host", "wrongHost", "tls_hostname"],
    ["F41 missing intermediate", "incompleteChain", "tls_incomplete_chain"],
    ["F42 SHA-1 signature", "sha1", "tls_weak"],
    ["F42 short key", "shortKey", "tls_weak"],
  ] as const)("%s: reports its reason, sends no request and still exports the expiry", async (_, identity, reason) => {
    const result = await probeTls(identity, trusted, { ciphers: "DEFAULT:@SECLEVEL=0" });

    expect(reasonOf(result)).toBe(reason);
    expect(servers[0]?.requests).toEqual([]);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBeGreaterThan(1_500_000_000);
  });

  it("F41 accepts the right name, again and again", async () => {
    for (let round = 0; round < 3; round += 1) expect((await probeTls("good")).verdict).toBe("up");
  });

  it("F42 refuses TLS 1.1 unless the check lowers the floor", async () => {
    const old = { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT:@SECLEVEL=0" } as const;

    const refused = await probeTls("good", trusted, old);
    const lowered = await probeTls("good", { tls: { ca: rootPath, min_version: "1.0" } }, old);

    expect(reasonOf(refused)).toBe("tls_weak");
    expect(lowered.verdict).toBe("up");
    expect(sampleOf(lowered, "probe_tls_version_info", { version: "TLS 1.1" })).toBe(1);
  });

  it("speaks to a server that knows hybrid key exchange only when the check offers it", async () => {
    const hybrid = { ecdhCurve: "X25519MLKEM768" };

    const refused = await probeTls("good", trusted, hybrid);
    const offered = await probeTls("good", { tls: { ca: rootPath, post_quantum: true } }, hybrid);

    expect(reasonOf(refused)).toBe("tls_handshake");
    expect(refused.findings[0]?.detail).toContain("tls.post_quantum");
    expect(offered.verdict).toBe("up");
  });

  it("F43 reports tls_timeout when the handshake stalls after ClientHello", async () => {
    const server = await serve(({ socket, stalled }) => void socket.once("data", stalled), { onConnection: true });

    expect(reasonOf(await probeUntilStalled(server, `https://127.0.0.1:${server.port}/`))).toBe("tls_timeout");
  });

  it("F43 refuses a renegotiation in the middle of the answer", async () => {
    const renegotiate: Fault = ({ socket }) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf");
      (socket as TLSSocket).renegotiate({ rejectUnauthorized: false }, () => {});
    };
    const { port } = await serve(renegotiate, { tls: { ...identities.good, maxVersion: "TLSv1.2" } });

    const result = await runHttpProbe(`https://shop.test:${port}/`, trusted);

    expect(reasonsOf(result)).toEqual(["down tls_handshake"]);
    expect(result.findings[0]?.detail).toContain("renegotiation");
  });

  it("F44 says that a plain server on the other end speaks no TLS", async () => {
    const { port } = await serve(
      ({ socket }) => void socket.once("data", () => socket.end("HTTP/1.1 400 Bad\r\n\r\n")),
      {
        onConnection: true,
      },
    );

    const result = await runHttpProbe(`https://127.0.0.1:${port}/`);

    expect(reasonsOf(result)).toEqual(["down tls_handshake"]);
    expect(result.findings[0]?.detail).toContain("does not speak TLS");
  });

  it("F44 reports a TLS server on a plain address", async () => {
    const { port } = await serve(answer("ok"), { tls: identities.good });

    expect(reasonsOf(await runHttpProbe(`http://127.0.0.1:${port}/`))).toEqual(["down reset"]);
  });

  it("F44 reports a server that offers another protocol only", async () => {
    const result = await probeTls("good", trusted, { ALPNProtocols: ["h2"] });

    expect(reasonsOf(result)).toEqual(["down tls_handshake"]);
    expect(result.findings[0]?.detail).toContain("ALPN");
  });

  it("F44 reports that a client certificate is wanted, and sends one that is configured", async () => {
    const mutual = { requestCert: true, rejectUnauthorized: true, ca: [rootPem, intermediatePem] };
    const ours = { certificate: certificatePath("client"), key: certificatePath("client.key") };

    const without = await probeTls("good", trusted, mutual);
    const withOurs = await probeTls("good", { tls: { ca: rootPath, ...ours } }, mutual);

    expect(reasonsOf(without)).toEqual(["down tls_handshake"]);
    expect(without.findings[0]?.detail).toContain("client certificate");
    expect(withOurs.verdict).toBe("up");
  });
});
