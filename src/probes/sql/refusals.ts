import type { Finding } from "../../core/checks/finding.ts";
import type { DatabaseDriver, DatabaseRefusal } from "../../core/ports/databases.ts";
import { escapeControls } from "../../core/text/printable.ts";

type Kind = "login" | "query" | "time" | "size" | "content";

/** Codes and what they say; every other one is an outage. */
const codes: Readonly<Record<DatabaseDriver, readonly (readonly [RegExp, Kind])[]>> = {
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  postgres: [
    [/^(?:28...|42501|CLEAR_PASSWORD)$/, "login"],
    [/^(?:42...|25006|0A000|22...)$/, "query"],
    [/^57014$/, "time"],
  ],
  // https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
  mysql: [
    [/^(?:1044|1045|1142|1143|1227|1251|1698|1820|3118|AUTH_SWITCH_PLUGIN_ERROR)$/, "login"],
    [/^(?:1052|1054|1055|1064|1109|1146|1222|1305|1367|1790|1792|ER_PARSE_ERROR)$/, "query"],
    [/^(?:1317|1969|3024)$/, "time"],
  ],
  // https://www.sqlite.org/rescode.html
  sqlite: [
    [/^(?:SQLITE_(?:AUTH|PERM|READONLY)|EACCES$|EPERM$)/, "login"],
    [/^SQLITE_(?:BUSY|LOCKED|INTERRUPT)/, "time"],
    [/^SQLITE_(?:CORRUPT|NOTADB)/, "content"],
    [/^SQLITE_(?:NOMEM|TOOBIG)/, "size"],
    [/^(?:SQLITE_ERROR|SQLITE_RANGE)?$/, "query"],
  ],
};

/** What it means that the database refuses: our rights and our queries say nothing of its health. */
export function refusalFinding(
  driver: DatabaseDriver,
  { code, message }: DatabaseRefusal,
  query: string | undefined,
): Finding {
  const said = escapeControls(message).slice(0, 300);
  const closed = driver === "sqlite" ? "the database cannot be opened" : "the database refuses us";
  const detail = `${query === undefined ? closed : `${query} is refused`}: ${said}`;
  // The driver's own words for a login that does not come about.
  if (driver === "postgres" && message.startsWith("SASL"))
    return { is: "unknown", reason: "permission", phase: "dialogue", detail };
  const kind = codes[driver].find(([form]) => form.test(code))?.[1];
  const phase = "dialogue";
  if (kind === "login") return { is: "unknown", reason: "permission", phase, detail };
  if (kind === "query") return { is: "unknown", reason: "parse", phase, detail };
  if (kind === "time") return { is: "down", reason: "timeout", phase, detail };
  if (kind === "size") return { is: "down", reason: "body_too_large", phase, detail };
  if (kind === "content") return { is: "down", reason: "content_mismatch", phase, detail };
  return { is: "down", reason: "assertion", phase, detail };
}
