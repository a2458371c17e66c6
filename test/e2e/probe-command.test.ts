import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocketServer } from "ws";
import { identities, rootPath } from "../support/certificates.ts";
import { runWatchfire, slowMs } from "../support/daemon-process.ts";
import { DnsServer } from "../support/dns-server.ts";
import { type Edges, serveEdges } from "../support/edge-servers.ts";
import { GrpcServer } from "../support/grpc-server.ts";
import { png } from "../support/sample-images.ts";
import { type Site, serveSite } from "../support/site-server.ts";

const sockets = new WebSocketServer({ noServer: true });
let site: Site;
let socketSite: Server;
let secure: Edges;
let names: DnsServer;
let grpc: GrpcServer;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-probe-"));
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
  await Promise.all([site.close(), secure.close(), names.close(), grpc.close()]);
  for (const client of sockets.clients) client.terminate();
  socketSite.close();
  await rm(directory, { recursive: true, force: true });
});

/** What stands after `probe <kind>`, and the exit code. */
const ways: Readonly<Record<string, () => readonly [exitCode: number, target: string, ...options: string[]]>> = {
  certificate: () => [0, `127.0.0.1:${secure.port}`, `tls.ca=${rootPath}`, "tls.server_name=shop.test"],
  dns: () => [0, names.address, "name=shop.test", "expect.values=127.0.0.1"],
  domain: () => [0, "example.com", "lookup=none", "expires=2120-01-01"],
  exec: () => [0, "localhost", "command=/bin/echo", "command=fine", "directories=/bin"],
  file: () => [0, join(directory, "*.tar"), "min_size=1KiB", "settle=0s"],
  grpc: () => [0, `127.0.0.1:${grpc.port}`],
  host: () => [0, "localhost"],
  http: () => [0, `http://127.0.0.1:${site.port}/`, "expect.contains=Checkout"],
  images: () => [0, `http://127.0.0.1:${site.port}/`],
  json: () => [0, `http://127.0.0.1:${site.port}/health`],
  scrape: () => [0, `http://127.0.0.1:${site.port}/metrics`],
  sql: () => [0, "shop", "driver=sqlite", `path=${join(directory, "shop.db")}`, "query=select 7 as jobs"],
  tcp: () => [0, `127.0.0.1:${site.port}`],
  websocket: () => [0, `ws://127.0.0.1:${(socketSite.address() as AddressInfo).port}/`],
};

describe("e2e/watchfire probe", () => {
  it.each(Object.keys(ways))(
    "%s answers by hand with its verdict, samples and exit code",
    async (kind) => {
      const [wanted, target, ...options] = ways[kind]?.() ?? [-1, ""];
      const pairs = options.flatMap((option) => ["--option", option]);
      const { code, stdout, stderr } = await runWatchfire("probe", kind, target, ...pairs, "--output", "json");

      expect(stderr).toBe("");
      expect(JSON.parse(stdout)).toMatchObject({ probe: kind, verdict: "up" });
      expect(code).toBe(wanted);
    },
    slowMs,
  );

  it("says why there is nothing to probe by hand where others send", async () => {
    expect(await runWatchfire("probe", "push", "nightly")).toEqual({
      code: 64,
      stdout: "",
      stderr: "watchfire: A push check waits for what arrives at the daemon; there is nothing to probe.\n",
    });
  });
});
