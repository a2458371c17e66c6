import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/support/fakes/fake-clock.ts";
import { MemoryStore } from "../../test/support/fakes/memory-store.ts";
import { adminToken, noAlerting, noFacts, pipelineToken } from "../../test/support/worlds/api-harness.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import { buildHttpServer } from "./http-server.ts";
import { PushTokens } from "./push-tokens.ts";
import { routeTable } from "./route-table.ts";
import { serverSchema } from "./server-schema.ts";

const quiet = () => {};
const dependencies: ApiDependencies = {
  clock: new FakeClock(),
  log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  version: "1.2.3",
  adminToken,
  pipelineToken,
  hostNames: [],
  pushTokens: new PushTokens("key"),
  pageKey: "key",
  language: () => "en",
  timeZone: () => "UTC",
  scrape: () => ({ contentType: "text/plain", chunks: (async function* () {})() }),
  readiness: () => ({ isReady: true }),
  overview: () => noFacts,
  reload: async () => ({ ok: true, summary: "" }),
  quit: quiet,
  deliverPush: () => "accepted",
  runningConfig: () => ({ fingerprint: "", text: "", shown: { view: {}, digests: {} } }),
  host: () => ({}),
  history: new MemoryStore(new FakeClock()),
  alerting: () => noAlerting,
  incident: async () => undefined,
  incidents: async () => [],
  escalation: () => ({ people: new Map(), schedules: new Map(), policies: new Map() }),
  unconfirmed: () => [],
  isShadow: false,
  perform: async () => Promise.reject(new Error("nothing is done here")),
  deliveries: async () => [],
  receivers: () => [],
  door: () => undefined,
};

/** Reads `METHOD path` pairs from the tree that the router prints. */
function routesOf(tree: string): readonly string[] {
  const parents: string[] = [];
  const found: string[] = [];
  for (const line of tree.split("\n")) {
    const [, indent, piece, methods] = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line) ?? [];
    if (indent === undefined || piece === undefined) continue;
    const depth = indent.length / 4;
    parents.length = depth;
    parents.push(piece);
    for (const method of methods?.split(", ") ?? []) found.push(`${method} ${parents.join("").replace(/\/+/g, "/")}`);
  }
  return found.sort();
}

describe("api/route-table", () => {
  it("has a row for every route the router knows, and the other way round (R8)", async () => {
    const server = serverSchema.parse({});
    const table = routeTable(dependencies);
    const [listener] = Object.values(server.listeners);
    if (listener === undefined) throw new Error("no listener by default");
    const app = await buildHttpServer(listener, server, dependencies, table);
    await app.ready();

    const rows = table.flatMap(({ methods, path }) => methods.map((method) => `${method} ${path}`)).sort();
    expect(routesOf(app.printRoutes({ commonPrefix: false }))).toEqual(rows);
    await app.close();
  });

  it("lets nobody without a token or the lifecycle switch change anything", () => {
    const open = routeTable(dependencies).filter(
      ({ methods, auth }) => auth === "none" && (methods.includes("POST") || methods.includes("DELETE")),
    );

    expect(open).toEqual([]);
  });

  it("keeps everything but health, signed links and the page's assets off the public surface", () => {
    const paths = routeTable(dependencies).filter(({ surfaces }) => surfaces.includes("public"));

    expect(paths.map(({ path }) => path).sort()).toEqual([
      "/-/healthy",
      "/i/:token",
      "/i/:token",
      "/icon.svg",
      "/style.css",
    ]);
  });
});
