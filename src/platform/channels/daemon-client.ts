import { readFileSync } from "node:fs";
import { Agent, request } from "undici";
import { AppError, messageOf } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";

const timeoutMs = 10_000;

/** Where a daemon answers and the token that opens its admin side. */
export type DaemonAccess = Readonly<{
  url: string;
  token: string;
  /** PEM file of the certificate that the daemon shows, which is believed in place of the well-known roots, whatever name it is for. */
  certificatePath?: string;
}>;

/** What is asked for besides the path; a GET without a body when empty. */
export type DaemonCall = Readonly<{ method?: "GET" | "POST" | "DELETE"; body?: Json }>;

/**
 * Asks the daemon and returns its JSON.
 * @throws {AppError} ERR_DAEMON_UNREACHABLE when nothing answers or the token does not fit, ERR_USAGE with the daemon's own words when
 * it refuses what was asked.
 */
export async function askDaemon(access: DaemonAccess, path: string, call: DaemonCall = {}): Promise<Json> {
  const answer = await exchange(access, path, call);
  if (answer.status === 401 || answer.status === 403) {
    throw new AppError("ERR_DAEMON_UNREACHABLE", `the daemon at ${access.url} does not take the token`, {
      hint: "Name the token of that daemon with --token-file; it is admin.token in its data directory.",
    });
  }
  const refusal = answer.status >= 400 && answer.status < 500 ? refusalIn(answer.body) : undefined;
  if (refusal !== undefined) throw new AppError("ERR_USAGE", refusal);
  if (answer.status >= 300)
    throw new AppError(
      "ERR_DAEMON_UNREACHABLE",
      `the daemon at ${access.url} answers HTTP ${answer.status} to ${path}`,
    );
  return answer.body;
}

/** The daemon's words for what it refuses; none where it only says that there is nothing at the address, as an older one does. */
function refusalIn(body: Json): string | undefined {
  if (typeof body !== "string" || !body.startsWith("{")) return undefined;
  const { error } = JSON.parse(body) as { error?: { code?: unknown; message?: unknown } };
  return typeof error?.message === "string" && error.code !== "not_found" ? error.message : undefined;
}

async function exchange({ url, token, certificatePath }: DaemonAccess, path: string, call: DaemonCall) {
  const { method = "GET", body: sent } = call;
  const dispatcher = certificatePath === undefined ? undefined : pinnedTo(certificatePath);
  try {
    const { statusCode, body } = await request(new URL(path, url), {
      method,
      ...(dispatcher && { dispatcher }),
      headers: {
        authorization: `Bearer ${token}`,
        accept: "application/json",
        ...(sent === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(sent === undefined ? {} : { body: JSON.stringify(sent) }),
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
  } finally {
    await dispatcher?.close();
  }
}

/** Believes one certificate and nothing that it or its issuers signed: the first of the file is the daemon's own. */
function pinnedTo(path: string): Agent {
  const [leaf = ""] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(readText(path)) ?? [];
  return new Agent({ connect: { ca: leaf, allowPartialTrustChain: true, checkServerIdentity: () => undefined } });
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new AppError(
      "ERR_DAEMON_UNREACHABLE",
      `the daemon's certificate ${path} cannot be read: ${messageOf(error)}`,
      {
        hint: "Run this where the daemon's files are, or name its address with --url.",
        cause: error,
      },
    );
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
