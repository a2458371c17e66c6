import { createServer, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { afterEach, describe, expect, it } from "vitest";
import { identities, rootPath } from "../../../test/support/samples/certificates.ts";
import { type GrpcAnswer, GrpcServer, respond } from "../../../test/support/servers/grpc-server.ts";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import { grpc } from "./grpc.ts";
import { decodeResponse, encodeRequest } from "./health.ts";

const trusted = { encryption: "tls", tls: { ca: rootPath, server_name: "shop.test" } };
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function serve(answers: Readonly<Record<string, GrpcAnswer>>, identity?: { key: string; cert: string }) {
  const server = await GrpcServer.start(answers, identity);
  closers.push(() => server.close());
  return server;
}

async function probe(port: number, options: Readonly<Record<string, unknown>> = {}): Promise<Result> {
  return (await startNetworkRun(grpc, `127.0.0.1:${port}`, options).outcome).result;
}

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket.on("error", () => {})));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

function detailOf({ headline }: Result): string | undefined {
  return headline?.detail;
}

const raw = (bytes: readonly number[]): GrpcAnswer => ({ raw: (stream) => respond(stream, Uint8Array.from(bytes)) });

describe("probes/grpc", () => {
  it("is up when the server is serving, under blackbox_exporter's names", async () => {
    const result = await probe((await serve({ "": { serving: 1 } })).port);

    expect(result.findings).toEqual([]);
    expect(sampleOf(result, "probe_grpc_status_code")).toBe(0);
    expect(sampleOf(result, "probe_grpc_ssl")).toBe(0);
    expect(sampleOf(result, "probe_grpc_healthcheck_response", { serving_status: "SERVING" })).toBe(1);
    expect(sampleOf(result, "probe_grpc_healthcheck_response", { serving_status: "NOT_SERVING" })).toBe(0);
    expect(Object.keys(result.phasesMs)).toEqual(expect.arrayContaining(["resolve", "connect", "processing"]));
  });

  it.each([
    [{ serving: 2 }, "down status", "the service shop says NOT_SERVING", 0],
    [{ serving: 3 }, "down status", "the service shop says SERVICE_UNKNOWN", 0],
    [{ serving: 0 }, "down status", "the service shop says UNKNOWN", 0],
    [{ serving: 9 }, "down protocol", "the answer is no message of the health service", 0],
    [
      { status: 16, message: "who 你\u202e?" },
      "down status",
      "asked about the service shop, it answers UNAUTHENTICATED (16): who 你?",
      16,
    ],
    [{ status: 12 }, "down status", "asked about the service shop, it answers UNIMPLEMENTED (12)", 12],
  ] as const)("takes %j for %s", async (answer, reason, detail, status) => {
    const result = await probe((await serve({ shop: answer })).port, { grpc_service: "shop" });

    expect(reasonsOf(result)).toEqual([reason]);
    expect(detailOf(result)).toBe(detail);
    expect(sampleOf(result, "probe_grpc_status_code")).toBe(status);
  });

  it.each([
    ["an empty body", raw([]), "down protocol"],
    ["a frame cut short", raw([0, 0, 0, 0, 9, 8]), "down protocol"],
    ["a compressed frame", raw([1, 0, 0, 0, 2, 8, 1]), "down protocol"],
    ["too much", { raw: (stream) => respond(stream, new Uint8Array(100_000)) }, "down protocol"],
    ["a stream that is reset", { raw: (stream) => stream.close(2) }, "down protocol"],
    ["a connection that is cut", { raw: (stream) => stream.session?.socket.destroy() }, "down reset"],
    ["HTTP alone", { raw: (stream) => stream.respond({ ":status": 503 }, { endStream: true }) }, "down status"],
  ] as const satisfies readonly (readonly [string, GrpcAnswer, string])[])("judges %s", async (_, answer, reason) => {
    expect(reasonsOf(await probe((await serve({ "": answer })).port))).toEqual([reason]);
  });

  it("sends metadata, bytes in base64, and shows none of it", async () => {
    const server = await serve({ "": { serving: 2 } });
    const result = await probe(server.port, { metadata: { authorization: "CANARY", "a-bin": "é", many: ["1", "2"] } });

    expect(server.seen[0]).toMatchObject({ authorization: "CANARY", "a-bin": "w6k=", many: "1, 2", te: "trailers" });
    expect(JSON.stringify(result)).not.toContain("CANARY");
  });

  it("speaks TLS and tells the certificate", async () => {
    const { port } = await serve({ "": { serving: 1 } }, identities.good);
    const result = await probe(port, { ...trusted, certificate: { expiry: "off" } });

    expect(result.findings).toEqual([]);
    expect(sampleOf(result, "probe_grpc_ssl")).toBe(1);
    expect(sampleOf(result, "probe_ssl_earliest_cert_expiry")).toBeGreaterThan(1e9);
    expect(reasonsOf(await probe(port, { encryption: "tls" }))[0]).toMatch(/^down tls_/);
  });

  it("says that an expired certificate is it", async () => {
    const { port } = await serve({ "": { serving: 1 } }, identities.expired);

    expect(reasonsOf(await probe(port, trusted))).toEqual(["down tls_expired"]);
  });

  it("says what is there instead of HTTP/2", async () => {
    const plain = await listen(createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")));
    const tls = await listen(createTlsServer({ ...identities.good, ALPNProtocols: ["http/1.1"] }));

    expect(reasonsOf(await probe(plain))).toEqual(["down protocol"]);
    expect(reasonsOf(await probe(tls, trusted))[0]).toMatch(/^down (tls_handshake|protocol)$/);
    expect(reasonsOf(await probe(1))).toEqual(["down refused"]);
  });

  it("ends at the deadline while the server says nothing, and leaves no connection", async () => {
    const server = await serve({ "": "silent" });
    const run = startNetworkRun(grpc, `127.0.0.1:${server.port}`);
    await server.asked;
    run.cancel();

    const { result } = await run.outcome;

    expect(reasonsOf(result)).toEqual(["down ttfb_timeout"]);
    expect(sampleOf(result, "probe_grpc_status_code")).toBe(4);
    await expect.poll(() => server.openSessions).toBe(0);
  });

  it.each([
    { tls: {} },
    { metadata: { Upper: "x" } },
    { metadata: { "grpc-timeout": "1S" } },
    { metadata: { te: "x" } },
    { metadata: { a: [] } },
    { grpc_service: 1 },
  ])("refuses %j", (options) => {
    expect(grpc.options.safeParse(options).success).toBe(false);
  });
});

describe("probes/grpc/health", () => {
  it("writes the name of any length", () => {
    expect([...encodeRequest("ab")]).toEqual([10, 2, 97, 98]);
    expect([...encodeRequest("x".repeat(300)).subarray(0, 3)]).toEqual([10, 172, 2]);
    expect(encodeRequest("")).toHaveLength(0);
  });

  it.each([
    [[], "UNKNOWN"],
    [[8, 1], "SERVING"],
    [[16, 200, 1, 18, 2, 1, 1, 29, 1, 2, 3, 4, 33, 1, 2, 3, 4, 5, 6, 7, 8, 8, 2], "NOT_SERVING"],
    [[8], undefined],
    [[8, 4], undefined],
    [[18, 9, 1], undefined],
    [[11], undefined],
    [Array.from({ length: 20 }, () => 255), undefined],
  ])("reads %j as %s", (bytes, status) => {
    expect(decodeResponse(Uint8Array.from(bytes))).toBe(status);
  });
});
