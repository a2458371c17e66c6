import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaemonHome, freePort, slowMs, until } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { identities, type ServerIdentity } from "../support/samples/certificates.ts";
import { DnsServer } from "../support/servers/dns-server.ts";
import { GrpcServer } from "../support/servers/grpc-server.ts";
import { type Site, serveSite } from "../support/servers/site-server.ts";
import { differences } from "../support/worlds/door-comparison.ts";
import { type ParsedFamily, parseExposition } from "../support/worlds/exposition-parser.ts";
import { modules, modulesThrough } from "./blackbox-modules.ts";

const page = "<h1>welcome to the shop</h1>";
const tlsServers: TlsServer[] = [];
const plainServers: Server[] = [];
let site: Site;
let nameServer: DnsServer;
let grpcServer: GrpcServer;
let grpcTlsServer: GrpcServer;
let home: DaemonHome;
let oracle: ChildProcess | undefined;
let oracleUrl = "";
let directory = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-door-"));
  site = await serveSite({
    "/": {
      type: "text/html",
      headers: { "last-modified": "Mon, 02 Nov 2026 10:00:00 GMT", "x-shop": "blue" },
      body: page,
    },
    "/moved": { status: 302, headers: { location: "/" }, body: "" },
    "/chunked": {
      handle(_, response) {
        response.write("part");
        response.end("s");
      },
    },
    "/zipped": { headers: { "content-encoding": "gzip" }, body: gzipSync("x".repeat(5000)) },
    "/lines": { body: "first\nsecond line\nthird\n" },
    "/empty": { status: 204, body: "" },
    "/undated": { headers: { "last-modified": "0" }, body: "" },
    "/slow": { handle: () => {} },
    "/echo": {
      handle: (request, response) =>
        response.end(`${request.method} ${String(request.headers["x-asked"])} ${request.headers.authorization}`),
    },
  });
  const health = { "": { serving: 1 }, ill: { serving: 2 } };
  grpcServer = await GrpcServer.start(health);
  grpcTlsServer = await GrpcServer.start(health, identities.good);
  nameServer = await DnsServer.start();
  nameServer.set("shop.test", { a: ["192.0.2.1", "192.0.2.2"], ttl: 60 });
  nameServer.set("none.test", { rcode: 3 });
  const proxy = await serveBytes("HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 2\r\n\r\nno");
  // YAML takes JSON as it is.
  await writeFile(
    join(directory, "blackbox.yml"),
    JSON.stringify({ modules: { ...modules, ...modulesThrough(proxy) } }),
  );
  home = await DaemonHome.create({ blackbox: { modules_file: join(directory, "blackbox.yml") } });
});

afterAll(async () => {
  oracle?.kill("SIGKILL");
  await site.close();
  await nameServer.close();
  await grpcServer.close();
  await grpcTlsServer.close();
  for (const server of [...tlsServers, ...plainServers]) server.close();
  await home.remove();
  await rm(directory, { recursive: true });
});

async function serveTls(identity: ServerIdentity): Promise<number> {
  const server = createTlsServer(identity, (_, response) => response.end(page));
  tlsServers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A mail server as far as its greeting and its goodbye. */
function serveMail(): Promise<number> {
  return servePlain((socket) => {
    socket.write("220 mail.test ESMTP\r\n");
    socket.on("data", () => socket.end("221 bye\r\n"));
  });
}

/** Answers whatever is asked with these bytes. */
function serveBytes(answer: string): Promise<string> {
  return servePlain((socket) => void socket.once("data", () => socket.end(answer))).then((port) => `127.0.0.1:${port}`);
}

async function servePlain(talk: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => talk(socket.on("error", () => {})));
  plainServers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function startOracle(binary: string): Promise<void> {
  const listen = `127.0.0.1:${await freePort()}`;
  oracle = spawn(binary, [`--config.file=${join(directory, "blackbox.yml")}`, `--web.listen-address=${listen}`], {
    stdio: "ignore",
  });
  oracleUrl = `http://${listen}`;
  await until(
    "blackbox_exporter answers",
    async () => (await fetch(`${oracleUrl}/-/healthy`).catch(() => undefined))?.ok,
  );
}

/** Scrapes; on a busy machine ours may have stood still during the probe, which says nothing, so it is asked again as Prometheus does. */
async function ask(base: string, path: string): Promise<ReadonlyMap<string, ParsedFamily>> {
  let answer = await fetch(`${base}${path}`);
  let text = await answer.text();
  while (answer.status === 503 && text.startsWith("This says nothing of the target: stall")) {
    answer = await fetch(`${base}${path}`);
    text = await answer.text();
  }
  expect(answer.status, text).toBe(200);
  return parseExposition(text, "text");
}

const hasIpv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ address }) => address === "::1"));
const overIpv6: readonly Case[] = [
  ["http_2xx", "http://[::1]:1/"],
  ["tcp_connect", "[::1]:1", ["only theirs: probe_failed_due_to_regex"]],
  ["ping", "::1"],
];

/** `intended`: differences that docs/reference/blackbox.md names. */
type Case = readonly [module: string, target: string, intended?: readonly string[]];

async function compare(cases: readonly Case[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const told: Record<string, readonly string[]> = {};
  for (const [module, target, intended = []] of cases) {
    const path = `/probe?module=${module}&target=${encodeURIComponent(target)}`;
    const [ours, theirs] = [await ask(home.url, path), await ask(oracleUrl, path)];
    const found = differences(ours, theirs).filter((line) => !intended.includes(line));
    if (found.length > 0) told[`${module} ${target}`] = found;
  }
  return told;
}

describe("e2e/blackbox door", () => {
  it("answers as Debian's blackbox_exporter does, metric by metric", { timeout: slowMs }, async (context) => {
    await startOracle(peer(context, "prometheus-blackbox-exporter", "prometheus-blackbox-exporter"));
    await home.start();
    const at = `127.0.0.1:${site.port}`;
    const good = await serveTls(identities.good);
    const expired = await serveTls(identities.expired);
    const cases: readonly Case[] = [
      ["http_2xx", `http://${at}/`],
      ["http_2xx", `${at}/`],
      ["http_2xx", `http://${at}/none`],
      ["http_2xx", `http://${at}/moved`],
      ["http_2xx", `http://${at}/chunked`],
      ["http_2xx", "http://127.0.0.1:1/"],
      ["not_followed", `http://${at}/moved`],
      ["with_word", `http://${at}/`],
      ["with_word", `http://${at}/chunked`],
      ["without_word", `http://${at}/`],
      ["header", `http://${at}/`],
      ["header", `http://${at}/chunked`],
      ["posting", `http://${at}/echo`],
      ["zipped", `http://${at}/zipped`],
      ["needs_tls", `http://${at}/`],
      ["own_ca", `https://127.0.0.1:${good}/`],
      [
        "own_ca",
        `https://127.0.0.1:${expired}/`,
        // Peers cannot tell an expired certificate from an outage: these say which certificate it is.
        [
          "only ours: probe_ssl_earliest_cert_expiry",
          "only ours: probe_ssl_last_chain_info",
          "only ours: probe_tls_version_info",
        ],
      ],
      ["short", `http://${at}/slow`],
      ...["dns_a", "dns_tcp", "dns_missing", "dns_missing_wanted", "dns_right", "dns_wrong"].map(
        (module) => [module, nameServer.address] as const,
      ),
      ["dns_a", "127.0.0.1:1"],
      ["ping", "127.0.0.1"],
      ["ping", "localhost"],
      ["tcp_connect", at],
      // Younger versions than Debian's leave it out, too, where nothing was read.
      ["tcp_connect", "127.0.0.1:1", ["only theirs: probe_failed_due_to_regex"]],
      ["banner", `127.0.0.1:${await serveMail()}`],
      ["wrong_banner", `127.0.0.1:${await serveMail()}`],
      ["tcp_tls", `127.0.0.1:${good}`],
      // Younger versions than Debian's give it with TLS only, too.
      ...(
        [
          ["grpc_all", `127.0.0.1:${grpcServer.port}`],
          ["grpc_all", `http://127.0.0.1:${grpcServer.port}`],
          ["grpc_ill", `127.0.0.1:${grpcServer.port}`],
          ["grpc_none", `127.0.0.1:${grpcServer.port}`],
          ["grpc_all", "127.0.0.1:1"],
          ["grpc_all", at],
        ] as const
      ).map(([module, target]) => [module, target, ["only theirs: probe_ssl_earliest_cert_expiry"]] as const),
      [
        "grpc_tls",
        `127.0.0.1:${grpcTlsServer.port}`,
        // Peers give it for http and tcp; here it comes with every handshake.
        ["only ours: probe_ssl_last_chain_expiry_timestamp_seconds"],
      ],
    ];

    expect(await compare(cases)).toEqual({});
  });

  it("answers odd modules, parameters and targets as Debian's blackbox_exporter does", {
    timeout: slowMs,
  }, async (context) => {
    const binary = peer(context, "prometheus-blackbox-exporter", "prometheus-blackbox-exporter");
    if (oracle === undefined) await Promise.all([startOracle(binary), home.start()]);
    const at = `127.0.0.1:${site.port}`;
    const good = await serveTls(identities.good);
    const echo = `127.0.0.1:${await servePlain((socket) => void socket.pipe(socket))}`;

    expect(
      await compare([
        ["head", `http://${at}/`],
        ["posting", `http://${at}/moved`],
        ["http_2xx", `http://${at}/empty`],
        ["http_2xx", `http://${at}/undated`],
        ["token", `http://${at}/echo`],
        ["http_2xx", `http://${at}/none%20such?a=b+c#d`],
        ["ip6_only", `http://${at}/`],
        ["http_2xx&hostname=", `http://${at}/`],
        ["http_2xx&hostname=shop.test", `http://${at}/echo`],
        ["any_name&hostname=shop.test", `https://127.0.0.1:${good}/`],
        ["limited", `http://${at}/`],
        // What is not compressed fails; the length of what came is told all the same.
        ["zipped", `http://${at}/`, ["probe_http_uncompressed_body_length: [] 28 is not [] 0"]],
        ["lines", `http://${at}/lines`],
        ["lines", `http://${at}/`],
        ["http_2xx", `http://${await serveBytes("HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 2\r\n\r\nok")}/`],
        [
          "http_2xx",
          `http://${await serveBytes("HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nok")}/`,
        ],
        ["http_2xx", `http://${await serveBytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nok")}/`],
        ["http_2xx", `http://${await serveBytes("HTTP/1.0 200 OK\r\n\r\nuntil the end")}/`],
        ["through", "http://127.0.0.1:1/"],
        ["refused", "http://127.0.0.1:1/"],
        ["through", `https://127.0.0.1:${good}/`],
        ["refused", `https://127.0.0.1:${good}/`],
        ["dns_tcp", "127.0.0.1:1"],
        ["literal", echo],
        ["groups", `127.0.0.1:${await serveMail()}`],
        ...(hasIpv6 ? overIpv6 : []),
      ]),
    ).toEqual({});
  });

  it("refuses as Debian's blackbox_exporter does", { timeout: slowMs }, async (context) => {
    const binary = peer(context, "prometheus-blackbox-exporter", "prometheus-blackbox-exporter");
    if (oracle === undefined) await startOracle(binary);
    const paths = ["/probe", "/probe?module=none&target=x", "/probe?module=http_2xx", "/logs?id=9999"];

    for (const path of paths) {
      const answers = await Promise.all(
        [home.url, oracleUrl].map(async (base) => {
          const answer = await fetch(base + path);
          return `${answer.status} ${await answer.text()}`;
        }),
      );

      expect(answers[0], path).toBe(answers[1]);
    }
  });
});
