import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { AddressInfo, Socket } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { serveFault } from "../../../test/support/fault-server/fault-server.ts";
import { certificatePath, identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { certificate } from "./certificate.ts";

type Options = Readonly<Record<string, unknown>>;

const dayMs = 86_400_000;
const closing: (() => Promise<unknown>)[] = [];
const trusted = { tls: { ca: rootPath, server_name: "shop.test" } };
const ocsp = (name: string): string => certificatePath(`ocsp/${name}`);
const answer = (name: string): Buffer => readFileSync(ocsp(name).replace(/\.pem$/, ".der"));

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function serve(options: TlsOptions, staple?: Buffer): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer(options, (socket) => socket.on("error", () => {}));
  server.on("tlsClientError", () => {}).on("connection", (socket) => sockets.add(socket));
  if (staple !== undefined) server.on("OCSPRequest", (_leaf, _issuer, reply) => reply(null, staple));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function probe(port: number, options: Options = trusted, startedAtMs?: number): Promise<Result> {
  return (await startNetworkRun(certificate, `127.0.0.1:${port}`, options, { startedAtMs }).outcome).result;
}

describe("probes/certificate", () => {
  it("is up for a good chain, and shows every certificate of it", async () => {
    const result = await probe(await serve(identities.good));

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    const ends = result.samples.filter(({ metric }) => metric === "probe_certificate_not_after_timestamp_seconds");
    expect(ends.map(({ labels }) => [labels["position"], labels["subject"]])).toEqual([
      ["0", "CN=shop.test"],
      ["1", "CN=Watchfire test intermediate"],
    ]);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBe(Date.UTC(2120, 0, 1) / 1000);
    expect(sampleOf(result, "probe_tls_version_info", { version: "TLS 1.3" })).toBe(1);
    expect(sampleOf(result, "probe_tls_cipher_info")).toBe(1);
    expect(result.evidence).toMatchObject({ version: "TLS 1.3", chain: [{ subject: "CN=shop.test" }, {}] });
  });

  it.each([
    ["F40", "expired", ["down tls_expired"]],
    ["F40", "notYetValid", ["down tls_not_yet_valid"]],
    ["F41", "wrongHost", ["down tls_hostname"]],
    ["F41", "selfSigned", ["down tls_self_signed"]],
    ["F41", "untrusted", ["down tls_untrusted"]],
    ["F41", "incompleteChain", ["down tls_incomplete_chain"]],
    ["F42", "shortKey", ["down tls_weak"]],
    ["F42", "sha1", ["down tls_weak"]],
  ] as const)("%s tells a certificate that is %s as what it is, with its facts", async (_, identity, reasons) => {
    const result = await probe(await serve({ ...identities[identity], ciphers: "DEFAULT:@SECLEVEL=0" }));

    expect(reasonsOf(result)).toEqual(reasons);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBeGreaterThan(0);
    expect(sampleOf(result, "probe_certificate_not_after_timestamp_seconds", { position: "0" })).toBeGreaterThan(0);
  });

  it("tells everything that is wrong at once", async () => {
    const options = { tls: { ca: rootPath, server_name: "elsewhere.test" } };

    expect(reasonsOf(await probe(await serve(identities.expired), options))).toEqual([
      "down tls_expired",
      "down tls_hostname",
    ]);
    expect(reasonsOf(await probe(await serve(identities.selfSigned), options))).toEqual([
      "down tls_self_signed",
      "down tls_hostname",
    ]);
  });

  it("judges nothing without verify, and still records", async () => {
    const result = await probe(await serve(identities.expired), { tls: { verify: false } });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBe(Date.UTC(2020, 3, 1) / 1000);
  });

  it.each([
    [22, {}, undefined],
    [20, {}, "warning"],
    [6, {}, "critical"],
    [6, { critical: "2d" }, "warning"],
    [29, { warning: "30d" }, "warning"],
    [6, { expiry: "off" }, undefined],
  ])("with %d days left and %j the flaw is %s", async (daysLeft, limits, severity) => {
    const nowMs = Date.UTC(2120, 0, 1) - daysLeft * dayMs;

    const result = await probe(await serve(identities.good), { ...trusted, ...limits }, nowMs);

    expect(result.findings).toMatchObject(severity === undefined ? [] : [{ is: "flaw", reason: "expiring", severity }]);
  });

  it("checks further names", async () => {
    const options = { ...trusted, names: ["www.shop.test", "pay.test"] };

    const result = await probe(await serve(identities.good), options);

    expect(reasonsOf(result)).toEqual(["down tls_hostname"]);
    expect(result.headline?.detail).toContain("does not cover pay.test");
  });

  it("compares what is served with what is stored", async () => {
    const port = await serve(identities.good);

    const same = await probe(port, { ...trusted, matches_file: certificatePath("good") });
    const other = await probe(port, { ...trusted, matches_file: certificatePath("wrong-host") });
    const none = await probe(port, { ...trusted, matches_file: "/nowhere/tls.crt" });

    expect([same, other, none].map(reasonsOf)).toEqual([[], ["flaw content_mismatch"], ["flaw content_mismatch"]]);
    expect(other.headline?.detail).toContain("was the server reloaded?");
  });

  it("keeps the facts of a server that refuses us for want of a client certificate", async () => {
    const asking = { ...identities.good, requestCert: true, rejectUnauthorized: true, maxVersion: "TLSv1.2" as const };

    const result = await probe(await serve(asking));

    expect(reasonsOf(result)).toEqual(["down tls_handshake"]);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBe(Date.UTC(2120, 0, 1) / 1000);
  });

  it("F42 reports tls_weak for a server that is too old, unless the check lowers the floor", async () => {
    const old = {
      ...identities.good,
      minVersion: "TLSv1" as const,
      maxVersion: "TLSv1.1" as const,
      ciphers: "DEFAULT:@SECLEVEL=0",
    };
    const port = await serve(old);

    expect(reasonsOf(await probe(port))).toEqual(["down tls_weak"]);
    const lowered = await probe(port, { tls: { ...trusted.tls, min_version: "1.0" } });
    expect([lowered.verdict, sampleOf(lowered, "probe_tls_version_info", { version: "TLS 1.1" })]).toEqual(["up", 1]);
  });

  it("F11 F44 reports a closed port, and one that does not speak TLS", async () => {
    const plain = await serveFault(({ socket }) => void socket.end("hello"), { onConnection: true });
    closing.push(() => plain.close());

    expect(reasonsOf(await probe(1))).toEqual(["down refused"]);
    expect(reasonsOf(await probe(plain.port))).toEqual(["down tls_handshake"]);
  });

  it("is unknown when a file of its own settings is missing", async () => {
    const result = await probe(await serve(identities.good), { tls: { ca: "/nowhere/ca.pem" } });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown file_missing"]);
  });
});

describe("probes/certificate and stapled answers", () => {
  const identity = {
    key: readFileSync(ocsp("leaf.key"), "utf8"),
    cert: readFileSync(ocsp("leaf"), "utf8") + readFileSync(ocsp("root"), "utf8"),
  };
  const options = { tls: { ca: ocsp("root"), server_name: "shop.test" } };
  const within = Date.UTC(2026, 10, 28);
  const ask = async (name: string, stapling: string, startedAtMs = within): Promise<Result> =>
    probe(await serve(identity, answer(name)), { ...options, stapling }, startedAtMs);

  it.each([
    ["good", "good", []],
    ["delegated", "good", []],
    ["revoked", "revoked", ["down tls_revoked"]],
    ["stranger", "invalid", ["flaw assertion"]],
    ["other", "invalid", ["flaw assertion"]],
    ["short", "good", []],
  ] as const)("the answer %s is %s", async (name, status, reasons) => {
    const result = await ask(name, "required");

    expect(reasonsOf(result)).toEqual(reasons);
    expect(sampleOf(result, "probe_certificate_stapled_ocsp_info", { status })).toBe(1);
  });

  it("takes an answer for what it is only as long as it holds", async () => {
    const late = await ask("short", "required", Date.UTC(2027, 0, 1));
    const early = await ask("short", "required", Date.UTC(2026, 10, 1));

    expect([late, early].map((result) => result.headline?.detail)).toEqual([
      expect.stringContaining("held until 2026-12-03"),
      expect.stringContaining("holds only from 2026-11-26"),
    ]);
    expect(sampleOf(late, "probe_certificate_stapled_ocsp_next_update_timestamp_seconds")).toBeGreaterThan(
      within / 1000,
    );
  });

  it("asks for a missing answer only where one is required, and ignores all where none is wanted", async () => {
    const port = await serve(identity);

    expect(reasonsOf(await probe(port, options, within))).toEqual([]);
    expect(reasonsOf(await probe(port, { ...options, stapling: "required" }, within))).toEqual(["flaw assertion"]);
    expect(reasonsOf(await ask("revoked", "ignored"))).toEqual([]);
    expect(reasonsOf(await ask("stranger", "judged"))).toEqual([]);
  });

  it("takes broken answers for none", async () => {
    const port = await serve(identity, answer("good").subarray(0, 100));

    expect(reasonsOf(await probe(port, { ...options, stapling: "required" }, within))).toEqual(["flaw assertion"]);
  });
});

describe("probes/certificate options", () => {
  it.each([
    [{ from: "files" }, "belong together"],
    [{ files: ["/a"] }, "belong together"],
    [{ from: "files", files: ["/a"], starttls: "smtp" }, "asks for a server"],
    [{ from: "files", files: ["/a"], tls: {} }, "asks for a server"],
    [{ starttls: "ldap" }, "smtp"],
    [{ connect_to: "a/b" }, "host name or an IP address"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(certificate.options.safeParse(options).error?.issues)).toContain(message);
  });
});
