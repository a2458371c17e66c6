import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sql } from "./sql.ts";

let directory = "";
let path = "";
const closing: (() => unknown)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-sql-"));
  path = join(directory, "shop.db");
  const database = new Database(path);
  database.exec(`CREATE TABLE orders (region TEXT, state TEXT, open INTEGER, total REAL);
    INSERT INTO orders VALUES ('华东', 'new', 7, 12.5), ('north', 'new', 900, 3.25), ('south', 'new', NULL, 1);`);
  database.close();
});

afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

afterAll(() => rm(directory, { recursive: true, force: true }));

describe("probes/sql options", () => {
  it("shows no password in what it refuses of the options", () => {
    const wrong = [
      { dsn: "postgres://u:canary@db/x?sslmode=require" },
      { dsn: "oracle://u:canary@db/x" },
      { dsn: "postgres://:canary@db/x" },
      { driver: "mysql", dsn: "postgres://u:canary@db/x" },
      { dsn: "postgres://u:canary@db/x", query: "delete from orders" },
      { dsn: "postgres://u:canary@db/x", query: "/* a */ -- b\n update orders set a = 1" },
      { driver: "sqlite" },
      { dsn: "postgres://u:canary@db/x", password: "canary" },
      { dsn: "postgres://u:canary@db/x", username: "u" },
      { dsn: "postgres://db/x", password: "canary" },
      { driver: "sqlite", path: "/x.db", encryption: "tls" },
      { dsn: "postgres://u:canary@db/x", metric: "shop_n" },
      { dsn: "postgres://u:canary@db/x", query: "select 1", queries: {} },
    ];

    for (const options of wrong) {
      const { error } = sql.options.safeParse(options);
      expect(error?.issues).toHaveLength(1);
      expect(JSON.stringify(error)).not.toContain("canary");
    }
  });

  it.each([
    "select 1",
    "-- a comment\n SELECT 1",
    "(select 1)",
    "/* * */ with a as (select 1) select * from a",
    "SHOW x",
  ])("takes a query that reads: %s", (query) => {
    expect(sql.options.safeParse({ driver: "sqlite", path: "/x.db", query }).success).toBe(true);
  });
});
