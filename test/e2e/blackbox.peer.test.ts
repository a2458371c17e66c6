import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createTlsServer, type Server as TlsServer } from "node:https";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DaemonHome, freePort, slowMs, until } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { certificatePath, identities, type ServerIdentity } from "../support/samples/certificates.ts";
import { DnsServer } from "../support/servers/dns-server.ts";
import { GrpcServer } from "../support/servers/grpc-server.ts";
import { type Site, serveSite } from "../support/servers/site-server.ts";
import { type ParsedFamily, parseExposition } from "../support/worlds/exposition-parser.ts";

/** Values that do not depend on time or on who asks. */
const equalValues: ReadonlySet<string> = new Set([
  "probe_success",
  "probe_grpc_healthcheck_response",
  "probe_grpc_ssl",
  "probe_grpc_status_code",
  "probe_http_status_code",
  "probe_http_content_length",
  "probe_http_uncompressed_body_length",
  "probe_http_redirects",
  "probe_http_ssl",
  "probe_http_version",
  "probe_icmp_reply_hop_limit",
  "probe_dns_answer_rrs",
  "probe_dns_authority_rrs",
  "probe_dns_additional_rrs",
  "probe_dns_query_succeeded",
  "probe_failed_due_to_regex",
  "probe_http_last_modified_timestamp_seconds",
  "probe_ip_protocol",
  "probe_ip_addr_hash",
  "probe_ssl_earliest_cert_expiry",
  "probe_ssl_last_chain_expiry_timestamp_seconds",
  "probe_ssl_last_chain_info",
  "probe_tls_version_info",
]);

/** Families that Debian's version does not have, or not on a failed handshake; docs/reference/blackbox.md says why they are there. */
const further: ReadonlySet<string> = new Set([
  "probe_timeout_seconds",
  "probe_tls_cipher_info",
  "probe_tcp_duration_seconds",
  "probe_icmp_packets_sent",
  "probe_icmp_packets_received",
  "probe_icmp_packet_loss_ratio",
  "probe_icmp_rtt_min_seconds",
  "probe_icmp_rtt_max_seconds",
  "probe_icmp_jitter_seconds",
  "probe_failed_due_to_bytes",
]);

const asked = { preferred_ip_protocol: "ip4", query_type: "A" };

const modules = {
  http_2xx: { prober: "http", timeout: "5s", http: { preferred_ip_protocol: "ip4" } },
  not_followed: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", follow_redirects: false, valid_status_codes: [302] },
  },
  with_word: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", fail_if_body_not_matches_regexp: ["welcome (to|at)"] },
  },
  without_word: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", fail_if_body_matches_regexp: ["(?i)WELCOME"] },
  },
  header: {
    prober: "http",
    http: {
      preferred_ip_protocol: "ip4",
      fail_if_header_not_matches: [{ header: "X-Shop", regexp: "^blue$" }],
      fail_if_header_matches: [{ header: "X-Old", regexp: ".*", allow_missing: true }],
    },
  },
  posting: {
    prober: "http",
    http: {
      preferred_ip_protocol: "ip4",
      method: "POST",
      body: "a=1",
      headers: { "X-Asked": "yes" },
      basic_auth: { username: "u", password: "p" },
    },
  },
  zipped: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", compression: "gzip", headers: { "Accept-Encoding": "gzip" } },
  },
  needs_tls: { prober: "http", http: { preferred_ip_protocol: "ip4", fail_if_not_ssl: true } },
  own_ca: {
    prober: "http",
    http: { preferred_ip_protocol: "ip4", tls_config: { ca_file: certificatePath("root"), server_name: "shop.test" } },
  },
  dns_a: { prober: "dns", timeout: "2s", dns: { ...asked, query_name: "shop.test" } },
  dns_tcp: { prober: "dns", timeout: "2s", dns: { ...asked, query_name: "shop.test", transport_protocol: "tcp" } },
  dns_missing: { prober: "dns", timeout: "2s", dns: { ...asked, query_name: "none.test" } },
  dns_missing_wanted: {
    prober: "dns",
    timeout: "2s",
    dns: { ...asked, query_name: "none.test", valid_rcodes: ["NXDOMAIN"] },
  },
  dns_right: {
    prober: "dns",
    timeout: "2s",
    dns: {
      ...asked,
      query_name: "shop.test",
      validate_answer_rrs: {
        fail_if_not_matches_regexp: ["^shop\\.test\\.\t\\d+\tIN\tA\t192\\.0\\.2\\."],
        fail_if_none_matches_regexp: ["192.0.2.1$"],
        fail_if_matches_regexp: ["127.0.0"],
      },
    },
  },
  dns_wrong: {
    prober: "dns",
    timeout: "2s",
    dns: { ...asked, query_name: "shop.test", validate_answer_rrs: { fail_if_matches_regexp: ["192.0.2.2"] } },
  },
  ping: { prober: "icmp", timeout: "2s", icmp: { preferred_ip_protocol: "ip4" } },
  tcp_connect: { prober: "tcp", timeout: "2s", tcp: { preferred_ip_protocol: "ip4" } },
  banner: {
    prober: "tcp",
    timeout: "2s",
    tcp: {
      preferred_ip_protocol: "ip4",
      query_response: [{ expect: "^220 ([^ ]+) ESMTP$" }, { send: "QUIT" }, { expect: "^221 " }],
    },
  },
  wrong_banner: {
    prober: "tcp",
    timeout: "2s",
    tcp: { preferred_ip_protocol: "ip4", query_response: [{ expect: "^SSH-2.0-" }] },
  },
  tcp_tls: {
    prober: "tcp",
    timeout: "2s",
    tcp: {
      preferred_ip_protocol: "ip4",
      tls: true,
      tls_config: { ca_file: certificatePath("root"), server_name: "shop.test" },
    },
  },
  grpc_all: { prober: "grpc", timeout: "2s", grpc: { preferred_ip_protocol: "ip4" } },
  grpc_ill: { prober: "grpc", timeout: "2s", grpc: { preferred_ip_protocol: "ip4", service: "ill" } },
  grpc_none: { prober: "grpc", timeout: "2s", grpc: { preferred_ip_protocol: "ip4", service: "none" } },
  grpc_tls: {
    prober: "grpc",
    timeout: "2s",
    grpc: {
      preferred_ip_protocol: "ip4",
      tls: true,
      tls_config: { ca_file: certificatePath("root"), server_name: "shop.test" },
    },
  },
  short: { prober: "http", timeout: "300ms", http: { preferred_ip_protocol: "ip4" } },
};

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
  // YAML takes JSON as it is.
  await writeFile(join(directory, "blackbox.yml"), JSON.stringify({ modules }));
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
async function serveMail(): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.write("220 mail.test ESMTP\r\n");
    socket.on("data", () => socket.end("221 bye\r\n"));
  });
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

/** What the two say differently: families, their words, label sets, and values that must agree. */
function differences(ours: ReadonlyMap<string, ParsedFamily>, theirs: ReadonlyMap<string, ParsedFamily>): string[] {
  const found: string[] = [];
  for (const name of ours.keys()) if (!theirs.has(name) && !further.has(name)) found.push(`only ours: ${name}`);
  for (const [name, family] of theirs) {
    const own = ours.get(name);
    if (own === undefined) {
      found.push(`only theirs: ${name}`);
      continue;
    }
    if (own.help !== family.help || own.type !== family.type) found.push(`${name}: ${own.type} ${own.help}`);
    const [a, b] = [own, family].map((each) =>
      each.samples.map((sample) => seriesOf(sample, name)).toSorted((x, y) => (x < y ? -1 : 1)),
    );
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push(`${name}: ${a?.join(" ")} is not ${b?.join(" ")}`);
  }
  return found;
}

function seriesOf({ labels, value }: ParsedFamily["samples"][number], name: string): string {
  // Younger versions than Debian's name the serial number, too.
  const { serialnumber: _, ...named } = labels;
  return `${JSON.stringify(Object.entries(named).toSorted(([a], [b]) => (a < b ? -1 : 1)))}${equalValues.has(name) ? ` ${value}` : ""}`;
}

describe("e2e/blackbox door", () => {
  it("answers as Debian's blackbox_exporter does, metric by metric", { timeout: slowMs }, async (context) => {
    await startOracle(peer(context, "prometheus-blackbox-exporter", "prometheus-blackbox-exporter"));
    await home.start();
    const at = `127.0.0.1:${site.port}`;
    const good = await serveTls(identities.good);
    const expired = await serveTls(identities.expired);
    const cases: readonly (readonly [module: string, target: string, intended?: readonly string[]])[] = [
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
    const told: Record<string, readonly string[]> = {};
    for (const [module, target, intended = []] of cases) {
      const path = `/probe?module=${module}&target=${encodeURIComponent(target)}`;
      const [ours, theirs] = [await ask(home.url, path), await ask(oracleUrl, path)];
      const found = differences(ours, theirs).filter((line) => !intended.includes(line));
      if (found.length > 0) told[`${module} ${target}`] = found;
    }

    expect(told).toEqual({});
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
