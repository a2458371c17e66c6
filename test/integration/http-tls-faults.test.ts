import type { TLSSocket } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import type { Result } from "../../src/core/checks/result.ts";
import { type Fault, type FaultServerOptions } from "../support/fault-server/fault-server.ts";
import { answer } from "../support/fault-server/faults.ts";
import { certificatePath, identities, intermediatePem, rootPath, rootPem } from "../support/samples/certificates.ts";
import { closeServers, probeUntilStalled, reasonOf, serve, servers, trusted } from "../support/worlds/fault-run.ts";
import { reasonsOf, runHttpProbe, sampleOf, startHttpRun } from "../support/worlds/http-run.ts";

async function probeTls(
  identity: keyof typeof identities,
  options: Readonly<Record<string, unknown>> = trusted,
  server: FaultServerOptions["tls"] = {},
): Promise<Result> {
  const { port } = await serve(answer("ok"), { tls: { ...identities[identity], ...server } });
  return (await startHttpRun(`https://shop.test:${port}/`, options).outcome).result;
}

afterEach(closeServers);

describe("http faults in TLS", () => {
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
