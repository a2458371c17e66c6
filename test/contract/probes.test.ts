import { createSocket } from "node:dgram";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import type { ProbeIo } from "../../src/core/checks/probe.ts";
import { systemAssets } from "../../src/platform/assets.ts";
import { systemClock } from "../../src/platform/clock.ts";
import { createDeadlines } from "../../src/platform/deadlines.ts";
import { createResolver } from "../../src/platform/dns/resolver.ts";
import { createFiles } from "../../src/platform/files/files.ts";
import { systemStoredFiles } from "../../src/platform/files/stored-files.ts";
import { createGrpcCalls } from "../../src/platform/grpc/grpc-calls.ts";
import { systemHostFacts } from "../../src/platform/host-facts.ts";
import { createHttpProbing } from "../../src/platform/http/http-probing.ts";
import { systemDatagrams } from "../../src/platform/net/datagrams.ts";
import { createDialer } from "../../src/platform/net/dialer.ts";
import { createWires } from "../../src/platform/net/wires.ts";
import { createPacer } from "../../src/platform/pacer.ts";
import { SystemPings } from "../../src/platform/ping/system-pings.ts";
import { ChildPrograms } from "../../src/platform/processes/child-programs.ts";
import { systemCertificateFiles } from "../../src/platform/tls/certificate-files.ts";
import { Handshakes } from "../../src/platform/tls/handshakes.ts";
import { probeKinds } from "../../src/probes/index.ts";
import { builtDatabases } from "../support/daemons/database-port.ts";
import { builtDecoding } from "../support/daemons/decoding-port.ts";
import { identities, rootPath } from "../support/samples/certificates.ts";
import { DnsServer } from "../support/servers/dns-server.ts";
import { GrpcServer } from "../support/servers/grpc-server.ts";
import { FakeInbox, probeIo } from "../support/worlds/probe-harness.ts";
import { type Given, probeSuite } from "./probe-suite.ts";

let port = 0;
let tlsPort = 0;
const tlsServer = createTlsServer(identities.good, (socket) => socket.on("error", () => {}));
const server = createServer((request, response) => {
  if (request.url === "/shop") response.setHeader("content-type", "text/html").end("<img src=/a.png><img src=/hang>");
  else if (request.url === "/health") response.end('{"status":"UP","components":{"db":{"status":"DOWN"}},"n":2}');
  else if (request.url === "/metrics") response.end('# TYPE jobs gauge\njobs{instance="a",queue="mail"} 7\n');
  else if (request.url?.startsWith("/hang") !== true) response.end("hello");
});

const socketServer = createServer();
const sockets = new WebSocketServer({ server: socketServer });
sockets.on("connection", (socket) => void socket.on("message", (data) => socket.send(data, { binary: false })));
let socketPort = 0;

let directory = "";
let socketPath = "";
let databasePath = "";
let silentPort = 0;
const silentSocket = createSocket("udp4");
let bannerPort = 0;
const bannerServer = createNetServer((socket) => void socket.on("error", () => {}).end("SSH-2.0-x\r\nno packet"));
const pathServer = createNetServer((socket) => void socket.on("error", () => {}).write("hello"));

const redisServer = createNetServer((socket) => {
  socket
    .on("error", () => {})
    .on("data", (bytes) => {
      const words = bytes.toString();
      if (words.includes("PING")) socket.write("+PONG\r\n");
      if (words.includes("INFO")) socket.write("$18\r\nrole:master\r\na:1\r\n\r\n");
    });
});
let redisPort = 0;

let nameServer: DnsServer;
let grpcServer: GrpcServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-probes-"));
  socketPath = join(directory, "app.sock");
  databasePath = join(directory, "shop.db");
  await writeFile(databasePath, "");
  await new Promise<void>((resolve) => pathServer.listen(socketPath, resolve));
  grpcServer = await GrpcServer.start({ "": { serving: 1 }, ill: { serving: 2 }, silent: "silent" });
  nameServer = await DnsServer.start();
  nameServer.set("shop.test", { a: ["192.0.2.1"] });
  nameServer.set("edge.test", { a: ["127.0.0.1"] });
  nameServer.set("silent.test", { drop: true });
  for (const each of [server, tlsServer, socketServer, bannerServer, redisServer])
    await new Promise<void>((resolve) => each.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
  tlsPort = (tlsServer.address() as AddressInfo).port;
  bannerPort = (bannerServer.address() as AddressInfo).port;
  await new Promise<void>((resolve) => silentSocket.bind(0, "127.0.0.1", () => resolve()));
  silentPort = silentSocket.address().port;
  socketPort = (socketServer.address() as AddressInfo).port;
  redisPort = (redisServer.address() as AddressInfo).port;
});

afterAll(async () => {
  await nameServer.close();
  await grpcServer.close();
  tlsServer.close();
  pathServer.close();
  redisServer.close();
  silentSocket.close();
  bannerServer.close();
  await rm(directory, { recursive: true });
  for (const client of sockets.clients) client.terminate();
  socketServer.close();
  server.closeAllConnections();
  server.close();
});

/** A program that every machine has. */
const inBin = (name: string, ...args: readonly string[]) => ({
  command: [`/bin/${name}`, ...args],
  directories: ["/bin"],
});

const networkIo = (): ProbeIo =>
  probeIo({
    resolver: createResolver({ clock: systemClock }),
    datagrams: systemDatagrams,
    databases: builtDatabases,
    imageDecoding: builtDecoding,
    random: () => 0.5,
    assets: systemAssets,
    pacer: createPacer(systemClock),
    deadlines: createDeadlines(systemClock),
    certificateFiles: systemCertificateFiles,
    wires: createWires(createDialer(systemClock), systemClock),
    grpc: createGrpcCalls(createDialer(systemClock), new Handshakes(systemClock)),
    http: createHttpProbing(createDialer(systemClock), systemClock),
    programs: new ChildPrograms(systemClock),
    pings: new SystemPings(new ChildPrograms(systemClock)),
    monotonicMs: () => systemClock.monotonicMs(),
  });

const given: Readonly<Record<string, Given>> = {
  certificate: {
    io: networkIo,
    cases: () => [
      { name: "no TLS", address: `127.0.0.1:${port}`, options: {} },
      {
        name: "a good server",
        address: `127.0.0.1:${tlsPort}`,
        options: { tls: { ca: rootPath, server_name: "shop.test" } },
      },
      { name: "a bad server", address: `127.0.0.1:${tlsPort}`, options: {} },
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.", options: {} },
      { name: "files", address: "ingress", options: { from: "files", files: [rootPath, rootPath] } },
      { name: "no files", address: "ingress", options: { from: "files", files: ["/nowhere"] } },
      {
        name: "every address",
        address: `edge.test:${tlsPort}`,
        options: { tls: { ca: rootPath, server_name: "shop.test" }, edges: { resolvers: [nameServer.address] } },
      },
      { name: "no greeting", address: `127.0.0.1:${port}`, options: { starttls: "smtp" }, pending: true },
    ],
  },
  dns: {
    io: networkIo,
    cases: () => [
      { name: "an answer", address: nameServer.address, options: { name: "shop.test" } },
      { name: "no such name", address: nameServer.address, options: { name: "missing.test", type: "SOA" } },
      { name: "over TCP", address: nameServer.address, options: { name: "shop.test", transport: "tcp" } },
      { name: "no server", address: "127.0.0.1:1", options: { name: "shop.test" } },
      { name: "no TLS", address: `127.0.0.1:${port}`, options: { name: "shop.test", transport: "tls" } },
      { name: "no HTTPS", address: `127.0.0.1:${port}`, options: { name: "shop.test", transport: "https" } },
      { name: "silence", address: nameServer.address, options: { name: "silent.test" }, pending: true },
    ],
  },
  domain: {
    io: networkIo,
    cases: () => [
      { name: "by hand", address: "example.com", options: { lookup: "none", expires: "2027-01-01" } },
      {
        name: "no RDAP",
        address: "example.com",
        options: { lookup: "rdap", rdap_server: `http://127.0.0.1:${port}/` },
      },
      { name: "no WHOIS", address: "shop.example.com", options: { lookup: "whois", whois_server: "127.0.0.1:1" } },
      { name: "nobody to ask", address: "shop.internal", options: { bootstrap: "bundled" } },
      {
        name: "no answer",
        address: "example.com",
        options: { lookup: "rdap", rdap_server: `http://127.0.0.1:${port}/hang` },
        pending: true,
      },
    ],
  },
  grpc: {
    io: networkIo,
    cases: () => [
      { name: "a good server", address: `127.0.0.1:${grpcServer.port}`, options: { metadata: { "x-a": "b" } } },
      { name: "an ill service", address: `127.0.0.1:${grpcServer.port}`, options: { grpc_service: "ill" } },
      { name: "no such service", address: `127.0.0.1:${grpcServer.port}`, options: { grpc_service: "none" } },
      { name: "no HTTP/2", address: `127.0.0.1:${port}`, options: {} },
      { name: "no TLS", address: `127.0.0.1:${port}`, options: { encryption: "tls" } },
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.:80", options: {} },
      { name: "silence", address: `127.0.0.1:${grpcServer.port}`, options: { grpc_service: "silent" }, pending: true },
    ],
  },
  host: {
    io: () =>
      probeIo({
        files: createFiles(systemClock),
        hostFacts: systemHostFacts,
        monotonicMs: () => systemClock.monotonicMs(),
      }),
    cases: () => [
      { name: "this machine", address: "localhost", options: {} },
      { name: "no procfs", address: "localhost", options: { procfs: "/nowhere" } },
    ],
  },
  http: {
    io: networkIo,
    cases: () => [
      { name: "a page", address: `http://127.0.0.1:${port}/`, options: {} },
      {
        name: "a page without the word",
        address: `http://127.0.0.1:${port}/`,
        options: { expect: { contains: ["x"] } },
      },
      { name: "no server", address: "http://127.0.0.1:1/", options: {} },
      { name: "no host", address: "http://missing.localhost.invalid./", options: {} },
      { name: "no TLS", address: `https://127.0.0.1:${port}/`, options: {} },
      { name: "every address", address: `http://127.0.0.1:${port}/`, options: { edges: {} } },
      {
        name: "no name server for the addresses",
        address: `http://shop.test:${port}/`,
        options: { edges: { resolvers: ["127.0.0.1:1"] } },
      },
      { name: "no answer", address: `http://127.0.0.1:${port}/hang`, options: {}, pending: true },
    ],
  },
  images: {
    io: networkIo,
    cases: () => [
      { name: "a page without images", address: `http://127.0.0.1:${port}/`, options: {} },
      { name: "a bad image", address: `http://127.0.0.1:${port}/shop`, options: { max_images: 1 } },
      { name: "no server", address: "http://127.0.0.1:1/", options: {} },
      { name: "no host", address: "http://missing.localhost.invalid./", options: {} },
      { name: "no answer", address: `http://127.0.0.1:${port}/hang`, options: {}, pending: true },
      { name: "every address", address: `http://127.0.0.1:${port}/shop`, options: { max_images: 1, edges: {} } },
      { name: "an image without answer", address: `http://127.0.0.1:${port}/shop`, options: {}, pending: true },
    ],
  },
  json: {
    io: networkIo,
    cases: () => [
      { name: "health", address: `http://127.0.0.1:${port}/health`, options: {} },
      {
        name: "values",
        address: `http://127.0.0.1:${port}/health`,
        options: { values: { n: { path: "$.n", above: { warning: 1 }, metric: "shop_n" }, none: { path: "$.x" } } },
      },
      { name: "no document", address: `http://127.0.0.1:${port}/`, options: {} },
      { name: "no server", address: "http://127.0.0.1:1/", options: {} },
      { name: "no host", address: "http://missing.localhost.invalid./", options: {} },
      { name: "no answer", address: `http://127.0.0.1:${port}/hang`, options: {}, pending: true },
    ],
  },
  ntp: {
    io: networkIo,
    cases: () => [
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.", options: { leap: "ignore" } },
      { name: "no NTP", address: `127.0.0.1:${silentPort}`, options: {}, pending: true },
    ],
  },
  push: {
    io: () => {
      const inbox = new FakeInbox();
      inbox.put(
        { atMs: Date.UTC(2026, 10, 23), signal: "values", body: { business_a: 1, other: 2 } },
        { atMs: Date.UTC(2026, 10, 23), signal: "fail", exitCode: 3 },
      );
      return probeIo({ inbox });
    },
    cases: () => [
      { name: "a failed job with values", address: "nightly", options: {} },
      { name: "nothing usable", address: "nightly", options: { prefix: "shop_" } },
    ],
  },
  exec: {
    io: networkIo,
    cases: () => [
      { name: "a plugin", address: "localhost", options: inBin("echo", "fine | a=1ms;2;3 'b b'=4%;@1:2 n=5c") },
      { name: "silence", address: "localhost", options: inBin("false") },
      { name: "no plugin", address: "localhost", options: inBin("none-such") },
      { name: "not allowed", address: "localhost", options: { command: ["/bin/true"] } },
      { name: "no end", address: "localhost", options: inBin("sleep", "60"), pending: true },
    ],
  },
  file: {
    io: () => probeIo({ storedFiles: systemStoredFiles, files: createFiles(systemClock) }),
    cases: () => [
      { name: "this file", address: fileURLToPath(import.meta.url), options: { archive: "verified", checksum: "md5" } },
      { name: "no file", address: "/none/*", options: { due: "daily 05:00", free_space: { warning: "10%" } } },
    ],
  },
  icmp: {
    io: networkIo,
    cases: () => [
      { name: "this machine", address: "127.0.0.1", options: { packets: 1 } },
      { name: "no host", address: "missing.localhost.invalid.", options: {} },
    ],
  },
  redis: {
    io: networkIo,
    cases: () => [
      { name: "a server", address: `127.0.0.1:${redisPort}`, options: {} },
      { name: "another role", address: `127.0.0.1:${redisPort}`, options: { expect: { role: "replica" } } },
      { name: "no Redis", address: `127.0.0.1:${port}`, options: {} },
      { name: "no TLS", address: `127.0.0.1:${port}`, options: { encryption: "tls" } },
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.:6379", options: {} },
      { name: "silence", address: `127.0.0.1:${redisPort}`, options: { password: "x" }, pending: true },
    ],
  },
  sql: {
    io: networkIo,
    cases: () => {
      const dsn = (at: number) => `postgres://u:p@127.0.0.1:${at}/db`;
      return [
        {
          name: "a file",
          address: "shop",
          options: {
            driver: "sqlite",
            path: databasePath,
            query: "select 3 as n",
            metric: "shop_n",
            above: { down: 1 },
          },
        },
        { name: "no file", address: "shop", options: { driver: "sqlite", path: "/none/x.db" } },
        { name: "no database", address: "shop", options: { dsn: dsn(bannerPort) } },
        { name: "no server", address: "shop", options: { dsn: dsn(1), encryption: "tls" } },
        { name: "silence", address: "shop", options: { dsn: dsn(port) }, pending: true },
      ];
    },
  },
  scrape: {
    io: networkIo,
    cases: () => [
      { name: "metrics", address: `http://127.0.0.1:${port}/metrics`, options: { expose: true } },
      { name: "no metrics", address: `http://127.0.0.1:${port}/`, options: {} },
      {
        name: "a limit",
        address: `http://127.0.0.1:${port}/metrics`,
        options: { thresholds: { jobs: { series: ["jobs"], above: { down: 1 } } } },
      },
      { name: "no server", address: "http://127.0.0.1:1/metrics", options: {} },
      { name: "no answer", address: `http://127.0.0.1:${port}/hang`, options: {}, pending: true },
    ],
  },
  unix: {
    io: networkIo,
    cases: () => [
      { name: "a socket", address: socketPath, options: {} },
      { name: "the wrong bytes", address: socketPath, options: { dialogue: [{ expect_bytes: "220" }] } },
      { name: "no socket", address: "/nowhere/app.sock", options: {} },
      { name: "silence", address: socketPath, options: { dialogue: [{ expect: "never" }] }, pending: true },
    ],
  },
  websocket: {
    io: networkIo,
    cases: () => [
      { name: "a good server", address: `ws://127.0.0.1:${socketPort}/`, options: {} },
      {
        name: "a dialogue",
        address: `ws://127.0.0.1:${socketPort}/`,
        options: { dialogue: [{ send: "a" }, { expect: "a" }, { ping: true }, { send: "b" }, { expect_next: "c" }] },
      },
      { name: "no WebSocket", address: `ws://127.0.0.1:${port}/`, options: {} },
      { name: "no TLS", address: `wss://127.0.0.1:${port}/`, options: {} },
      { name: "no server", address: "ws://127.0.0.1:1/", options: {} },
      { name: "no host", address: "ws://missing.localhost.invalid./", options: {} },
      {
        name: "silence",
        address: `ws://127.0.0.1:${socketPort}/`,
        options: { dialogue: [{ expect: "never" }] },
        pending: true,
      },
    ],
  },
  ssh: {
    io: networkIo,
    cases: () => [
      { name: "no SSH", address: `127.0.0.1:${bannerPort}`, options: {} },
      { name: "no server", address: "127.0.0.1:1", options: { banner: "OpenSSH" } },
      { name: "no host", address: "missing.localhost.invalid.", options: {} },
      { name: "silence", address: `127.0.0.1:${port}`, options: {}, pending: true },
    ],
  },
  tcp: {
    io: networkIo,
    cases: () => [
      { name: "a port", address: `127.0.0.1:${port}`, options: {} },
      {
        name: "a dialogue",
        address: `127.0.0.1:${port}`,
        options: {
          dialogue: [
            { send: "GET / HTTP/1.0" },
            { send: "" },
            { expect: "^HTTP/[0-9.]+ ([0-9]+)", labels: { status: "$1" } },
          ],
        },
      },
      {
        name: "the wrong bytes",
        address: `127.0.0.1:${port}`,
        options: { dialogue: [{ send: "GET / HTTP/1.0" }, { send: "" }, { expect_bytes: "220" }] },
      },
      { name: "no server", address: "127.0.0.1:1", options: {} },
      { name: "no host", address: "missing.localhost.invalid.:80", options: {} },
      { name: "no TLS", address: `127.0.0.1:${port}`, options: { encryption: "tls" } },
      {
        name: "no answer",
        address: `127.0.0.1:${port}`,
        options: { dialogue: [{ expect: "x" }] },
        pending: true,
      },
    ],
  },
};

describe("contract of probes", () => {
  it("covers every kind", () => {
    expect(Object.keys(given).sort()).toEqual(probeKinds.map((kind) => kind.kind).sort());
  });
});

for (const kind of probeKinds) {
  const its = given[kind.kind];
  if (its !== undefined) probeSuite(kind, its);
}
