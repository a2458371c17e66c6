import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reasonsOf, sampleOf, startNetworkRun } from "../../../test/support/worlds/http-run.ts";
import type { Result } from "../../core/checks/result.ts";
import type { DatabaseEvent, Databases } from "../../core/ports/databases.ts";
import { refusalFinding } from "./refusals.ts";
import { sql } from "./sql.ts";

let directory = "";
let path = "";

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-sql-"));
  path = join(directory, "shop.db");
  const database = new Database(path);
  database.exec(`CREATE TABLE orders (region TEXT, state TEXT, open INTEGER, total REAL);
    INSERT INTO orders VALUES ('华东', 'new', 7, 12.5), ('north', 'new', 900, 3.25), ('south', 'new', NULL, 1);`);
  database.close();
});

afterAll(() => rm(directory, { recursive: true, force: true }));

async function ask(options: object): Promise<Result> {
  return (await startNetworkRun(sql, "shop", { driver: "sqlite", path, ...options }).outcome).result;
}

describe("probes/sql", () => {
  it("is up when the database answers, and tells how long login and query took", async () => {
    const result = await ask({});

    expect([result.verdict, ...reasonsOf(result)]).toEqual(["up"]);
    expect(sampleOf(result, "probe_sql_duration_seconds", { phase: "login" })).toBeGreaterThan(0);
    expect(sampleOf(result, "probe_sql_duration_seconds", { phase: "query" })).toBeGreaterThan(0);
  });

  it("makes a metric of the one number of a query", async () => {
    const query = "select sum(open) as open_orders from orders";
    const result = await ask({ query, metric: "shop_orders_open", above: { warning: 1000 } });

    expect(result.verdict).toBe("up");
    expect(sampleOf(result, "shop_orders_open")).toBe(907);
    expect(sampleOf(result, "probe_sql_value", { query: "main", value: "open_orders" })).toBe(907);
  });

  it("makes series of rows by their labels and judges each, the worst first", async () => {
    const values = {
      open: { title: "Open orders", metric: "shop_open", above: { warning: 5, critical: 500 } },
      total: { below: { down: 2 } },
    };
    const query = "select region, open, total from orders order by region desc";
    const result = await ask({ queries: { orders: { query, labels: ["region"], values } } });

    expect(result.findings.map(({ detail }) => detail)).toEqual([
      'Open orders {region="north"} is 900, above 500',
      'Open orders {region="华东"} is 7, above 5',
      'orders total {region="south"} is 1, below 2',
    ]);
    expect(reasonsOf(result)).toEqual(["flaw threshold", "flaw threshold", "down threshold"]);
    expect(sampleOf(result, "shop_open", { region: "north" })).toBe(900);
    expect(sampleOf(result, "shop_open", { region: "south" })).toBeUndefined();
    expect(sampleOf(result, "probe_sql_value", { query: "orders", value: "total", region: "华东" })).toBe(12.5);
    expect(sampleOf(result, "probe_sql_rows", { query: "orders" })).toBe(3);
  });

  it.each<readonly [string, object, readonly string[]]>([
    ["no row", { query: "select 1 as n where false" }, ["flaw threshold"]],
    ["NULL as no number", { query: "select null as n" }, ["flaw threshold"]],
    ["no row where that is good", { queries: { a: { query: "select 1 where 0", missing: "ignore" } } }, []],
    [
      "no row where that is an outage",
      { queries: { a: { query: "select 1 where 0", missing: "down" } } },
      ["down threshold"],
    ],
    ["a text that is no number", { query: "select 'many' as n" }, ["flaw content_mismatch"]],
    [
      "rows with the same labels",
      { queries: { a: { query: "select state, open from orders limit 2", labels: ["state"] } } },
      ["flaw content_mismatch"],
    ],
    [
      "more rows than are wanted",
      { max_rows: 2, queries: { a: { query: "select region, total from orders", labels: ["region"] } } },
      ["flaw partial"],
    ],
    [
      "a column that is not there",
      { queries: { a: { query: "select 1 as n", labels: ["region"] } } },
      ["unknown parse"],
    ],
    ["a table that is not there", { query: "select n from nowhere" }, ["unknown parse"]],
    ["a second statement", { query: "select 1; delete from orders" }, ["unknown parse"]],
    ["a query that writes", { query: "with a as (select 1) delete from orders" }, ["unknown parse"]],
    ["a value without end (F22)", { query: "select hex(zeroblob(900000000)) as n" }, ["down body_too_large"]],
    [
      "one bad query among good ones",
      { queries: { a: { query: "select x" }, b: { query: "select 1" } } },
      ["unknown parse"],
    ],
  ])("tells %s", async (_, options, reasons) => {
    expect(reasonsOf(await ask(options))).toEqual(reasons);
  });

  it("changes nothing in the file", async () => {
    await ask({ query: "with a as (select 1) insert into orders select 'x', 'y', 1, 1 returning open" });

    expect(sampleOf(await ask({ query: "select count(*) from orders" }), "probe_sql_value")).toBe(3);
  });

  it("is unknown where we may not read the file", () => {
    const refusal = { code: "EACCES", message: "/srv/shop.db may not be read" };

    expect(refusalFinding("sqlite", refusal, undefined)).toMatchObject({ is: "unknown", reason: "permission" });
  });

  it("is down where there is no file, and where it is no database", async () => {
    const none = join(directory, "none.db");
    const { headline } = await ask({ path: none });

    expect(headline).toMatchObject({
      is: "down",
      reason: "assertion",
      detail: `the database cannot be opened: there is no file ${none}`,
    });
    expect(reasonsOf(await ask({ path: import.meta.filename }))).toEqual(["down content_mismatch"]);
  });

  it("ends a query that never ends, with its process", async () => {
    const query = "with recursive t(n) as (select 1 union all select n + 1 from t) select count(*) from t";

    const result = await ask({ query, statement_timeout: "200ms" });

    expect(result.headline).toMatchObject({ is: "down", reason: "timeout", detail: "no answer within 200ms" });
  });

  it("says how to install a driver that is missing", async () => {
    const events: DatabaseEvent[] = [{ kind: "missing", install: "npm install pg" }];
    const databases: Databases = {
      open: () => ({ next: async () => events[0] ?? { kind: "end" }, give() {}, giveEnd() {}, close() {} }),
    };
    const dsn = "postgres://u:p@127.0.0.1:1/db";

    const { result } = await startNetworkRun(sql, "shop", { dsn }, { ports: { databases } }).outcome;

    expect(result.headline).toMatchObject({
      is: "unknown",
      reason: "driver_missing",
      detail: "the driver of postgres is not installed: npm install pg",
    });
  });
});
