import { afterEach, describe, expect, it } from "vitest";
import { closeDocuments, probeDocument, probePage, told } from "../../../test/support/samples/json-documents.ts";
import { reasonsOf, sampleOf } from "../../../test/support/worlds/http-run.ts";

afterEach(closeDocuments);

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
    const result = await probeDocument(document);

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
    const result = await probeDocument(spring, {}, 503);

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
    expect(told(await probeDocument(document, {}, 503))).toEqual([`down json ${detail}`]);
  });

  it("shows degraded as a flaw, of the severity that is wanted", async () => {
    const document = { status: "Degraded", entries: { cache: { status: "Degraded", description: "slow" } } };

    expect(told(await probeDocument(document))).toEqual(["warning json status is Degraded: cache is Degraded (slow)"]);
    expect(told(await probeDocument(document, { health: { degraded: "critical" } }))[0]).toMatch(/^critical json/);
    expect(told(await probeDocument(document, { health: { degraded: "down" } }))[0]).toMatch(/^down json/);
    expect(told(await probeDocument(document, { health: { degraded: "ignore" } }))).toEqual([]);
    expect(told(await probeDocument({ status: "UP", components: { a: { status: "DOWN" } } }))).toEqual([
      "warning json status is UP: a is DOWN",
    ]);
    expect(told(await probeDocument({ status: "UNKNOWN" }))).toEqual(["warning json status is UNKNOWN"]);
  });

  it("does not count the parts that are ignored, nor what lies below them", async () => {
    const ignored = await probeDocument(spring, { health: { ignore: ["mail", "db"] } }, 503);
    const half = await probeDocument(spring, { health: { ignore: ["db.replica"] } }, 503);

    expect(told(ignored)).toEqual([]);
    expect(told(half)).toEqual(["down json status is DOWN: db is DOWN, mail is OUT_OF_SERVICE"]);
  });

  it("reads the word at another path, and learns further words", async () => {
    const document = { state: { level: "Limping" }, checks: { a: "limping", b: "fatal" } };
    const words = { limping: "degraded", fatal: "down" };

    const result = await probeDocument(document, { health: { status: "$.state.level", words } });

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
    expect(told(await probeDocument({ status: "UP" }, {}, 500))).toEqual([
      "down status answered 500 Internal Server Error",
    ]);
    expect(told(await probePage({ status: 502, body: "<h1>Bad Gateway</h1>" }))).toEqual([
      "down status answered 502 Bad Gateway",
    ]);
  });

  it("bounds a document of many parts, and shows no control character of theirs", async () => {
    const components = Object.fromEntries(
      Array.from({ length: 700 }, (_, index) => [`p${index}\u001b`, { status: "DOWN", description: "\u202e" }]),
    );

    const result = await probeDocument({ status: "DOWN", components });

    expect(sampleOf(result, "probe_json_health_parts", { state: "down" })).toBe(500);
    expect(result.headline?.detail).toContain("p4\\x1b is DOWN (\\u202e) and 495 more");
  });
});
