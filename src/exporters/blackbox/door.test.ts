import { beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { usedHeapBytes } from "../../../test/support/used-heap.ts";
import type { Finding } from "../../core/checks/finding.ts";
import { verdictOf } from "../../core/checks/finding.ts";
import { probeKinds } from "../../probes/index.ts";
import { BlackboxDoor, type DoorParts, type DoorSettings } from "./door.ts";
import { loadModules } from "./load-modules.ts";
import { MetricsText, type Probed } from "./metrics-text.ts";
import type { DoorModule } from "./open-module.ts";

/** What was run, read. */
let jobs: (DoorModule & { target: unknown; timeoutMs: number })[];
let findings: readonly Finding[] | undefined;
let unknownModules: number;
let door: BlackboxDoor;

beforeEach(() => {
  jobs = [];
  findings = [];
  unknownModules = 0;
  door = doorOf(
    "modules:\n  http_2xx: { prober: http }\n  hosted: { prober: http, http: { headers: { Host: a.test } } }",
  );
});

function loadedModules(text: string): Pick<DoorSettings, "modules"> {
  const loaded = loadModules({ text, kinds: probeKinds, fileText: () => "" });
  return { modules: loaded.ok ? loaded.modules : [] };
}

function doorOf(text: string, parts: Partial<DoorParts> = {}): BlackboxDoor {
  const run: DoorParts["run"] = async (job) => {
    const { moduleText, targetText, timeoutMs } = job;
    jobs.push({ ...(JSON.parse(moduleText) as DoorModule), target: JSON.parse(targetText), timeoutMs });
    return findings === undefined ? undefined : probedOf(findings, timeoutMs);
  };
  return new BlackboxDoor(
    { clock: new FakeClock(), kinds: probeKinds, run, onUnknownModule: () => (unknownModules += 1), ...parts },
    { ...loadedModules(text), timeoutOffsetMs: 500, historyLimit: 3 },
  );
}

const metrics = new MetricsText([
  { name: "probe_http_status_code", type: "gauge", help: "Status", labels: [], history: false },
]);

function probedOf(found: readonly Finding[], timeoutMs: number): Probed {
  const samples = [{ metric: "probe_http_status_code", labels: {}, value: 200 }];
  const result = { verdict: verdictOf(found), findings: found, samples, durationMs: 12 };
  return { ...result, notes: ["looked around"], metrics: metrics.write(result, timeoutMs) };
}

const down: Finding = { is: "down", reason: "refused", phase: "connect", detail: "nothing listens" };

async function ask(query: string, scrapeTimeout?: string) {
  return door.probe(new URLSearchParams(query), scrapeTimeout);
}

describe("exporters/blackbox/door", () => {
  it("probes with the default module, and gives families by name", async () => {
    const answer = await ask("target=shop.test", "10");

    expect(jobs).toMatchObject([{ probe: "http", target: { address: "http://shop.test/" }, timeoutMs: 9500 }]);
    expect(answer).toMatchObject({ status: 200, contentType: "text/plain; version=0.0.4; charset=utf-8" });
    expect(answer.body.match(/^# TYPE (\S+)/gm)?.map((line) => line.slice(7))).toEqual([
      "probe_duration_seconds",
      "probe_http_status_code",
      "probe_success",
      "probe_timeout_seconds",
    ]);
    expect(answer.body).toContain("probe_success 1\n");
  });

  it("answers 200 for a target that is down, and for one that is no address", async () => {
    findings = [down];

    const refused = await ask("target=shop.test");
    const unreadable = await ask(`target=${encodeURIComponent("http://user:pass@shop.test/")}`);

    expect(refused).toMatchObject({ status: 200, body: expect.stringContaining("probe_success 0\n") });
    expect(unreadable).toMatchObject({ status: 200, body: expect.stringContaining("probe_success 0\n") });
    expect(jobs).toHaveLength(1);
  });

  it("says why a probe failed in a metric where that is asked for", async () => {
    const asked = ["target=shop.test", `target=${encodeURIComponent("http://user:pass@shop.test/")}`];
    const info = async () => {
      const answers = await Promise.all(asked.map((query) => ask(query)));
      return answers.map(({ body }) => /^probe_failure_info.*$/m.exec(body)?.[0]);
    };
    findings = [down];
    const unasked = await info();
    const { modules } = loadedModules("modules: { http_2xx: { prober: http } }");
    door.use({ modules, timeoutOffsetMs: 500, historyLimit: 3, tellsFailure: true });
    const failed = await info();
    findings = [];
    const well = await ask("target=shop.test");

    expect(unasked).toEqual([undefined, undefined]);
    expect(failed).toEqual([
      'probe_failure_info{phase="connect",reason="refused"} 1',
      'probe_failure_info{phase="",reason="parse"} 1',
    ]);
    expect(well.body).not.toContain("probe_failure_info");
  });

  it.each([
    ["module=none&target=a", undefined, 400, 'Unknown module "none"\n'],
    ["module=http_2xx", undefined, 400, "Target parameter is missing\n"],
    [
      "target=a",
      "x",
      500,
      'Failed to parse timeout from Prometheus header: strconv.ParseFloat: parsing "x": invalid syntax\n',
    ],
    [
      "module=hosted&target=a&hostname=b.test",
      undefined,
      400,
      "host header defined both in module configuration (a.test) and with URL-parameter 'hostname' (b.test)\n",
    ],
    [
      "target=a.test&hostname=b.test%0d%0ax:%20y",
      undefined,
      400,
      "URL-parameter 'hostname' is no host: \"b.test\\r\\nx: y\"\n",
    ],
  ])("refuses %j scraped in %j with %j", async (query, scrapeTimeout, status, body) => {
    expect(await ask(query, scrapeTimeout)).toMatchObject({ status, body });
    expect(unknownModules).toBe(query.startsWith("module=none") ? 1 : 0);
  });

  it("lets parameters name the question of a dns module, and ignores them elsewhere", async () => {
    door = doorOf(
      "modules: { names: { prober: dns, dns: { query_name: a.test, query_type: A } }, h: { prober: http } }",
    );

    await ask("module=names&target=10.0.0.1&query_name=b.test&query_type=MX");
    await ask("module=names&target=10.0.0.1&query_name=c.test");
    await ask("module=names&target=10.0.0.1");
    await ask("module=h&target=10.0.0.1&query_name=b.test");
    const refused = await ask("module=names&target=10.0.0.1&query_type=NONE");

    expect(jobs.map(({ options }) => options)).toMatchObject([
      { name: "b.test", type: "MX" },
      { name: "c.test", type: "A" },
      { name: "a.test", type: "A" },
      {},
    ]);
    expect(refused).toMatchObject({ status: 400, body: expect.stringMatching(/^type: /) as string });
  });

  it("lets the hostname parameter name Host header and certificate", async () => {
    await ask("target=10.0.0.1&hostname=shop.test");

    expect(jobs[0]?.options).toMatchObject({
      headers: { host: "shop.test" },
      tls: { server_name: "shop.test" },
    });
  });

  it("fails the scrape instead of telling of an outage where the trouble is its own", async () => {
    findings = [{ is: "unknown", reason: "stall", detail: "this process stood still" }];
    expect(await ask("target=a")).toMatchObject({ status: 503, body: expect.stringContaining("stall") });

    findings = undefined;
    expect(await ask("target=a")).toMatchObject({ status: 503 });
    expect(door.history()).toEqual([]);
  });

  it("takes what could not be measured for other reasons as its own program does: not a success", async () => {
    findings = [{ is: "unknown", reason: "resolver", detail: "no name server answers" }];

    expect(await ask("target=a")).toMatchObject({ status: 200, body: expect.stringContaining("probe_success 0") });
  });

  it("shows notes, findings, metrics and module when asked to debug", async () => {
    findings = [down];

    const { body } = await ask("target=a&debug=true");

    expect(body).toMatch(/^Logs for the probe:\n/);
    expect(body).toContain('level=info msg="looked around"');
    expect(body).toContain('level=error msg="nothing listens" finding=down reason=refused');
    expect(body).toContain("\n\n\nMetrics that would have been returned:\n# HELP");
    expect(body).toContain("\n\n\nModule configuration:\nprober: http\n");
  });

  it("keeps the latest probes, and failures longer than successes", async () => {
    findings = [down];
    await ask("target=bad");
    findings = [];
    for (const target of ["a", "b", "c", "d"]) await ask(`target=${target}`);

    expect(door.history().map(({ id, target }) => `${id} ${target}`)).toEqual(["4 d", "3 c", "2 b", "0 bad"]);
    expect(door.logs(new URLSearchParams("id=0")).body).toContain("nothing listens");
    expect(door.logs(new URLSearchParams("target=d&module=http_2xx")).status).toBe(200);
  });

  it.each([
    ["", 400, "Probe id or target must be defined as http query parameters\n"],
    ["id=1&target=a", 400, "Probe id and target can't be defined at the same time\n"],
    ["module=a", 400, "Probe module filter only works in conjunction with target parameter\n"],
    ["id=7", 404, "Probe id not found\n"],
    ["target=none", 404, "Probe target not found\n"],
  ])("refuses to show logs for %j", (query, status, body) => {
    expect(door.logs(new URLSearchParams(query))).toMatchObject({ status, body });
  });

  it("bounds how many probes run at once", async () => {
    const held = doorOf("modules:\n  http_2xx: { prober: http }", { run: () => new Promise(() => {}) });
    const asked = Array.from({ length: 1000 }, () => held.probe(new URLSearchParams("target=a"), undefined));

    expect(await held.probe(new URLSearchParams("target=a"), undefined)).toMatchObject({ status: 503 });
    expect(asked).toHaveLength(1000);
  });

  it("keeps nothing of a large module for each host that is asked for", async () => {
    const { modules } = loadedModules(
      `modules: { post: { prober: http, http: { method: POST, body: ${"x".repeat(500_000)} } } }`,
    );
    door = doorOf("modules: {}", { run: async ({ timeoutMs }) => probedOf([], timeoutMs) });
    door.use({ modules, timeoutOffsetMs: 500, historyLimit: 3 });
    const queries = Array.from(
      { length: 200 },
      (_, n) => new URLSearchParams(`module=post&target=a&hostname=h${n}.test`),
    );
    const beforeBytes = usedHeapBytes();

    for (const query of queries) await door.probe(query, "10");

    // 100 MB, were each text kept as long as its query.
    expect(usedHeapBytes() - beforeBytes).toBeLessThan(20_000_000);
    expect(queries).toHaveLength(200);
  });

  it("uses other modules from now on, also for a query that it knows", async () => {
    const query = new URLSearchParams("target=a");
    for (const scrapeTimeout of ["10", "20"]) await door.probe(query, scrapeTimeout);
    const { modules } = loadedModules("modules: { http_2xx: { prober: http, http: { method: POST } } }");
    door.use({ modules, timeoutOffsetMs: 500, historyLimit: 3 });
    await door.probe(query, "10");
    door.use({ modules: [], timeoutOffsetMs: 500, historyLimit: 3 });

    expect(jobs.map(({ timeoutMs }) => timeoutMs)).toEqual([9500, 19_500, 9500]);
    expect(jobs.map(({ options }) => options)).toMatchObject([{}, {}, { method: "POST" }]);
    expect(await door.probe(query, "10")).toMatchObject({ status: 400 });
    expect(door.config().body).toBe("modules: {}\n");
  });
});
