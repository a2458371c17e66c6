import { getServers } from "node:dns";
import type { Clock } from "../../core/ports/clock.ts";
import { AddressCache } from "./address-cache.ts";
import { viewFile } from "./file-view.ts";
import { type Answer, openQuery, type Query } from "./query.ts";
import { candidateNames, parseResolvConf, type ResolvConf } from "./resolv-conf.ts";
import { ServerHealth } from "./server-health.ts";

/** Asks the name servers for one name in one family, cached, with one query under way per name. */
export type NameLookup = Readonly<{
  lookup(name: string, family: 4 | 6): Promise<Answer>;
  /** True while the name servers, not the names, are at fault. */
  isSick(): boolean;
}>;

type Servers = Readonly<{ conf: ResolvConf; query: Query }>;

/** Opens a lookup over the servers of resolv.conf (or the given ones) with its search list and ndots. */
export function openNameLookup(
  clock: Clock,
  resolvConfFile: string,
  servers: readonly string[] | undefined,
  mostNames: number,
): NameLookup {
  const cache = new AddressCache(clock, mostNames);
  const health = new ServerHealth(clock);
  const underWay = new Map<string, Promise<Answer>>();
  const currentServers = viewFile(resolvConfFile, clock, (text): Servers => {
    const conf = parseResolvConf(text);
    return { conf, query: openQuery(servers ?? conf.servers ?? getServers()) };
  });

  const ask = async (key: string, name: string, family: 4 | 6): Promise<Answer> => {
    const answer = await askCandidates(currentServers(), name, family);
    if (answer.ok || answer.failure === "nxdomain" || answer.failure === "nodata") health.answered();
    else if (answer.failure !== "malformed") health.failed(name);
    cache.put(key, answer);
    return answer;
  };

  return {
    isSick: () => health.isSick(),
    lookup(name, family) {
      const key = `${family} ${name}`;
      const cached = cache.get(key);
      if (cached !== undefined) return Promise.resolve(cached);
      const shared = underWay.get(key);
      if (shared !== undefined) return shared;
      const asked = ask(key, name, family).finally(() => underWay.delete(key));
      underWay.set(key, asked);
      return asked;
    },
  };
}

/** Goes through the candidates until one has addresses; tells the failure that says most: one that is no "no such name". */
async function askCandidates({ conf, query }: Servers, name: string, family: 4 | 6): Promise<Answer> {
  let worst: Answer | undefined;
  for (const candidate of candidateNames(name, conf)) {
    const answer = await query(candidate, family);
    if (answer.ok || answer.failure === "timeout" || answer.failure === "unreachable") return answer;
    if (worst === undefined || worst.ok || worst.failure === "nxdomain") worst = answer;
  }
  return worst ?? { ok: false, failure: "nxdomain", detail: "the name is empty" };
}
