import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createNetServer, type Server as NetServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { WebSocketServer } from "ws";
import { execute } from "../../src/cli/command-line.ts";
import type { Terminal } from "../../src/platform/terminal.ts";
import { probeKinds } from "../../src/probes/index.ts";
import { until } from "../support/daemons/daemon-process.ts";
import { limitDescriptors, withoutDescriptors } from "../support/daemons/descriptors.ts";
import { peer } from "../support/daemons/peers.ts";
import { RealDaemons } from "../support/daemons/real-daemons.ts";
import { certificatePath, identities, rootPath } from "../support/samples/certificates.ts";
import { png } from "../support/samples/sample-images.ts";
import { DnsServer } from "../support/servers/dns-server.ts";
import { type Edges, serveEdges } from "../support/servers/edge-servers.ts";
import { GrpcServer } from "../support/servers/grpc-server.ts";
import { type Site, serveSite } from "../support/servers/site-server.ts";

/** Target and options, or why a kind has no such verdict. */
type Way = readonly [target: string, ...options: string[]] | Readonly<{ none: string }>;
type Ways = Readonly<{ up: Way; flaw: Way; down: Way; unknown: Way | "no descriptors" }>;

const sockets = new WebSocketServer({ noServer: true });
const closers: (() => unknown)[] = [];
let directory: string;
let real: RealDaemons;
let site: Site;
let socketSite: Server;
let pathServer: NetServer;
let secure: Edges;
let expired: Edges;
let names: DnsServer;
let others: DnsServer;
let grpc: GrpcServer;
let whois: NetServer;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-hand-"));
  real = new RealDaemons(directory);
  closers.push(() => real.close());
  for (const name of ["a.tar", "b.tar"]) await writeFile(join(directory, name), Buffer.alloc(2048));
  site = await serveSite({
    "/": { type: "text/html", body: "<h1>Checkout</h1><img src=/a.png>" },
    "/half": { type: "text/html", body: "<img src=/a.png><img src=/a.png?2><img src=/missing.png>" },
    "/a.png": { type: "image/png", body: png() },
    "/a.png?2": { type: "image/png", body: png() },
    "/health": { type: "application/json", body: '{"status":"up","queue":3}' },
    "/metrics": { type: "text/plain", body: "# TYPE jobs gauge\njobs 7\n" },
  });
  const handle: Parameters<typeof serveEdges>[0][number]["handle"] = (_request, response) => void response.end("ok");
  secure = await serveEdges([{ address: "127.0.0.1", identity: identities.good, handle }]);
  expired = await serveEdges([{ address: "127.0.0.1", identity: identities.expired, handle }]);
  names = await DnsServer.start();
  names.set("shop.test", { a: ["127.0.0.1"] });
  others = await DnsServer.start();
  others.set("shop.test", { a: ["127.0.0.2"] });
  grpc = await GrpcServer.start({ "": { serving: 1 }, ill: { serving: 2 } });
  socketSite = createServer((_request, response) => void response.end()).on("upgrade", (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, () => {}),
  );
  await listen(socketSite, { port: 0, host: "127.0.0.1" });
  whois = createNetServer(
    (socket) =>
      void socket.on("error", () => {}).once("data", () => socket.end('No match for domain "EXAMPLE.COM".\r\n')),
  );
  await listen(whois, { port: 0, host: "127.0.0.1" });
  pathServer = createNetServer((socket: Socket) => void socket.on("error", () => {}).end());
  await listen(pathServer, { path: join(directory, "app.sock") });
  closers.push(limitDescriptors());
});

afterAll(async () => {
  for (const close of closers.splice(0)) await close();
  await Promise.all([site, secure, expired, names, others, grpc].map((server) => server.close()));
  for (const client of sockets.clients) client.terminate();
  for (const server of [socketSite, whois, pathServer]) server.close();
  await rm(directory, { recursive: true, force: true });
});

function listen(server: NetServer, where: { port: number; host: string } | { path: string }): Promise<void> {
  return new Promise((resolve) => void server.listen(where, resolve));
}

const portOf = (server: NetServer): number => (server.address() as AddressInfo).port;

/** Runs one command line in this process. */
async function byHand(kind: string, ...words: readonly string[]): Promise<{ code: number; text: string }> {
  let text = "";
  const terminal: Terminal = {
    args: [],
    isInteractive: false,
    workingDirectory: directory,
    out: (line) => void (text += `${line}\n`),
    error: (line) => void (text += `${line}\n`),
    exitWith: () => undefined,
    onStop: () => undefined,
    onReload: () => undefined,
  };
  return { code: await execute(terminal, ["probe", kind, ...words, "--output", "json"]), text };
}

/** Every run takes longer. */
const slow = "slower_than.warning=0s";
const noRoots = "tls.ca=/nowhere.pem";
const closedPort = "127.0.0.1:1";

const ways: Readonly<Record<string, (context: TestContext) => Ways | Promise<Ways>>> = {
  certificate: () => {
    const good = [`127.0.0.1:${secure.port}`, "tls.server_name=shop.test", `tls.ca=${rootPath}`] as const;
    return {
      up: good,
      flaw: [...good, `matches_file=${certificatePath("previous")}`],
      down: [`127.0.0.1:${expired.port}`, "tls.server_name=shop.test", `tls.ca=${rootPath}`],
      unknown: [`127.0.0.1:${secure.port}`, noRoots],
    };
  },
  dns: () => ({
    up: [names.address, "name=shop.test", "expect.values=127.0.0.1"],
    flaw: [names.address, "name=shop.test", `same_as=${others.address}`],
    down: [names.address, "name=missing.test"],
    unknown: [`127.0.0.1:${secure.port}`, "name=shop.test", "transport=tls", noRoots],
  }),
  domain: () => ({
    up: ["example.com", "lookup=none", "expires=2120-01-01"],
    flaw: [
      "example.com",
      "lookup=none",
      `expires=${new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10)}`,
    ],
    down: ["example.com", "lookup=whois", `whois_server=127.0.0.1:${portOf(whois)}`],
    unknown: ["example.com", "lookup=whois", `whois_server=${closedPort}`],
  }),
  exec: () => {
    const exits = (code: number): Way => [
      "localhost",
      "command=/bin/sh",
      "command=-c",
      `command=exit ${code}`,
      "directories=/bin",
    ];
    return { up: exits(0), flaw: exits(1), down: exits(2), unknown: exits(3) };
  },
  file: () => ({
    up: [join(directory, "*.tar"), "min_size=1KiB", "settle=0s"],
    flaw: [join(directory, "*.tar"), "count.max=1", "settle=0s"],
    down: [join(directory, "*.zip")],
    unknown: "no descriptors",
  }),
  grpc: () => ({
    up: [`127.0.0.1:${grpc.port}`],
    flaw: [`127.0.0.1:${grpc.port}`, slow],
    down: [`127.0.0.1:${grpc.port}`, "grpc_service=ill"],
    unknown: [`127.0.0.1:${secure.port}`, "encryption=tls", noRoots],
  }),
  host: () => ({
    up: ["localhost"],
    flaw: ["localhost", "must_run=no-such-service"],
    down: { none: "the probe runs on the machine that it looks at: where it answers, the machine is up" },
    unknown: ["localhost", "procfs=/nowhere"],
  }),
  http: () => ({
    up: [`http://127.0.0.1:${site.port}/`, "expect.contains=Checkout"],
    flaw: [`http://127.0.0.1:${site.port}/`, `expect.${slow}`],
    down: [`http://127.0.0.1:${site.port}/missing`],
    unknown: [`https://127.0.0.1:${secure.port}/`, noRoots],
  }),
  icmp: (context) => {
    peer(context, "ping", "iputils-ping");
    return {
      up: ["127.0.0.1", "packets=1"],
      flaw: ["127.0.0.1", "packets=1", slow],
      // Nobody's address: there is no way to it.
      down: ["::2", "packets=1"],
      unknown: "no descriptors",
    };
  },
  images: () => ({
    up: [`http://127.0.0.1:${site.port}/`],
    flaw: [`http://127.0.0.1:${site.port}/half`],
    down: [`http://127.0.0.1:${site.port}/missing`],
    unknown: [`https://127.0.0.1:${secure.port}/`, noRoots],
  }),
  json: () => ({
    up: [`http://127.0.0.1:${site.port}/health`],
    flaw: [`http://127.0.0.1:${site.port}/health`, "values.queue.path=$.queue", "values.queue.above.warning=1"],
    down: [`http://127.0.0.1:${site.port}/`],
    unknown: [`https://127.0.0.1:${secure.port}/`, noRoots],
  }),
  ntp: async (context) => {
    const clock = await real.chrony(context);
    await until("chrony answers", async () => (await byHand("ntp", clock)).code === 0);
    return { up: [clock], flaw: [clock, "max_stratum=1"], down: [closedPort], unknown: "no descriptors" };
  },
  redis: async (context) => {
    const server = await real.redis(context);
    await until("Redis answers", async () => (await byHand("redis", server)).code === 0);
    return { up: [server], flaw: [server, slow], down: [closedPort], unknown: [server, "password=wrong"] };
  },
  scrape: () => ({
    up: [`http://127.0.0.1:${site.port}/metrics`],
    flaw: [`http://127.0.0.1:${site.port}/metrics`, "thresholds.jobs.series=jobs", "thresholds.jobs.above.warning=1"],
    down: [`http://127.0.0.1:${site.port}/missing`],
    unknown: [`https://127.0.0.1:${secure.port}/`, noRoots],
  }),
  ssh: async (context) => ({
    up: [await real.openSsh(context, "hmac-sha2-256")],
    flaw: [await real.openSsh(context, "hmac-sha1")],
    down: [closedPort],
    unknown: "no descriptors",
  }),
  tcp: () => ({
    up: [`127.0.0.1:${site.port}`],
    flaw: [`127.0.0.1:${site.port}`, slow],
    down: [closedPort],
    unknown: [`127.0.0.1:${secure.port}`, "encryption=tls", noRoots],
  }),
  unix: () => ({
    up: [join(directory, "app.sock")],
    flaw: [join(directory, "app.sock"), slow],
    down: [join(directory, "none.sock")],
    unknown: [join(directory, "app.sock"), "encryption=tls", "tls.server_name=shop.test", noRoots],
  }),
  websocket: () => ({
    up: [`ws://127.0.0.1:${portOf(socketSite)}/`],
    flaw: [`ws://127.0.0.1:${portOf(socketSite)}/`, slow],
    down: [`ws://127.0.0.1:${site.port}/`],
    unknown: [`wss://127.0.0.1:${secure.port}/`, noRoots],
  }),
};

/** Shown in the tests beside the databases. */
const elsewhere: ReadonlySet<string> = new Set(["sql"]);
const exitCodes = { up: 0, flaw: 1, down: 2, unknown: 3 } as const;

describe("e2e/watchfire probe by hand", () => {
  it("covers every kind that can be asked, but those whose daemons other tests start", () => {
    const kinds = probeKinds.filter(({ trigger, kind }) => trigger === "schedule" && !elsewhere.has(kind));
    expect(Object.keys(ways)).toEqual(kinds.map(({ kind }) => kind).toSorted());
  });

  for (const kind of Object.keys(ways)) {
    it(`${kind} shows up, flaw, down and unknown, each with its exit code`, async (context) => {
      const its = await ways[kind]?.(context);
      for (const [name, way] of Object.entries(its ?? {}) as [keyof Ways, Ways[keyof Ways]][]) {
        if (typeof way === "object" && "none" in way) continue;
        const { code, text } = await ask(kind, way, its?.up);

        expect(`${name} ${code}: ${text}`).toMatch(new RegExp(`^${name} ${exitCodes[name]}: \\{`));
        expect(JSON.parse(text)).toMatchObject({ probe: kind, verdict: name === "flaw" ? "up" : name });
      }
    });
  }
});

/** Runs a way; without descriptors that of `up`. */
function ask(
  kind: string,
  way: Exclude<Ways["unknown"], { none: string }>,
  up: Way | undefined,
): Promise<{ code: number; text: string }> {
  if (way === "no descriptors") {
    const [target = ""] = up !== undefined && !("none" in up) ? up : [];
    return withoutDescriptors(() => byHand(kind, target));
  }
  const [target, ...options] = way;
  return byHand(kind, target, ...options.flatMap((option) => ["--option", option]));
}
