import type MysqlPackage from "mysql2";
import type { AuthPlugin, Connection, FieldPacket } from "mysql2";
import { codeOf, type DriverScene, type LoadDriver, refusalOf } from "./driver-scene.ts";
import { RowKeeper } from "./row-keeper.ts";

type Mysql = typeof MysqlPackage;

/** Servers older than MySQL 5.7.8 know no limit of time; the deadline of the run cuts them off. */
const unknownVariable = "1193";

/** Sessions with MySQL and MariaDB by the package `mysql2`. */
export const loadMysql: LoadDriver = async () => {
  const { default: mysql } = await import("mysql2");
  return (scene) => runMysql(mysql, scene);
};

async function runMysql(mysql: Mysql, { job, socket, tell }: DriverScene): Promise<void> {
  const { user = "", password = "", database = "", isEncrypted = false } = job.login ?? {};
  const connection = mysql.createConnection({
    user,
    password,
    ...(database === "" ? {} : { database }),
    stream: socket,
    charset: "utf8mb4",
    // A server may not choose code that runs, nor files of ours that it reads.
    disableEval: true,
    flags: ["-LOCAL_FILES"],
    rowsAsArray: true,
    typeCast: (field) => field.string(),
    authPlugins: { caching_sha2_password: cachingSha2(mysql, isEncrypted) },
  });
  await new Promise<void>((resolve, reject) => {
    connection.once("connect", () => resolve());
    connection.once("error", reject);
  });
  connection.on("error", () => {});
  tell({ kind: "open" });
  await prepare(connection, job.statementLimitMs, job.mostRows);
  for (const [query, text] of job.queries.entries()) {
    const keeper = new RowKeeper(job);
    try {
      await ask(connection, text, keeper);
      tell({ kind: "rows", query, rows: keeper.done() });
    } catch (error) {
      tell({ kind: "refused", query, refusal: refusalOf(error) });
    }
  }
  connection.end();
}

async function prepare(connection: Connection, limitMs: number, mostRows: number): Promise<void> {
  let isMariaDb = false;
  const keeper = {
    columns: [],
    take: ([version]: readonly unknown[]) => (isMariaDb = /mariadb/i.test(String(version))),
  };
  await ask(connection, "SELECT version()", keeper);
  const limit = isMariaDb ? `max_statement_time = ${limitMs / 1000}` : `max_execution_time = ${limitMs}`;
  await ask(connection, `SET SESSION ${limit}`).catch((error: unknown) => {
    if (codeOf(error) !== unknownVariable) throw error;
  });
  await ask(connection, `SET SESSION sql_select_limit = ${mostRows + 1}`);
  await ask(connection, "START TRANSACTION READ ONLY");
}

type Keeper = Pick<RowKeeper, "take" | "columns">;

function ask(connection: Connection, text: string, keeper?: Keeper): Promise<void> {
  return new Promise((resolve, reject) => {
    const query = connection.query(text);
    query.on("fields", (fields: FieldPacket[] | undefined) => {
      if (keeper !== undefined) keeper.columns = (fields ?? []).map(({ name }) => name);
    });
    query.on("result", (row: unknown) => {
      if (Array.isArray(row)) keeper?.take(row);
    });
    query.on("error", reject);
    query.on("end", () => resolve());
  });
}

/** The driver does not see the TLS that the other process speaks; the server expects the password as it is there. */
function cachingSha2(mysql: Mysql, isEncrypted: boolean): AuthPlugin {
  const make = (mysql as unknown as { authPlugins: { caching_sha2_password(options: object): AuthPlugin } })
    .authPlugins;
  return make.caching_sha2_password(isEncrypted ? { overrideIsSecure: true } : {});
}
