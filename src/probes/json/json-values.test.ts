import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import {
  closeDocuments,
  jsonStartedAtMs,
  probeDocument,
  probePage,
  told,
} from "../../../test/support/samples/json-documents.ts";
import type { SitePage } from "../../../test/support/servers/site-server.ts";
import { reasonsOf, sampleOf } from "../../../test/support/worlds/http-run.ts";
import { json } from "./json.ts";

type Options = Readonly<Record<string, unknown>>;

afterEach(closeDocuments);

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
    const result = await probeDocument(figures, {
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
    expect(told(await probeDocument(figures, { values: { v: value } }))).toEqual([finding]);
  });

  it("judges each value of many and tells the worst five", async () => {
    const two = await probeDocument(figures, {
      values: { v: { path: "$.providers[*].state", equals: "up", otherwise: "warning" } },
    });
    const many = await probeDocument(
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
    [jsonStartedAtMs, false],
    [jsonStartedAtMs / 1000 - 3600, true],
    [String(jsonStartedAtMs / 1000), false],
    ["2027-01-01T00:00:00Z", false],
  ])("reads %j as a moment", async (moment, isOld) => {
    const result = await probeDocument(
      { moment },
      { values: { v: { path: "$.moment", older_than: { down: "30m" } } } },
    );

    expect(reasonsOf(result)).toEqual(isOld ? ["down too_old"] : []);
  });

  it("judges health beside values when both are asked for", async () => {
    const result = await probeDocument(
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
