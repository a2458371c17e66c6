import { isAbsolute } from "node:path";
import { z } from "zod";
import { limitsSchema } from "../../core/limits.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { databaseDrivers } from "../../core/ports/databases.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";
import { metricNameSchema } from "../../core/schema/metric-name-schema.ts";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { sizeSchema } from "../../core/size.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { expirySchema } from "../../core/tls/expiry.ts";
import { tlsSchema } from "../../core/tls/tls-options.ts";
import { dsnSchema } from "./dsn.ts";
import { queriesSchema, type SqlQuery, type SqlValue, statementSchema } from "./query-schema.ts";

const pathSchema = z.string().max(1000).refine(isAbsolute, "write the whole path");

/** Options of a sql check. */
export const optionsSchema = z
  .strictObject({
    driver: z
      .enum(databaseDrivers)
      .default("postgres")
      .meta({ "x-needs-package": { postgres: "pg", mysql: "mysql2" } })
      .describe("Database: `mysql` is MariaDB, too. `postgres` needs the package `pg`, `mysql` the package `mysql2`."),
    dsn: dsnSchema
      .optional()
      .describe("Server and database: `postgres://host:5432/database`, `mysql://…`, also with `user:password@`."),
    username: z.string().min(1).max(128).optional().describe("User, where `dsn` names none."),
    password: secretSchema.optional().describe("Password as it is, where `dsn` names none."),
    socket: pathSchema.optional().describe("Local socket of the server, in place of the host of `dsn`."),
    path: pathSchema.optional().describe("File of a `sqlite` database."),
    query: statementSchema
      .optional()
      .describe("The one query of the check; without any, `SELECT 1` shows that the database answers."),
    metric: metricNameSchema.optional().describe("Name under which the number of `query` is a metric of its own."),
    above: limitsSchema.optional().describe("Numbers of `query` above a limit are wrong."),
    below: limitsSchema.optional().describe("Numbers of `query` below a limit are wrong."),
    queries: queriesSchema.optional().describe("Several queries, by an id of their own, or one with labels."),
    statement_timeout: durationSchema({ minMs: 100, maxMs: 60_000 })
      .prefault("5s")
      .describe("Limit of one statement, which the server is told, too; at most 1m."),
    max_rows: z.int().min(1).max(5000).default(100).describe("Most rows of a query; the rest is a flaw."),
    max_bytes: sizeSchema({ minBytes: 16 * 1024, maxBytes: 16 * 1024 ** 2 })
      .prefault("1MiB")
      .describe("Most that is read from the server in a run; at most 16MiB."),
    family: z.enum(ipFamilies).default("any").describe("Address family to dial."),
    encryption: z.enum(["none", "tls"]).default("none").describe("`tls` demands TLS before anything else is said."),
    tls: tlsSchema.optional().describe("How the server's certificate is judged, where TLS is spoken."),
    certificate: expirySchema.optional().describe("When to warn about expiry, where TLS is spoken."),
    slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow run."),
  })
  .superRefine((options, context) => {
    for (const [path, message] of problemsOf(options)) context.addIssue({ code: "custom", message, path: [path] });
  });

export type SqlOptions = z.infer<typeof optionsSchema>;
type Given = Readonly<Omit<SqlOptions, "slower_than">>;

function* problemsOf(given: Given): Generator<readonly [path: string, message: string]> {
  const { driver, dsn, encryption, path, query, queries, metric, above, below } = given;
  if (driver === "sqlite") {
    if (path === undefined) yield ["path", "name the file of the database"];
    const further = [dsn, given.username, given.password, given.socket].some((each) => each !== undefined);
    if (further || encryption === "tls")
      yield ["driver", "sqlite reads a file: dsn, username, password, socket and encryption say nothing"];
  } else {
    if (dsn === undefined) yield ["dsn", "say where the server is: dsn"];
    else if (dsn.scheme !== driver) yield ["dsn", `this is the address of ${dsn.scheme}, and driver is ${driver}`];
    if (dsn !== undefined && (dsn.user === "") === (given.username === undefined))
      yield ["dsn", dsn.user === "" ? "say who asks: username" : "it names the user, as username does; write it once"];
    if (given.password !== undefined && dsn !== undefined && dsn.password.reveal() !== "")
      yield ["password", "the password stands in dsn already; write it once"];
    if (path !== undefined) yield ["path", "only sqlite reads a file; servers are named by dsn"];
  }
  if (encryption === "none" && (given.tls !== undefined || given.certificate !== undefined))
    yield ["tls", "tls and certificate say nothing without TLS; add encryption: tls"];
  if (encryption === "tls" && given.socket !== undefined) yield ["encryption", "a local socket speaks no TLS"];
  if (query !== undefined && queries !== undefined) yield ["query", "write query or queries, not both"];
  if (query === undefined && [metric, above, below].some((each) => each !== undefined))
    yield ["metric", "metric, above and below belong to query; those of queries stand with their values"];
}

/** A query as it is judged; `only`: its one column is not named. */
export type JudgedQuery = SqlQuery & Readonly<{ only?: SqlValue }>;

/** Queries of the check by their ids; the one of `query` is `main`. */
export function queriesOf({ query, queries, metric, above, below }: SqlOptions): Readonly<Record<string, JudgedQuery>> {
  if (query === undefined) return queries ?? {};
  return { main: { query, labels: [], missing: "warning", only: { metric, above, below } } };
}
