import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import mysql from "mysql2";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, type TestContext, vi } from "vitest";
import type { Result } from "../../src/core/checks/result.ts";
import { certificate } from "../../src/probes/certificate/certificate.ts";
import { sql } from "../../src/probes/sql/sql.ts";
import { freePort } from "../support/daemons/daemon-process.ts";
import { peer } from "../support/daemons/peers.ts";
import { certificatePath, identities, rootPath } from "../support/samples/certificates.ts";
import { sampleOf, startNetworkRun } from "../support/worlds/http-run.ts";

const daemons: ChildProcess[] = [];
let directory = "";

beforeAll(async () => {
  // Debian keeps the servers' binaries out of PATH.
  process.env["PATH"] = `${process.env["PATH"]}:/usr/sbin:/usr/lib/postgresql/15/bin:/usr/lib/postgresql/17/bin`;
  directory = await mkdtemp(join(tmpdir(), "databases-"));
  await chmod(directory, 0o755);
  await writeFile(join(directory, "server.pem"), identities.good.cert);
  await copyFile(certificatePath("good.key"), join(directory, "server.key"));
});

afterAll(async () => {
  for (const daemon of daemons) {
    if (daemon.exitCode !== null) continue;
    daemon.kill("SIGKILL");
    await once(daemon, "close");
  }
  await rm(directory, { recursive: true, force: true });
});

/** A user that a daemon which refuses to be root can run as. */
function otherUser(name: string): Readonly<{ uid: number; gid: number }> | undefined {
  if (userInfo().uid !== 0) return undefined;
  const idOf = (option: string): number => Number(execFileSync("id", [option, name], { encoding: "utf8" }));
  return { uid: idOf("-u"), gid: idOf("-g") };
}

async function startPostgres(context: TestContext): Promise<number> {
  const initdb = peer(context, "initdb", "postgresql");
  const postgres = peer(context, "postgres", "postgresql");
  const as = otherUser("postgres");
  const data = join(directory, "postgres");
  await mkdir(data);
  for (const name of ["server.pem", "server.key"]) await copyFile(join(directory, name), join(data, name));
  await writeFile(join(data, "password"), "root");
  await chmod(join(data, "server.key"), 0o600);
  if (as !== undefined) {
    for (const name of ["", "server.pem", "server.key", "password"]) await chown(join(data, name), as.uid, as.gid);
  }
  const flags = ["-A", "scram-sha-256", "-U", "postgres", "--pwfile", join(data, "password"), "--no-sync"];
  execFileSync(initdb, ["-D", join(data, "db"), ...flags], { ...as, cwd: data, stdio: "ignore" });
  const port = await freePort();
  const settings = {
    ssl: "on",
    ssl_cert_file: join(data, "server.pem"),
    ssl_key_file: join(data, "server.key"),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: data,
    fsync: "off",
  };
  const given = Object.entries(settings).flatMap(([key, value]) => ["-c", `${key}=${value}`]);
  daemons.push(
    spawn(postgres, ["-D", join(data, "db"), "-p", String(port), ...given], { ...as, cwd: data, stdio: "ignore" }),
  );
  return port;
}

async function startMariaDb(context: TestContext): Promise<number> {
  const mariadbd = peer(context, "mariadbd", "mariadb-server");
  const install = peer(context, "mariadb-install-db", "mariadb-server");
  const data = join(directory, "mariadb");
  const flags = ["--auth-root-authentication-method=normal", "--skip-test-db"];
  execFileSync(install, ["--no-defaults", `--datadir=${data}`, ...flags], { stdio: "ignore" });
  const port = await freePort();
  const settings = [
    `--datadir=${data}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    `--socket=${join(directory, "m.sock")}`,
    `--ssl-cert=${join(directory, "server.pem")}`,
    `--ssl-key=${join(directory, "server.key")}`,
    ...(userInfo().uid === 0 ? ["--user=root"] : []),
  ];
  daemons.push(spawn(mariadbd, ["--no-defaults", ...settings], { stdio: "ignore" }));
  return port;
}

/** Runs statements as the server's owner, as soon as it is there. */
async function prepare(run: () => Promise<unknown>): Promise<void> {
  await vi.waitFor(run, { timeout: 20_000, interval: 50 });
}

async function ask(options: Readonly<Record<string, unknown>>): Promise<Result> {
  return (await startNetworkRun(sql, "shop", options).outcome).result;
}

const told = ({ verdict, headline }: Result): readonly (string | undefined)[] => [
  verdict,
  headline?.reason,
  headline?.detail,
];
const trusted = { tls: { ca: rootPath, server_name: "shop.test" } };
const tables = [
  "CREATE TABLE orders (region VARCHAR(20), amount DECIMAL(10,2))",
  "INSERT INTO orders VALUES ('华东', 12.50), ('north', 900), ('north', NULL)",
];
const byRegion = {
  query: "SELECT region, count(*) AS number, sum(amount) AS amount FROM orders GROUP BY region ORDER BY region",
  labels: ["region"],
  values: { number: { metric: "shop_orders" }, amount: { above: { critical: 500 } } },
};

describe("the sql probe beside real databases", () => {
  it("asks PostgreSQL, over TLS and its socket, and cannot write", async (context: TestContext) => {
    const port = await startPostgres(context);
    const owner = { host: "127.0.0.1", port, user: "postgres", password: "root" };
    await prepare(async () => {
      const client = new pg.Client(owner);
      await client.connect();
      for (const text of [
        ...tables,
        "CREATE ROLE monitor LOGIN PASSWORD 'p@ss/word'",
        "GRANT SELECT, INSERT ON orders TO monitor",
      ])
        await client.query(text);
      await client.end();
    });
    const dsn = `postgres://monitor:p%40ss%2Fword@127.0.0.1:${port}/postgres`;

    const light = await ask({ dsn });
    const rows = await ask({
      dsn,
      encryption: "tls",
      ...trusted,
      queries: { orders: byRegion, up: { query: "SELECT true" } },
    });
    const local = await ask({
      dsn,
      socket: join(directory, "postgres", `.s.PGSQL.${port}`),
      query: "SHOW max_connections",
    });
    const refusals = await Promise.all([
      ask({ dsn, query: "WITH a AS (INSERT INTO orders VALUES ('x', 1) RETURNING 1) SELECT * FROM a" }),
      ask({ dsn, query: "SELECT 1; DELETE FROM orders" }),
      ask({ dsn, query: "SELECT * FROM pg_authid" }),
      ask({ dsn, query: "SELECT n FROM nowhere" }),
      ask({ dsn, query: "SELECT count(*) FROM pg_sleep(60)", statement_timeout: "100ms" }),
      ask({ dsn: dsn.replace("word", "canary") }),
      ask({ dsn: dsn.replace("/postgres", "/none").replace("none:", "postgres:") }),
      ask({ dsn, query: "SELECT repeat('x', 3000000) AS a" }),
      ask({
        dsn,
        max_rows: 10,
        queries: { a: { query: "SELECT g AS n, 1 FROM generate_series(1, 1000) g", labels: ["n"] } },
      }),
      ask({ dsn, encryption: "tls" }),
    ]);

    expect([light, local].map(told)).toEqual([
      ["up", undefined, undefined],
      ["up", undefined, undefined],
    ]);
    expect(told(rows)).toEqual(["up", "threshold", 'orders amount {region="north"} is 900, above 500']);
    expect(sampleOf(rows, "shop_orders", { region: "north" })).toBe(2);
    expect(sampleOf(rows, "probe_sql_value", { region: "华东", value: "amount" })).toBe(12.5);
    expect(sampleOf(rows, "probe_sql_value", { query: "up" })).toBe(1);
    expect(sampleOf(rows, "probe_ssl_earliest_cert_expiry")).toBeGreaterThan(0);
    expect(refusals.map(({ headline }) => `${headline?.is} ${headline?.reason}`)).toEqual([
      "unknown parse",
      "unknown parse",
      "unknown permission",
      "unknown parse",
      "down timeout",
      "unknown permission",
      "down assertion",
      "down body_too_large",
      "flaw partial",
      "down tls_untrusted",
    ]);
    expect(JSON.stringify(refusals)).not.toContain("canary");
    expect(sampleOf(await ask({ dsn, query: "SELECT count(*) FROM orders" }), "probe_sql_value")).toBe(3);
    expect(
      told(
        (await startNetworkRun(certificate, `127.0.0.1:${port}`, { ...trusted, starttls: "postgres" }).outcome).result,
      ),
    ).toEqual(["up", undefined, undefined]);
  });

  it("asks MariaDB, over TLS and its socket, and cannot write", async (context: TestContext) => {
    const port = await startMariaDb(context);
    await prepare(async () => {
      const client = mysql.createConnection({ socketPath: join(directory, "m.sock"), user: "root" }).promise();
      try {
        for (const text of [
          "CREATE DATABASE IF NOT EXISTS shop CHARACTER SET utf8mb4",
          "USE shop",
          ...tables,
          "CREATE USER monitor@'%' IDENTIFIED BY 'p@ss/word'",
          "CREATE USER secure@'%' IDENTIFIED BY 'p@ss/word' REQUIRE SSL",
          "GRANT SELECT, INSERT ON shop.* TO monitor@'%'",
          "GRANT SELECT ON shop.* TO secure@'%'",
        ])
          await client.query(text);
      } finally {
        await client.end();
      }
    });
    const dsn = `mysql://monitor:p%40ss%2Fword@127.0.0.1:${port}/shop`;
    const by = (options: Readonly<Record<string, unknown>>): Promise<Result> =>
      ask({ driver: "mysql", dsn, ...options });

    const light = await by({
      dsn: dsn.replace("monitor:p%40ss%2Fword@", ""),
      username: "monitor",
      password: "p@ss/word",
    });
    const rows = await by({
      dsn: dsn.replace("monitor", "secure"),
      encryption: "tls",
      ...trusted,
      queries: { orders: byRegion, up: { query: "SELECT 1" } },
    });
    const local = await by({ socket: join(directory, "m.sock"), query: "SELECT count(*) FROM orders" });
    const refusals = await Promise.all([
      by({ query: "EXPLAIN SELECT 1; INSERT INTO orders VALUES ('x', 1)" }),
      by({ query: "WITH a AS (SELECT 1) DELETE FROM orders" }),
      by({ query: "SELECT * FROM mysql.user" }),
      by({ query: "SELECT n FROM nowhere" }),
      by({ query: "SELECT count(*) FROM orders a, (SELECT sleep(60)) b", statement_timeout: "100ms" }),
      by({ dsn: dsn.replace("word", "canary") }),
      by({ dsn: dsn.replace("/shop", "/none") }),
      by({ query: "SELECT repeat('x', 3000000) AS a" }),
      by({
        max_rows: 2,
        queries: { a: { query: "SELECT 1 AS n, amount FROM orders", labels: ["n"], missing: "ignore" } },
      }),
      by({ encryption: "tls" }),
    ]);

    expect([light, local].map(told)).toEqual([
      ["up", undefined, undefined],
      ["up", undefined, undefined],
    ]);
    expect(told(rows)).toEqual(["up", "threshold", 'orders amount {region="north"} is 900, above 500']);
    expect(sampleOf(rows, "shop_orders", { region: "north" })).toBe(2);
    expect(sampleOf(rows, "probe_sql_value", { region: "华东", value: "amount" })).toBe(12.5);
    expect(sampleOf(rows, "probe_ssl_earliest_cert_expiry")).toBeGreaterThan(0);
    expect(refusals.map(({ headline }) => `${headline?.is} ${headline?.reason}`)).toEqual([
      "unknown parse",
      "unknown parse",
      "unknown permission",
      "unknown parse",
      "down timeout",
      "unknown permission",
      "unknown permission",
      "down body_too_large",
      "flaw content_mismatch",
      "down tls_untrusted",
    ]);
    expect(JSON.stringify(refusals)).not.toContain("canary");
    expect(sampleOf(await by({ query: "SELECT count(*) FROM orders" }), "probe_sql_value")).toBe(3);
    expect(
      told((await startNetworkRun(certificate, `127.0.0.1:${port}`, { ...trusted, starttls: "mysql" }).outcome).result),
    ).toEqual(["up", undefined, undefined]);
  });
});
