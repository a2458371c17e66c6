import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo, createServer as createNetServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import { WebSocketServer } from "ws";
import { probeKinds } from "../../src/probes/index.ts";
import { runWatchfire, slowMs, until } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { RealDaemons } from "../support/daemons/real-daemons.ts";
import { identities, rootPath } from "../support/samples/certificates.ts";
import { png } from "../support/samples/sample-images.ts";
import { DnsServer } from "../support/servers/dns-server.ts";
import { type Edges, serveEdges } from "../support/servers/edge-servers.ts";
import { GrpcServer } from "../support/servers/grpc-server.ts";
import { type Site, serveSite } from "../support/servers/site-server.ts";

const sockets = new WebSocketServer({ noServer: true });
let site: Site;
let socketSite: Server;
let secure: Edges;
let names: DnsServer;
let grpc: GrpcServer;
let directory: string;
let real: RealDaemons;
const pathServer = createNetServer((socket) => void socket.on("error", () => {}).end());

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-probe-"));
  real = new RealDaemons(directory);
  await new Promise<void>((resolve) => pathServer.listen(join(directory, "app.sock"), resolve));
  await writeFile(join(directory, "backup.tar"), Buffer.alloc(2048));
  await writeFile(join(directory, "shop.db"), "");
  site = await serveSite({
    "/": { type: "text/html", body: "<h1>Checkout</h1><img src=/a.png>" },
    "/a.png": { type: "image/png", body: png() },
    "/health": { type: "application/json", body: '{"status":"up","queue":3}' },
    "/metrics": { type: "text/plain", body: "# TYPE jobs gauge\njobs 7\n" },
  });
  secure = await serveEdges([
    { address: "127.0.0.1", identity: identities.good, handle: (_request, response) => void response.end("ok") },
  ]);
  names = await DnsServer.start();
  names.set("shop.test", { a: ["127.0.0.1"] });
  grpc = await GrpcServer.start({ "": { serving: 1 } });
  socketSite = createServer().on("upgrade", (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, () => {}),
  );
  await new Promise<void>((resolve) => socketSite.listen(0, "127.0.0.1", resolve));
});

afterAll(async () => {
  await Promise.all([site.close(), secure.close(), names.close(), grpc.close(), real.close()]);
  pathServer.close();
  for (const client of sockets.clients) client.terminate();
  socketSite.close();
  await rm(directory, { recursive: true, force: true });
});

type Way = readonly [target: string, ...options: string[]];

/** What stands after `probe <kind>`. */
const ways: Readonly<Record<string, (context: TestContext) => Way | Promise<Way>>> = {
  certificate: () => [`127.0.0.1:${secure.port}`, `tls.ca=${rootPath}`, "tls.server_name=shop.test"],
  dns: () => [names.address, "name=shop.test", "expect.values=127.0.0.1"],
  domain: () => ["example.com", "lookup=none", "expires=2120-01-01"],
  exec: () => ["localhost", "command=/bin/echo", "command=fine", "directories=/bin"],
  file: () => [join(directory, "*.tar"), "min_size=1KiB", "settle=0s"],
  grpc: () => [`127.0.0.1:${grpc.port}`],
  host: () => ["localhost"],
  http: () => [`http://127.0.0.1:${site.port}/`, "expect.contains=Checkout"],
  icmp: (context) => {
    peer(context, "ping", "iputils-ping");
    return ["127.0.0.1", "packets=1"];
  },
  images: () => [`http://127.0.0.1:${site.port}/`],
  json: () => [`http://127.0.0.1:${site.port}/health`],
  ntp: async (context) => [await real.chrony(context)],
  redis: async (context) => [await real.redis(context)],
  scrape: () => [`http://127.0.0.1:${site.port}/metrics`],
  sql: () => ["shop", "driver=sqlite", `path=${join(directory, "shop.db")}`, "query=select 7 as jobs"],
  ssh: async (context) => [await real.openSsh(context, "hmac-sha2-256")],
  tcp: () => [`127.0.0.1:${site.port}`],
  unix: () => [join(directory, "app.sock")],
  websocket: () => [`ws://127.0.0.1:${(socketSite.address() as AddressInfo).port}/`],
};

/** Daemons of Debian that listen a moment after they were started. */
const lateKinds: ReadonlySet<string> = new Set(["ntp", "redis"]);

describe("e2e/watchfire probe", () => {
  it("covers every kind that can be asked", () => {
    const kinds = probeKinds.filter(({ trigger }) => trigger === "schedule").map(({ kind }) => kind);
    expect(Object.keys(ways)).toEqual(kinds.toSorted());
  });

  for (const [kind, wayOf] of Object.entries(ways)) {
    it(
      `${kind} answers by hand with its verdict, samples and exit code`,
      async (context) => {
        const [target, ...options] = await wayOf(context);
        const pairs = options.flatMap((option) => ["--option", option]);
        const ask = () => runWatchfire("probe", kind, target, ...pairs, "--output", "json");
        const { code, stdout, stderr } = await until(`an answer of ${kind}`, async () => {
          const answer = await ask();
          return lateKinds.has(kind) && answer.code !== 0 ? undefined : answer;
        });

        expect(stderr).toBe("");
        expect(JSON.parse(stdout)).toMatchObject({ probe: kind, verdict: "up" });
        expect(code).toBe(0);
      },
      slowMs,
    );
  }

  it("domain reads the shipped list of servers", async () => {
    const options = ["bootstrap=bundled", "lookup=rdap", "proxy=http://127.0.0.1:1"];
    const pairs = options.flatMap((option) => ["--option", option]);

    const { stdout } = await runWatchfire("probe", "domain", "example.com", ...pairs);

    expect(stdout).toContain("asking rdap.verisign.com by RDAP");
  });

  it("says which option is missing, unknown or of the wrong kind in plain words", async () => {
    const { code, stderr } = await runWatchfire(
      "probe",
      "dns",
      "127.0.0.1",
      "--option",
      "transprt=tcp",
      "--option",
      "expect=1",
    );

    expect([code, stderr]).toEqual([
      64,
      [
        "watchfire: The options do not fit the probe dns:",
        "  name: is missing; it must be a text",
        "  expect: must be a map, not the value 1",
        '  transprt: unknown key "transprt"; did you mean "transport"?',
        "",
      ].join("\n"),
    ]);
  });

  it("takes a list from one option where there is one, and a text as it is written", async () => {
    const options = ["expect.status=[200,301]", "expect.matches=[5]", "expect.contains=007"];
    const pairs = options.flatMap((option) => ["--option", option]);

    const { stdout } = await runWatchfire("probe", "http", `http://127.0.0.1:${site.port}/`, ...pairs);

    expect(stdout).toContain("the body does not match [5]");
    expect(stdout).toContain('the body does not contain "007"');
    expect(stdout).not.toContain("status");
  });

  it("says which target and options do not go together", async () => {
    expect(await runWatchfire("probe", "file", "s3://bucket/*.tar")).toEqual({
      code: 64,
      stdout: "",
      stderr: "watchfire: Target and options do not go together: s3://bucket/*.tar needs the option s3.\n",
    });
  });

  it("says why there is nothing to probe by hand where others send", async () => {
    expect(await runWatchfire("probe", "push", "nightly")).toEqual({
      code: 64,
      stdout: "",
      stderr: "watchfire: A push check waits for what arrives at the daemon; there is nothing to probe.\n",
    });
  });
});
