import type PgPackage from "pg";
import { type DriverScene, type LoadDriver, refusalOf } from "./driver-scene.ts";
import { RowKeeper } from "./row-keeper.ts";

type Pg = typeof PgPackage;

/** Texts as the server writes them: no type of theirs is one of ours. */
const types = { getTypeParser: () => (text: string) => text };

/** Sessions with PostgreSQL by the package `pg`. */
export const loadPostgres: LoadDriver = async () => {
  const { default: pg } = await import("pg");
  return (scene) => runPostgres(pg, scene);
};

async function runPostgres({ Client, Query }: Pg, { job, socket, tell }: DriverScene): Promise<void> {
  const { user = "", password = "", database = "", isEncrypted = false } = job.login ?? {};
  const client = new Client({
    user,
    password,
    database,
    host: "database",
    ssl: false,
    stream: () => socket,
    application_name: "watchfire",
  });
  // What ends the connection is told by the query that waits for it.
  client.on("error", () => {});
  const connecting = client.connect();
  if (!isEncrypted) refuseClearPassword(client);
  await connecting;
  tell({ kind: "open" });
  for (const [query, text] of job.queries.entries()) {
    const keeper = new RowKeeper(job);
    try {
      await client.query(
        `BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = ${Math.ceil(job.statementLimitMs)}`,
      );
      await new Promise<void>((resolve, reject) => {
        // The extended protocol takes one statement and no second one after a semicolon.
        const config = { text, rowMode: "array" as const, queryMode: "extended", types };
        const asked = new Query<unknown[]>(config as ConstructorParameters<typeof Query>[0]);
        asked.on("row", (row, result) => {
          if (result !== undefined) keeper.columns = result.fields.map(({ name }) => name);
          keeper.take(row);
        });
        asked.on("end", (result) => {
          keeper.columns = result.fields.map(({ name }) => name);
          resolve();
        });
        asked.on("error", reject);
        client.query(asked);
      });
      tell({ kind: "rows", query, rows: keeper.done() });
    } catch (error) {
      tell({ kind: "refused", query, refusal: refusalOf(error) });
    }
    await client.query("ROLLBACK");
  }
  void client.end();
}

/** Code of a login that would show the password. */
export const clearPassword = "CLEAR_PASSWORD";

/** Whoever stands in between could ask for the password as it is. */
function refuseClearPassword(client: InstanceType<Pg["Client"]>): void {
  const { connection } = client as unknown as { connection: NodeJS.EventEmitter };
  // Thrown before the driver's own listener hears of it.
  connection.prependListener("authenticationCleartextPassword", () => {
    throw Object.assign(new Error("it asks for the password in clear, which only TLS would hide"), {
      code: clearPassword,
    });
  });
}
