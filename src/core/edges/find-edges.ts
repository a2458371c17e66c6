import type { Finding } from "../checks/finding.ts";
import { gather } from "../checks/gather.ts";
import type { ProbeContext, ProbeIo } from "../checks/probe.ts";
import type { Reason } from "../checks/reasons.ts";
import { type Asked, type AskScene, askOverUdp } from "../dns/ask-server.ts";
import type { ClientSubnet, Message, Question } from "../dns/message.ts";
import { parseHostPort } from "../net/host-port.ts";
import type { IpFamily } from "../ports/resolver.ts";
import { type ClientNetwork, networksOf } from "./client-networks.ts";
import type { Edge } from "./edge.ts";
import type { EdgesOptions } from "./edges-options.ts";

const tries = 2;
const tryMs = 1500;
const atOnce = { perHost: 8, total: 24 };
const mostQuestions = 200;

/** Whose addresses are wanted. */
export type EdgeSearch = Readonly<{ host: string; family: IpFamily; options: EdgesOptions }>;

/** What a search is given. */
export type EdgeScene = Readonly<{ io: ProbeIo; context: ProbeContext }>;

/** The addresses of a name, each once, and what is wrong with finding them. */
export type FoundEdges = Readonly<{ edges: readonly Edge[]; findings: readonly Finding[]; left: number }>;

type Asking = Readonly<{ server: string; type: "A" | "AAAA"; network?: ClientNetwork; subnet?: ClientSubnet }>;
type Answer = Readonly<{ asking: Asking; addresses: readonly string[]; finding?: Finding }>;

/** Finds every address of a name: by the machine's own way, or from the given servers on behalf of the given clients. */
export async function findEdges(search: EdgeSearch, scene: EdgeScene): Promise<FoundEdges> {
  const { host, family, options } = search;
  scene.context.phase("resolve");
  if (options.resolvers.length === 0 || isLiteral(host)) {
    const resolution = await scene.io.resolver.resolve(host, family, scene.context.signal);
    if (!resolution.ok) return { edges: [], findings: [resolution.finding], left: 0 };
    return chosen([{ addresses: resolution.addresses.map(({ address }) => address) }], options.max_addresses);
  }
  const answers = await askAll(search, scene);
  const found = chosen(
    answers.map(({ asking: { network }, addresses }) => ({ addresses, ...(network && { network }) })),
    options.max_addresses,
  );
  return { ...found, findings: failures(answers, found.edges.length > 0) };
}

function isLiteral(host: string): boolean {
  return host.includes(":") || /^\d+(?:\.\d+){3}$/.test(host);
}

function askingsOf({ family, options }: EdgeSearch): readonly Asking[] {
  const types = {
    any: ["A", "AAAA"],
    prefer_4: ["A", "AAAA"],
    prefer_6: ["AAAA", "A"],
    4: ["A"],
    6: ["AAAA"],
  } as const;
  const networks = networksOf(options.providers, options.subnets);
  const clients = networks.flatMap((network) => network.subnets.map((subnet) => ({ network, subnet })));
  return options.resolvers
    .flatMap((server) =>
      (clients.length === 0 ? [{}] : clients).flatMap((client) =>
        types[family].map((type) => ({ server, type, ...client })),
      ),
    )
    .slice(0, mostQuestions);
}

async function askAll(search: EdgeSearch, scene: EdgeScene): Promise<readonly Answer[]> {
  const askings = askingsOf(search);
  const answers = new Map<Asking, Answer>();
  const work = async (asking: Asking): Promise<void> => {
    answers.set(asking, await askPatiently(asking, search.host, scene));
  };
  await gather(askings, ({ server }) => server, work, { limits: atOnce, signal: scene.context.signal });
  return askings.flatMap((asking) => answers.get(asking) ?? []);
}

/** A datagram may be lost, so that a silent server is asked once more. */
async function askPatiently(asking: Asking, host: string, { io, context }: EdgeScene): Promise<Answer> {
  const { host: server, port = 53 } = parseHostPort(asking.server) ?? { host: asking.server };
  const resolution = await io.resolver.resolve(server, "any", context.signal);
  if (!resolution.ok) return { asking, addresses: [], finding: resolution.finding };
  const place = { addresses: resolution.addresses, port };
  let asked: Asked = {};
  for (let count = 0; count < tries && asked.message === undefined && !context.signal.aborted; count += 1) {
    const question: Question = {
      id: Math.floor(io.random() * 65_536),
      name: host,
      type: asking.type,
      recurse: true,
      dnssec: false,
      ...(asking.subnet && { subnet: asking.subnet }),
    };
    const deadline = io.deadlines.within(tryMs, context.signal);
    const asks: AskScene = { io, signal: deadline.signal, enter: () => {}, note: (line) => context.note(line) };
    asked = await askOverUdp(place, question, asks);
    deadline.end();
    if (asked.finding !== undefined && asked.finding.reason !== "dns_timeout") break;
  }
  return { asking, ...readAddresses(asked, asking.type) };
}

function readAddresses({ message, finding }: Asked, type: "A" | "AAAA"): Pick<Answer, "addresses" | "finding"> {
  if (message === undefined) return { addresses: [], ...(finding && { finding }) };
  const addresses = message.answers.filter((record) => record.type === type).map(({ data }) => data);
  const refusal = refusalOf(message);
  return { addresses, ...(refusal && { finding: refusal }) };
}

function refusalOf({ rcode }: Message): Finding | undefined {
  if (rcode === "NOERROR") return undefined;
  if (rcode === "NXDOMAIN") return dnsFinding("dns_nxdomain", "the name does not exist");
  return dnsFinding("dns_servfail", `the name server answers ${rcode}`);
}

function dnsFinding(reason: Reason, detail: string): Finding {
  return { is: "down", reason, phase: "resolve", detail };
}

/** Takes one address of each answer in turn, so that a cap leaves some of each; in the order of addresses. */
function chosen(
  answers: readonly Readonly<{ addresses: readonly string[]; network?: ClientNetwork }>[],
  most: number,
): FoundEdges {
  const networks = new Map<string, Set<ClientNetwork>>();
  const longest = Math.max(0, ...answers.map(({ addresses }) => addresses.length));
  for (let turn = 0; turn < longest; turn += 1) {
    for (const { addresses, network } of answers) {
      const address = addresses[turn];
      if (address === undefined) continue;
      const known = networks.get(address) ?? new Set();
      networks.set(address, network === undefined ? known : known.add(network));
    }
  }
  const edges = [...networks]
    .slice(0, most)
    .map(([address, of]): Edge => ({ address, family: address.includes(":") ? 6 : 4, networks: [...of] }))
    .toSorted((a, b) => a.family - b.family || collator.compare(a.address, b.address));
  return { edges, findings: [], left: Math.max(0, networks.size - most) };
}

const collator = new Intl.Collator("en", { numeric: true });

const answered: ReadonlySet<Reason> = new Set(["dns_nxdomain", "dns_servfail"]);

/** Without any address: what the servers say of the name, or that they say nothing. With some: a flaw for each answer that is owed. */
function failures(answers: readonly Answer[], isFound: boolean): readonly Finding[] {
  const failed = answers.filter(({ finding }) => finding !== undefined);
  const names = failed.map(({ asking, finding }) => {
    const whom = asking.network === undefined ? "" : ` for ${asking.network.title}`;
    return `${asking.server}${whom}: ${finding?.detail ?? ""}`;
  });
  const told = [...new Set(names)];
  const shown = told.slice(0, 4).join("; ") + (told.length > 4 ? `; and ${told.length - 4} more` : "");
  if (isFound) {
    if (failed.length === 0) return [];
    const detail = `${failed.length} of ${answers.length} questions for addresses were not answered: ${shown}`;
    return [{ is: "flaw", severity: "warning", reason: "partial", detail }];
  }
  const said = failed.find(({ finding }) => finding !== undefined && answered.has(finding.reason))?.finding;
  if (said !== undefined) return [{ ...said, detail: shown }];
  if (failed.length < answers.length) return [dnsFinding("dns_nodata", "the name has no address in the wanted family")];
  return [{ is: "unknown", reason: "resolver", phase: "resolve", detail: `no name server answers: ${shown}` }];
}
