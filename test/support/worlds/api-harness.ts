import { request } from "node:http";
import type { AlertingEngine, AlertingSnapshot } from "../../../src/alerting/pipeline/alerting-engine.ts";
import { createAlertingEngine } from "../../../src/alerting/pipeline/alerting-engine.ts";
import type { ApiDependencies } from "../../../src/api/api-dependencies.ts";
import { type ApiServer, openApi } from "../../../src/api/api-server.ts";
import type { OverviewFacts } from "../../../src/api/overview.ts";
import { PushTokens } from "../../../src/api/push-tokens.ts";
import { serverSchema } from "../../../src/api/server-schema.ts";
import type { Arrival } from "../../../src/core/ports/inbox.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { CountingIds } from "../fakes/fake-random.ts";
import { MemoryStore } from "../fakes/memory-store.ts";
import { alertingConfigOf } from "./alerting-world.ts";

/** An API on a free loopback port, and what it was told to do. */
export type ApiHarness = Readonly<{
  api: ApiServer;
  url: string;
  clock: FakeClock;
  pushTokens: PushTokens;
  arrivals: { check: string; arrival: Arrival }[];
  calls: string[];
  logged: string[];
  /** Alerting as it is after what was asked of it. */
  engine: AlertingEngine;
}>;

export const adminToken = "admin-token-of-the-tests";
export const pipelineToken = "pipeline-token-of-the-tests";

/** Facts of a daemon without checks. */
export const noFacts: OverviewFacts = {
  env: "test",
  language: "en",
  timeZone: "UTC",
  startedAtMs: Date.UTC(2026, 10, 23, 0, 0, 0),
  checks: [],
  states: new Map(),
  lastRuns: new Map(),
  incidents: [],
  deliveries: [],
  outboxPending: 0,
};

/** Alerting that has seen nothing. */
export const noAlerting: AlertingSnapshot = createAlertingEngine(alertingConfigOf([]), {
  ids: new CountingIds(),
}).snapshot();

/** What the parts of an API that answer simply are told and asked. */
export type ApiParts = Omit<ApiHarness, "api" | "url"> & Readonly<{ dependencies: ApiDependencies }>;

/** Makes parts that answer simply; `overrides` replaces some of them. */
export function apiParts(overrides: Partial<ApiDependencies> = {}): ApiParts {
  const clock = new FakeClock();
  const pushTokens = new PushTokens("key-of-the-tests");
  const arrivals: ApiHarness["arrivals"] = [];
  const calls: string[] = [];
  const logged: string[] = [];
  const engine = createAlertingEngine(alertingConfigOf([]), { ids: new CountingIds() });
  const log = (event: string, fields?: object): void => void logged.push(`${event} ${JSON.stringify(fields ?? {})}`);
  const dependencies: ApiDependencies = {
    clock,
    log: { debug: log, info: log, warn: log, error: log },
    version: "1.2.3",
    adminToken,
    pipelineToken,
    hostNames: ["watch-1"],
    isShadow: false,
    pushTokens,
    pageKey: "page-key-of-the-tests",
    language: () => "en",
    timeZone: () => "Asia/Shanghai",
    scrape(accept) {
      calls.push(`scrape ${accept ?? ""}`);
      return { contentType: "text/plain; version=0.0.4; charset=utf-8", chunks: oneChunk() };
    },
    readiness: () => ({ isReady: true }),
    overview: () => noFacts,
    reload: async () => ({ ok: true, summary: "nothing changed" }),
    quit: () => void calls.push("quit"),
    deliverPush(subject, arrival) {
      arrivals.push({ ...subject, arrival });
      return "accepted";
    },
    runningConfig: () => ({ fingerprint: "abc", text: "checks: {}\n", shown: { view: {}, digests: {} } }),
    host: () => ({}),
    history: new MemoryStore(clock),
    alerting: () => engine.snapshot(),
    incident: async (id) => engine.snapshot().incidents.find((incident) => incident.id === id),
    incidents: async () => engine.snapshot().incidents,
    escalation: () => alertingConfigOf([]).escalation,
    unconfirmed: () => engine.unconfirmed(),
    perform: async (action) => engine.perform(action, clock.now()).outcome,
    deliveries: async () => [],
    receivers: () => ["chat"],
    door: () => undefined,
    ...overrides,
  };
  return { clock, pushTokens, arrivals, calls, logged, engine, dependencies };
}

/** Opens an API whose parts answer simply; `overrides` replaces some of them. */
export async function openTestApi(
  settings: Record<string, unknown> = {},
  overrides: Partial<ApiDependencies> = {},
): Promise<ApiHarness> {
  const { dependencies, ...parts } = apiParts(overrides);
  const api = await openApi(
    serverSchema.parse({ listeners: { main: { listen: "127.0.0.1:0" } }, ...settings }),
    dependencies,
  );
  return { api, url: api.addresses.values().next().value ?? "", ...parts };
}

async function* oneChunk(): AsyncGenerator<Buffer> {
  yield Buffer.from("# HELP a A.\n# TYPE a gauge\na 1\n");
}

export type RawAnswer = Readonly<{ status: number; headers: Readonly<Record<string, unknown>>; body: string }>;

/** Sends one request exactly as written: no normalised path, no added headers but Host. */
export function rawRequest(
  url: string,
  path: string,
  options: Readonly<{ method?: string; headers?: Record<string, string>; body?: string }> = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { hostname, port, path, method: options.method ?? "GET", headers: options.headers ?? {}, agent: false },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            headers: answer.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(options.body);
  });
}
