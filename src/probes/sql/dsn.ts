import { z } from "zod";
import { parseHostPort } from "../../core/net/host-port.ts";
import { Secret } from "../../core/secrets/secret.ts";

/** Where a server is and who asks it. */
export type Dsn = Readonly<{
  scheme: "postgres" | "mysql";
  host: string;
  port: number;
  /** Empty where the address names none. */
  user: string;
  password: Secret;
  database: string;
}>;

const schemes: Readonly<Record<string, Dsn["scheme"]>> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "mysql:": "mysql",
  "mariadb:": "mysql",
};
const ports = { postgres: 5432, mysql: 3306 } as const;

/** `postgres://host:5432/database`, also with `user:password@`; its errors never repeat the text. */
export const dsnSchema: z.ZodType<Dsn, string> = z
  .string()
  .meta({ examples: ["postgres://db-1:5432/shop"] })
  .transform((text, context) => {
    const read = readDsn(text);
    if (typeof read !== "string") return read;
    context.addIssue({ code: "custom", message: read });
    return z.NEVER;
  });

function readDsn(text: string): Dsn | string {
  const url = URL.parse(text);
  const scheme = url === null ? undefined : schemes[url.protocol];
  if (url === null || scheme === undefined) return "write postgres://host:port/database, or mysql://…";
  if (url.search !== "" || url.hash !== "")
    return "what stands behind ? is not read; say it by options, as encryption: tls";
  const place = parseHostPort(url.host);
  if (place === undefined) return "this names no host; write localhost where a socket is used";
  const [user, password, database] = [url.username, url.password, url.pathname.slice(1)].map(decoded);
  if (user === undefined || password === undefined || database === undefined) return "a % stands before two hex digits";
  if (user === "" && password !== "") return "a password needs a user: postgres://user:password@host/database";
  return {
    scheme,
    host: place.host,
    port: place.port ?? ports[scheme],
    user,
    password: new Secret(password),
    database,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // What is left is no text.
    return undefined;
  }
}
