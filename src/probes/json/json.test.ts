import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/http-run.ts";
import { type Site, type SitePage, serveSite } from "../../../test/support/site-server.ts";
import type { Result } from "../../core/result.ts";
import { json } from "./json.ts";

type Options = Readonly<Record<string, unknown>>;

const startedAtMs = Date.UTC(2026, 10, 26, 12, 0, 0);
const sites: Site[] = [];
afterEach(async () => {
  await Promise.all(sites.splice(0).map((site) => site.close()));
});

async function serve(page: SitePage): Promise<Site> {
  const site = await serveSite({ "/health": { type: "application/json", ...page } });
  sites.push(site);
  return site;
}

async function probePage(page: SitePage, options: Options = {}): Promise<Result> {
  const { port } = await serve(page);
  return (await startNetworkRun(json, `http://127.0.0.1:${port}/health`, options, { startedAtMs }).outcome).result;
}

async function probe(document: unknown, options: Options = {}, status = 200): Promise<Result> {
  return probePage({ status, body: JSON.stringify(document) }, options);
}

/** `is reason detail` of each finding; flaws with their severity. */
function told({ findings }: Result): readonly string[] {
  return findings.map(
    (finding) => `${finding.is === "flaw" ? finding.severity : finding.is} ${finding.reason} ${finding.detail}`,
  );
}

const spring = {
  status: "DOWN",
  components: {
    db: {
      status: "DOWN",
      components: {
        primary: { status: "UP", details: { database: "PostgreSQL" } },
        replica: { status: "DOWN", details: { error: "java.net.ConnectException: refused\n\tat x" } },
      },
    },
    diskSpace: { status: "UP", details: { total: 500, free: 100, threshold: 10 } },
    discoveryComposite: { status: "UNKNOWN", description: "Discovery Client not initialized" },
    mail: { status: "OUT_OF_SERVICE" },
  },
};

describe("probes/json with documents of health", () => {
  it.each<readonly [string, unknown]>([
    ["Spring Boot", { status: "UP", components: { db: { status: "UP" }, ping: { status: "UP" } } }],
    ["old Spring Boot", { status: "UP", diskSpace: { status: "UP", free: 1 }, db: { status: "UP" } }],
    [
      "ASP.NET",
      {
        status: "Healthy",
        totalDuration: "00:00:00.05",
        entries: { a: { status: "Healthy" }, b: { status: "Healthy" } },
      },
    ],
    [
      "MicroProfile",
      {
        status: "UP",
        checks: [
          { name: "a", status: "UP" },
          { name: "b", status: "UP", data: {} },
        ],
      },
    ],
    [
      "Terminus",
      {
        status: "ok",
        info: { a: { status: "up" }, b: { status: "up" } },
        error: {},
        details: { a: { status: "up" }, b: { status: "up" } },
      },
    ],
    [
      "health+json",
      { status: "pass", checks: { "a:time": [{ status: "pass", observedValue: 250 }], b: [{ status: "pass" }] } },
    ],
    ["plain booleans", { status: true, checks: { a: true, b: "ok" } }],
  ])("is up for %s, and counts its parts", async (_, document) => {
    const result = await probe(document);

    expect([result.verdict, ...told(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_json_health_parts", { state: "up" })).toBe(2);
    expect(sampleOf(result, "probe_json_health_parts", { state: "down" })).toBe(0);
    expect(result.evidence).toBeUndefined();
  });

  it.each<readonly [string, string]>([
    ["Elasticsearch", '{"cluster_name":"shop","status":"green"}'],
    ["a word alone", "Healthy"],
    ["a JSON text alone", '"UP"'],
    ["a byte order mark", '\ufeff{"status":"UP"}'],
    ["true alone", "true"],
  ])("is up for %s", async (_, body) => {
    expect(told(await probePage({ body }))).toEqual([]);
  });

  it("says which parts are down, and why, in place of the status that comes with it", async () => {
    const result = await probe(spring, {}, 503);

    expect(told(result)).toEqual([
      "down json status is DOWN: db.replica is DOWN (java.net.ConnectException: refused\\n\\tat x), mail is OUT_OF_SERVICE",
    ]);
    expect(sampleOf(result, "probe_http_status_code")).toBe(503);
    expect(sampleOf(result, "probe_json_health_parts", { state: "down" })).toBe(3);
    expect(JSON.stringify(result.evidence)).toContain("PostgreSQL");
  });

  it.each<readonly [string, unknown, string]>([
    [
      "ASP.NET",
      { status: "Unhealthy", entries: { sql: { status: "Unhealthy", description: "timeout" } } },
      "status is Unhealthy: sql is Unhealthy (timeout)",
    ],
    [
      "MicroProfile",
      { status: "DOWN", checks: [{ name: "db", status: "DOWN", data: { error: "x" } }] },
      "status is DOWN: db is DOWN (x)",
    ],
    [
      "Terminus",
      {
        status: "error",
        info: {},
        error: { db: { status: "down", message: "m" } },
        details: { db: { status: "down", message: "m" } },
      },
      "status is error: db is down (m)",
    ],
    [
      "health+json",
      { status: "fail", checks: { "db:time": [{ status: "pass" }, { status: "fail", output: "o" }] } },
      "status is fail: db:time[1] is fail (o)",
    ],
    ["Elasticsearch", { status: "red" }, "status is red"],
  ])("is down for %s", async (_, document, detail) => {
    expect(told(await probe(document, {}, 503))).toEqual([`down json ${detail}`]);
  });

  it("shows degraded as a flaw, of the severity that is wanted", async () => {
    const document = { status: "Degraded", entries: { cache: { status: "Degraded", description: "slow" } } };

    expect(told(await probe(document))).toEqual(["warning json status is Degraded: cache is Degraded (slow)"]);
    expect(told(await probe(document, { health: { degraded: "critical" } }))[0]).toMatch(/^critical json/);
    expect(told(await probe(document, { health: { degraded: "down" } }))[0]).toMatch(/^down json/);
    expect(told(await probe(document, { health: { degraded: "ignore" } }))).toEqual([]);
    expect(told(await probe({ status: "UP", components: { a: { status: "DOWN" } } }))).toEqual([
      "warning json status is UP: a is DOWN",
    ]);
    expect(told(await probe({ status: "UNKNOWN" }))).toEqual(["warning json status is UNKNOWN"]);
  });

  it("does not count the parts that are ignored, nor what lies below them", async () => {
    const ignored = await probe(spring, { health: { ignore: ["mail", "db"] } }, 503);
    const half = await probe(spring, { health: { ignore: ["db.replica"] } }, 503);

    expect(told(ignored)).toEqual([]);
    expect(told(half)).toEqual(["down json status is DOWN: db is DOWN, mail is OUT_OF_SERVICE"]);
  });

  it("reads the word at another path, and learns further words", async () => {
    const document = { state: { level: "Limping" }, checks: { a: "limping", b: "fatal" } };
    const words = { limping: "degraded", fatal: "down" };

    const result = await probe(document, { health: { status: "$.state.level", words } });

    expect(told(result)).toEqual(["warning json status is Limping: b is fatal, a is limping"]);
  });

  it.each<readonly [string, string, string]>([
    ["no status", '{"a":1}', "there is no $.status"],
    [
      "a strange word",
      '{"status":"\\u202ehm"}',
      '$.status is "\\u202ehm", which says neither up nor down; name the word in health.words',
    ],
    ["a number", '{"status":1}', "$.status is 1, which says neither up nor down"],
    ["an array", "[]", "there is no $.status"],
  ])("is down for %s", async (_, body, detail) => {
    const result = await probePage({ body });

    expect(reasonsOf(result)).toEqual(["down json"]);
    expect(result.headline?.detail).toContain(detail);
  });

  it("does not believe a bad status from a document that says up", async () => {
    expect(told(await probe({ status: "UP" }, {}, 500))).toEqual(["down status answered 500 Internal Server Error"]);
    expect(told(await probePage({ status: 502, body: "<h1>Bad Gateway</h1>" }))).toEqual([
      "down status answered 502 Bad Gateway",
    ]);
  });

  it("bounds a document of many parts, and shows no control character of theirs", async () => {
    const components = Object.fromEntries(
      Array.from({ length: 700 }, (_, index) => [`p${index}\u001b`, { status: "DOWN", description: "\u202e" }]),
    );

    const result = await probe({ status: "DOWN", components });

    expect(sampleOf(result, "probe_json_health_parts", { state: "down" })).toBe(500);
    expect(result.headline?.detail).toContain("p4\\x1b is DOWN (\\u202e) and 495 more");
  });
});

const figures = {
  orders: {
    open: 700,
    items: [
      { id: 1, state: "new" },
      { id: 2, state: "stuck" },
      { id: 3, state: "stuck" },
    ],
  },
  providers: [
    { name: "a", state: "up" },
    { name: "b", state: "off" },
    { name: "c", state: "off" },
  ],
  rate: "0.25",
  isOpen: true,
  finished: "2026-11-26T10:00:00+08:00",
};

describe("probes/json with values", () => {
  it("is up when every value is as wanted, and gives numbers as series", async () => {
    const result = await probe(figures, {
      values: {
        open: { path: "$.orders.open", above: { warning: 1000 }, below: { down: 1 }, metric: "shop_orders_open" },
        stuck: {
          path: "$.orders.items[?@.state == 'stuck']",
          take: "count",
          above: { critical: 2 },
          metric: "shop_stuck_total",
        },
        ids: { path: "$.orders.items[*].id", take: "sum", equals: 6 },
        least: { path: "$.orders.items[*].id", take: "min", equals: 1 },
        most: { path: "$.orders.items[*].id", take: "max", equals: 3 },
        rate: { path: "$.rate", above: { down: 0.5 } },
        door: { path: "$.isOpen", equals: true },
        first: { path: "$.providers[0].state", one_of: ["up", "standby"], matches: "^u", not_matches: "x" },
        finished: { path: "$.finished", older_than: { warning: "10h" } },
        none: { path: "$.error", absent: true },
        maybe: { path: "$.maybe", missing: "ignore", equals: 1 },
        there: { path: "$.orders" },
      },
    });

    expect([result.verdict, ...told(result)]).toEqual(["up"]);
    const numbers = result.samples.filter(({ metric }) => metric === "probe_json_value");
    expect(Object.fromEntries(numbers.map(({ labels, value }) => [labels["value"], value]))).toEqual({
      open: 700,
      stuck: 2,
      ids: 6,
      least: 1,
      most: 3,
      rate: 0.25,
      door: 1,
    });
    expect([sampleOf(result, "shop_orders_open"), sampleOf(result, "shop_stuck_total")]).toEqual([700, 2]);
    expect(json.metricsOf({ values: { a: { path: "$", metric: "a_total" } } }).at(-1)).toMatchObject({
      name: "a_total",
      type: "counter",
    });
  });

  it.each<readonly [string, Options, string]>([
    [
      "a limit of a warning",
      { path: "$.orders.open", above: { warning: 500, critical: 2000 } },
      "warning threshold v: $.orders.open is 700, above 500",
    ],
    [
      "the worst limit",
      { title: "Open orders", path: "$.orders.open", above: { warning: 500, critical: 600 } },
      "critical threshold Open orders: $.orders.open is 700, above 600",
    ],
    [
      "a limit of an outage",
      { path: "$.orders.open", below: { warning: 900, down: 800 } },
      "down threshold v: $.orders.open is 700, below 800",
    ],
    ["another value", { path: "$.isOpen", equals: false }, "down json v: $.isOpen is true, expected false"],
    [
      "another type",
      { path: "$.orders.open", equals: "700", otherwise: "warning" },
      'warning json v: $.orders.open is 700, expected "700"',
    ],
    ["none of many", { path: "$.rate", one_of: ["a", 1] }, 'down json v: $.rate is "0.25", expected one of "a", 1'],
    ["no match", { path: "$.rate", matches: "^1" }, 'down json v: $.rate is "0.25", which does not match ^1'],
    ["a bad match", { path: "$.rate", not_matches: "25" }, 'down json v: $.rate is "0.25", which matches 25'],
    ["no text", { path: "$.isOpen", matches: "x" }, "down json v: $.isOpen is true, expected a text"],
    [
      "no number",
      { path: "$.finished", above: { warning: 1 }, otherwise: "critical" },
      'critical json v: $.finished is "2026-11-26T10:00:00+08:00", expected a number',
    ],
    [
      "an old moment",
      { path: "$.finished", older_than: { warning: "9h", down: "11h" } },
      'warning too_old v: $.finished is "2026-11-26T10:00:00+08:00", 10h ago, more than 9h',
    ],
    [
      "no moment",
      { path: "$.isOpen", older_than: { warning: "9h" } },
      "down json v: $.isOpen is true, expected a moment",
    ],
    ["nothing", { path: "$.none.at.all" }, "down json v: there is no $.none.at.all"],
    ["nothing that matters less", { path: "$.x", missing: "warning" }, "warning json v: there is no $.x"],
    ["something", { path: "$.rate", absent: true, otherwise: "critical" }, 'critical json v: $.rate is there: "0.25"'],
    [
      "too many",
      { path: "$.orders.items[?@.state == 'stuck']", take: "count", above: { warning: 1 } },
      "warning threshold v: the count of $.orders.items[?@.state == 'stuck'] is 2, above 1",
    ],
    [
      "no numbers to add",
      { path: "$.providers[*].name", take: "sum", above: { warning: 1 } },
      'down json v: $.providers[0].name is "a", expected a number',
    ],
    ["nothing to add", { path: "$.x[*]", take: "sum", above: { warning: 1 } }, "down json v: there is no $.x[*]"],
  ])("says of %s what it is", async (_, value, finding) => {
    expect(told(await probe(figures, { values: { v: value } }))).toEqual([finding]);
  });

  it("judges each value of many and tells the worst five", async () => {
    const two = await probe(figures, {
      values: { v: { path: "$.providers[*].state", equals: "up", otherwise: "warning" } },
    });
    const many = await probe(
      { a: [1, 2, 3, 4, 5, 6, 7, 50] },
      { values: { v: { path: "$.a[*]", above: { warning: 0, down: 40 } } } },
    );

    expect(told(two)).toEqual([
      'warning json v: $.providers[1].state is "off", expected "up"',
      'warning json v: $.providers[2].state is "off", expected "up"',
    ]);
    expect(told(many)).toEqual([
      "down threshold v: $.a[7] is 50, above 40",
      ...[0, 1, 2].map((index) => `warning threshold v: $.a[${index}] is ${index + 1}, above 0`),
      "warning threshold v: $.a[3] is 4, above 0, and 3 more",
    ]);
  });

  it.each<readonly [unknown, boolean]>([
    ["2026-11-26T11:59:00Z", false],
    ["2026-11-26 11:59:00.1234567", false],
    ["2026-11-26T19:59+0800", false],
    ["2026-11-26T11:00:00Z", true],
    [startedAtMs, false],
    [startedAtMs / 1000 - 3600, true],
    [String(startedAtMs / 1000), false],
    ["2027-01-01T00:00:00Z", false],
  ])("reads %j as a moment", async (moment, isOld) => {
    const result = await probe({ moment }, { values: { v: { path: "$.moment", older_than: { down: "30m" } } } });

    expect(reasonsOf(result)).toEqual(isOld ? ["down too_old"] : []);
  });

  it("judges health beside values when both are asked for", async () => {
    const result = await probe(
      { status: "DOWN", n: 5 },
      { health: {}, values: { n: { path: "$.n", above: { warning: 1 } } } },
      503,
    );

    expect(told(result)).toEqual(["down json status is DOWN", "warning threshold n: $.n is 5, above 1"]);
  });

  it("asks as it is told, and unpacks", async () => {
    const asked: unknown[] = [];
    const handle: SitePage["handle"] = (request, response) => {
      request.setEncoding("utf8").on("data", (chunk) => {
        asked.push([
          request.method,
          request.headers["content-type"],
          request.headers.accept,
          request.headers["authorization"],
          chunk,
        ]);
        response.writeHead(201, { "content-encoding": "gzip" }).end(gzipSync('{"data":{"n":1}}'));
      });
    };

    const result = await probePage(
      { handle },
      {
        method: "POST",
        body: '{"query":"{n}"}',
        auth: { kind: "bearer", token: "t" },
        status: [201],
        values: { n: { path: "$.data.n", equals: 1 } },
      },
    );

    expect(told(result)).toEqual([]);
    expect(asked).toEqual([
      [
        "POST",
        "application/json",
        "application/json, application/*+json;q=0.9, */*;q=0.1",
        "Bearer t",
        '{"query":"{n}"}',
      ],
    ]);
  });
});

describe("probes/json with what is no good document", () => {
  it.each<readonly [string, string, string]>([
    ["a page", "<html>", "is no JSON"],
    ["nothing", "", "is empty"],
    ["half a document", '{"status":"UP"', "is no JSON"],
    ["100 000 brackets", "[".repeat(100_000), "is nested deeper than 100 times"],
  ])("F35 is down for %s", async (_, body, problem) => {
    expect(told(await probePage({ body }))).toEqual([`down json the document ${problem}`]);
  });

  it("F35 reads no more than body_limit of an endless document, and says when a name stands twice", async () => {
    const large = await probe({ status: "UP", text: "x".repeat(5000) }, { body_limit: "4KiB" });
    const twice = await probePage({ body: '{"status":"DOWN","status":"UP"}' });

    expect(told(large)).toEqual([
      "down body_too_large the document is longer than 4096 bytes and was not read to its end",
    ]);
    expect(told(twice)).toEqual(['info content_mismatch an object names "status" twice; the last one counts']);
  });

  it("F35 has no number for what is none that can be held", async () => {
    const result = await probePage(
      { body: '{"a":1e999,"b":-1e999,"c":12345678901234567890}' },
      { values: { a: { path: "$.a", above: { warning: 1 } }, sum: { path: "$.*", take: "sum" }, c: { path: "$.c" } } },
    );

    expect(told(result)).toEqual([
      "down json a: $.a is Infinity, expected a number",
      "down json sum: $.a is Infinity, expected a number",
    ]);
    expect(result.samples.every(({ value }) => Number.isFinite(value))).toBe(true);
  });

  it("F119 takes names such as __proto__ for what they are", async () => {
    const result = await probePage(
      { body: '{"__proto__":{"status":"UP"},"constructor":1,"status":"UP"}' },
      { values: { a: { path: "$.__proto__.status", equals: "UP" } }, health: {} },
    );

    expect(told(result)).toEqual([]);
    expect(({} as { status?: string }).status).toBeUndefined();
  });

  it("is unknown when a path looks at too much of a document", async () => {
    const document = Array.from({ length: 300 }, (_, index) => [[index]]);

    const result = await probe(document, { values: { a: { path: "$..*..*[?count($..*) > 1]", absent: true } } });

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["unknown", "unknown parse"]);
  });

  it("F12 ends at the deadline when the answer does not come", async () => {
    const site = await serve({ handle: () => {} });
    const run = startNetworkRun(json, `http://127.0.0.1:${site.port}/health`);
    await site.asked("/health");
    run.cancel();

    expect((await run.outcome).result.headline?.reason).toBe("ttfb_timeout");
  });

  it("is down when nobody listens, and grades a slow answer", async () => {
    const { result } = await startNetworkRun(json, "http://127.0.0.1:1/").outcome;
    const slow = await probe({ status: "UP" }, { slower_than: { warning: "0s" } });

    expect(reasonsOf(result)).toEqual(["down refused"]);
    expect([slow.verdict, ...reasonsOf(slow)]).toEqual(["up", "flaw slow"]);
  });
});

describe("probes/json options", () => {
  it.each<readonly [Options, string]>([
    [{ body: "{}" }, "GET has no body"],
    [{ values: { a: {} } }, "path"],
    [{ values: { a: { path: "status" } } }, "is no JSONPath"],
    [{ values: { a: { path: "$.*", metric: "a" } } }, "set take"],
    [{ values: { a: { path: "$.a", metric: "probe_a" } } }, "must not begin with"],
    [{ values: { a: { path: "$.a", absent: true, equals: 1 } } }, "not judged further"],
    [{ values: { a: { path: "$.a", absent: true, take: "count" } } }, "not judged further"],
    [{ values: { a: { path: "$.a", above: {} } } }, "set warning, critical or down"],
    [{ values: { a: { path: "$.a", older_than: {} } } }, "set warning, critical or down"],
    [{ health: { words: { x: "fine" } } }, "Invalid"],
    [{ health: { status: "status" } }, "is no JSONPath"],
    [{ status: [] }, "Too small"],
  ])("refuses %j", (options, message) => {
    expect(JSON.stringify(json.options.safeParse(options).error?.issues)).toContain(message);
  });
});
