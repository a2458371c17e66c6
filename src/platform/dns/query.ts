import { Resolver } from "node:dns/promises";
import { messageOf } from "../../core/errors.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";

/** Why a name gave no address. `unreachable`: no server could be asked at all. */
export type Failure = "nxdomain" | "nodata" | "servfail" | "timeout" | "malformed" | "unreachable";

export type Answer =
  | Readonly<{ ok: true; addresses: readonly ResolvedAddress[]; ttlMs: number }>
  | Readonly<{ ok: false; failure: Failure; detail: string }>;

/** Asks the servers for one name in one family; never throws for an expected failure. */
export type Query = (name: string, family: 4 | 6) => Promise<Answer>;

const failures: Readonly<Record<string, Failure>> = {
  ENOTFOUND: "nxdomain",
  ENODATA: "nodata",
  ESERVFAIL: "servfail",
  EREFUSED: "servfail",
  ENOTIMP: "servfail",
  EFORMERR: "servfail",
  ETIMEOUT: "timeout",
  EBADRESP: "malformed",
  EBADNAME: "malformed",
  ECONNREFUSED: "unreachable",
};

const firstTimeoutMs = 1500;
const tries = 2;

/** Opens a resolver over `servers` (`ip` or `ip:port`); each is tried before a failure is told. Servers c-ares cannot read are left out. */
export function openQuery(servers: readonly string[]): Query {
  const usable = servers.filter(isUsable);
  if (usable.length === 0) {
    return () => Promise.resolve({ ok: false, failure: "unreachable", detail: "no name server is configured" });
  }
  const resolver = new Resolver({ timeout: firstTimeoutMs, tries });
  resolver.setServers(usable);
  return async (name, family) => {
    try {
      const records =
        family === 4 ? await resolver.resolve4(name, { ttl: true }) : await resolver.resolve6(name, { ttl: true });
      // A CNAME that leads nowhere comes back as success without a record.
      if (records.length === 0) return failed("nodata", usable);
      const ttlMs = Math.min(...records.map((record) => record.ttl)) * 1000;
      return { ok: true, addresses: records.map(({ address }) => ({ address, family })), ttlMs };
    } catch (error) {
      return failureOf(error, usable);
    }
  };
}

function failureOf(error: unknown, servers: readonly string[]): Answer {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return failed(failures[code] ?? "servfail", servers, code === "" ? messageOf(error) : code);
}

function failed(failure: Failure, servers: readonly string[], code?: string): Answer {
  const hint = code === undefined || code in failures ? "" : `${code}, `;
  return { ok: false, failure, detail: `${words[failure]} (${hint}asked ${servers.join(", ")})` };
}

const words: Readonly<Record<Failure, string>> = {
  nxdomain: "the name does not exist",
  nodata: "the name has no address of this family",
  servfail: "the name servers could not answer",
  timeout: "the name servers did not answer in time",
  malformed: "the name servers gave a malformed answer",
  unreachable: "no name server can be reached",
};

function isUsable(server: string): boolean {
  try {
    new Resolver().setServers([server]);
    return true;
  } catch {
    return false;
  }
}
