import { isIP } from "node:net";

/** What a resolv.conf says; `servers` is undefined when there is no such file. */
export type ResolvConf = Readonly<{ servers: readonly string[] | undefined; search: readonly string[]; ndots: number }>;

const mostServers = 3;
const mostSearchDomains = 32;
const mostDots = 15;

/** Reads resolv.conf as glibc does: the last of `search` and `domain` wins, three servers count. @see resolv.conf(5) */
export function parseResolvConf(text: string | undefined): ResolvConf {
  if (text === undefined) return { servers: undefined, search: [], ndots: 1 };
  const servers: string[] = [];
  let search: readonly string[] = [];
  let ndots = 1;
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line
      .replace(/[#;].*$/, "")
      .trim()
      .split(/\s+/);
    if (keyword === "nameserver") servers.push(...values.slice(0, 1).filter((value) => isIP(value) !== 0));
    if (keyword === "search") search = values.slice(0, mostSearchDomains);
    if (keyword === "domain") search = values.slice(0, 1);
    if (keyword === "options") ndots = ndotsOf(values) ?? ndots;
  }
  return {
    servers: servers.slice(0, mostServers),
    search: search.map(withoutDot).filter((domain) => domain !== ""),
    ndots,
  };
}

/** Names to ask for in order: search domains first when the name has fewer than `ndots` dots; a trailing dot asks for nothing else. */
export function candidateNames(name: string, conf: ResolvConf): readonly string[] {
  if (name.endsWith(".")) return [withoutDot(name)];
  const completed = conf.search.map((domain) => `${name}.${domain}`);
  const dots = name.split(".").length - 1;
  return dots >= conf.ndots ? [name, ...completed] : [...completed, name];
}

function ndotsOf(options: readonly string[]): number | undefined {
  const option = options.find((candidate) => /^ndots:\d+$/.test(candidate));
  return option === undefined ? undefined : Math.min(mostDots, Number(option.slice("ndots:".length)));
}

function withoutDot(name: string): string {
  return name.endsWith(".") ? name.slice(0, -1) : name;
}
