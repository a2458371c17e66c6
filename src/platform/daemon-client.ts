import { readFileSync } from "node:fs";
import { request } from "undici";
import { AppError, messageOf } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

const timeoutMs = 10_000;

/** Where a daemon answers and the token that opens its admin side. */
export type DaemonAccess = Readonly<{ url: string; token: string }>;

/** Asks the daemon and returns its JSON. @throws {AppError} ERR_DAEMON_UNREACHABLE when nothing answers or it refuses. */
export async function askDaemon(access: DaemonAccess, path: string, method: "GET" | "POST" = "GET"): Promise<Json> {
  const answer = await exchange(access, path, method);
  if (answer.status === 401 || answer.status === 403) {
    throw new AppError("ERR_DAEMON_UNREACHABLE", `the daemon at ${access.url} does not take the token`, {
      hint: "Name the token of that daemon with --token-file; it is admin.token in its data directory.",
    });
  }
  if (answer.status >= 300)
    throw new AppError(
      "ERR_DAEMON_UNREACHABLE",
      `the daemon at ${access.url} answers HTTP ${answer.status} to ${path}`,
    );
  return answer.body;
}

async function exchange({ url, token }: DaemonAccess, path: string, method: "GET" | "POST") {
  try {
    const { statusCode, body } = await request(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, accept: "application/json" },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    });
    const text = await body.text();
    return { status: statusCode, body: statusCode < 300 ? (JSON.parse(text) as Json) : text };
  } catch (error) {
    throw new AppError("ERR_DAEMON_UNREACHABLE", `no daemon answers at ${url}: ${messageOf(error)}`, {
      hint: 'Start it with "watchfire run", or name its address with --url.',
      cause: error,
    });
  }
}

/** Reads the admin token that a daemon wrote. @throws {AppError} ERR_DAEMON_UNREACHABLE when it cannot be read. */
export function readToken(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new AppError("ERR_DAEMON_UNREACHABLE", `the admin token ${path} cannot be read: ${messageOf(error)}`, {
      hint: "The daemon writes it at its first start; run this as the same user, or name the file with --token-file.",
      cause: error,
    });
  }
}
