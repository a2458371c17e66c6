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

const timeoutMs = 1500;

/**
 * Opens a query over `servers` (`ip` or `ip:port`). Each server is tried before a failure is told, beginning with the one that
 * answered last: c-ares by itself would stop at the first SERVFAIL. Servers that c-ares cannot read are left out.
 */
export function openQuery(servers: readonly string[]): Query {
  const resolvers = servers.flatMap((server) => openServer(server, servers.length === 1 ? 2 : 1));
  let first = 0;
  return async (name, family) => {
    let worst: Answer = { ok: false, failure: "unreachable", detail: "no name server is configured" };
    for (let step = 0; step < resolvers.length; step += 1) {
      const index = (first + step) % resolvers.length;
      const resolver = resolvers[index];
      const answer: Answer = resolver === undefined ? worst : await ask(resolver, name, family);
      if (answer.ok || answer.failure === "nxdomain" || answer.failure === "nodata") {
        first = index;
        return answer;
      }
      if (step === 0 || answer.failure !== "unreachable") worst = answer;
    }
    return worst;
  };
}

function openServer(server: string, tries: number): readonly Resolver[] {
  const resolver = new Resolver({ timeout: timeoutMs, tries });
  try {
    resolver.setServers([server]);
    return [resolver];
  } catch {
    return [];
  }
}

async function ask(resolver: Resolver, name: string, family: 4 | 6): Promise<Answer> {
  try {
    const records =
      family === 4 ? await resolver.resolve4(name, { ttl: true }) : await resolver.resolve6(name, { ttl: true });
    // A CNAME that leads nowhere comes back as success without a record.
    if (records.length === 0) return failed("nodata", resolver);
    const ttlMs = Math.min(...records.map((record) => record.ttl)) * 1000;
    return { ok: true, addresses: records.map(({ address }) => ({ address, family })), ttlMs };
  } catch (error) {
    return failureOf(error, resolver);
  }
}

function failureOf(error: unknown, resolver: Resolver): Answer {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return failed(failures[code] ?? "servfail", resolver, code === "" ? messageOf(error) : code);
}

function failed(failure: Failure, resolver: Resolver, code?: string): Answer {
  const hint = code === undefined || code in failures ? "" : `${code}, `;
  return { ok: false, failure, detail: `${words[failure]} (${hint}asked ${resolver.getServers().join(", ")})` };
}

const words: Readonly<Record<Failure, string>> = {
  nxdomain: "the name does not exist",
  nodata: "the name has no address of this family",
  servfail: "the name server could not answer",
  timeout: "the name server did not answer in time",
  malformed: "the name server gave a malformed answer",
  unreachable: "the name server cannot be reached",
};
