import type { ProbeIo } from "../../core/checks/probe.ts";
import { type Visited, type VisitScene, visit } from "../../core/http/visit.ts";
import type { DomainOptions } from "./options.ts";
import { requestOptionsOf } from "./request.ts";

const freshForMs = 7 * 86_400_000;
const retryAfterMs = 3_600_000;
const bodyLimitBytes = 1024 ** 2;

type Table = ReadonlyMap<string, string>;
type List = Readonly<{ table: Table; untilMs: number }>;

/** Lists by where they come from, shared by all checks of a worker. */
const lists = new WeakMap<object, Map<string, List>>();

/** RDAP address for a top-level domain by IANA's list, which is fetched once a week; the bundled one until then. @see RFC 9224 */
export async function rdapServerOf(
  tld: string,
  options: DomainOptions,
  io: ProbeIo,
  scene: VisitScene,
): Promise<string | undefined> {
  const bundled = (): Table => tableOf(io.assets.json("rdap-bootstrap"));
  if (options.bootstrap === "bundled") return bundled().get(tld);
  const known = lists.get(io.http) ?? new Map<string, List>();
  lists.set(io.http, known);
  const list = known.get(options.bootstrap);
  if (list !== undefined && list.untilMs > io.monotonicMs()) return list.table.get(tld);
  const fetched = await fetchList(options.bootstrap, options, scene);
  const table = fetched ?? list?.table ?? bundled();
  if (fetched === undefined) scene.note("IANA's list of RDAP servers was not to be had; an older one is used");
  known.set(options.bootstrap, {
    table,
    untilMs: io.monotonicMs() + (fetched === undefined ? retryAfterMs : freshForMs),
  });
  return table.get(tld);
}

async function fetchList(address: string, options: DomainOptions, scene: VisitScene): Promise<Table | undefined> {
  const visited: Visited = await visit(
    { url: new URL(address), method: "GET", ownHeaders: true },
    {
      options: requestOptionsOf(options),
      further: [["accept", "application/json"]],
      bodyLimitBytes,
      followRedirects: true,
      maxRedirects: 3,
    },
    scene,
  );
  const { response } = visited.last;
  if (visited.finding !== undefined || response?.status !== 200) return undefined;
  try {
    const table = tableOf(JSON.parse(new TextDecoder().decode(response.body)));
    return table.size === 0 ? undefined : table;
  } catch {
    return undefined;
  }
}

/** The list as a table; what does not fit RFC 9224 is left out. */
function tableOf(list: unknown): Table {
  const table = new Map<string, string>();
  const services: unknown = typeof list === "object" && list !== null && "services" in list ? list.services : [];
  for (const service of Array.isArray(services) ? (services as unknown[]) : []) {
    const [tlds, urls]: readonly unknown[] = Array.isArray(service) ? service : [];
    if (!Array.isArray(tlds) || !Array.isArray(urls)) continue;
    const texts = urls.filter(
      (url): url is string => typeof url === "string" && /^https?:/.test(url) && URL.canParse(url),
    );
    const server = texts.find((url) => url.startsWith("https:")) ?? texts[0];
    if (server === undefined) continue;
    for (const tld of tlds) if (typeof tld === "string") table.set(tld.toLowerCase(), server);
  }
  return table;
}
