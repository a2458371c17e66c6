import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { VisitScene } from "../../core/http/visit.ts";
import type { Answer } from "./answer.ts";
import { askRdap } from "./ask-rdap.ts";
import { askWhois, whoisServerFromIana } from "./ask-whois.ts";
import { rdapServerOf } from "./directory.ts";
import type { DomainOptions } from "./options.ts";
import { layoutOf } from "./whois/layouts.ts";

export type Source = "rdap" | "whois";
/** What came of asking; a failure names all that were asked, so that the first cause is not lost behind the last. */
export type LookedUp = Readonly<{ answer: Answer; source: Source }>;

/** Asks the registry of a domain by RDAP and WHOIS, as the options want it. */
export async function lookUp(
  name: string,
  options: DomainOptions,
  io: ProbeIo,
  context: ProbeContext,
): Promise<LookedUp> {
  const tld = name.slice(name.lastIndexOf(".") + 1);
  const note = (line: string): void => context.note(line);
  // Whatever the deadline cuts short here, it is the registry's slowness or ours, never an outage of the domain.
  const scene: VisitScene & Readonly<{ io: ProbeIo }> = { io, signal: context.signal, phase: () => {}, note };
  const asked: LookedUp[] = [];
  if (options.lookup !== "whois") {
    const server = options.rdap_server ?? (await rdapServerOf(tld, options, io, scene));
    if (server !== undefined) asked.push({ answer: await askRdap(server, name, options, scene), source: "rdap" });
    else if (options.lookup === "rdap") return { answer: nobody(tld, "RDAP"), source: "rdap" };
  }
  const byRdap = asked[0];
  if (options.lookup === "rdap" || (byRdap !== undefined && isEnough(byRdap.answer, tld))) return best(asked, tld);
  const server = options.whois_server ?? (await whoisServerOf(tld, options, { io, signal: context.signal, note }));
  if (server !== undefined) {
    asked.push({
      answer: await askWhois(server, name, options, { io, signal: context.signal, note }),
      source: "whois",
    });
  }
  return best(asked, tld);
}

/** RDAP has the last word when it tells a date, or when the registry is known to tell nobody. */
function isEnough(answer: Answer, tld: string): boolean {
  return answer.kind === "date" || (answer.kind === "not_published" && layoutOf(tld).isPublished === false);
}

async function whoisServerOf(
  tld: string,
  options: DomainOptions,
  scene: Parameters<typeof whoisServerFromIana>[2],
): Promise<string | undefined> {
  const known = scene.io.assets.json("whois-servers");
  if (typeof known === "object" && known !== null && Object.hasOwn(known, tld)) return String(Reflect.get(known, tld));
  // Nobody outside sells names under these, so that IANA need not be asked.
  return /^(?:test|example|invalid|localhost|internal|local|lan|home|corp)$/.test(tld)
    ? undefined
    : whoisServerFromIana(tld, options, scene);
}

const order: readonly Answer["kind"][] = ["date", "not_published", "not_registered", "failed"];

function best(asked: readonly LookedUp[], tld: string): LookedUp {
  const sorted = asked.toSorted((a, b) => order.indexOf(a.answer.kind) - order.indexOf(b.answer.kind));
  const first = sorted[0];
  if (first === undefined) return { answer: nobody(tld, "RDAP or WHOIS"), source: "whois" };
  const { answer } = first;
  // One server that does not know a name may be the wrong one to ask; two that agree are not.
  const failures = asked.flatMap(({ answer: each }) => (each.kind === "failed" ? [each] : []));
  if (answer.kind === "not_registered" && first.source === "rdap") {
    const agreed = asked.some((each) => each.source === "whois" && each.answer.kind === "not_registered");
    if (agreed) return first;
    const detail = ["RDAP does not know the domain", ...failures.map((each) => each.detail)].join("; ");
    return { answer: { kind: "failed", reason: failures[0]?.reason ?? "lookup_failed", detail }, source: "rdap" };
  }
  if (answer.kind !== "failed") return first;
  const limited = failures.find(({ reason }) => reason === "rate_limited");
  const detail = failures.map((each) => each.detail).join("; ");
  return { answer: { ...answer, reason: (limited ?? answer).reason, detail }, source: first.source };
}

function nobody(tld: string, what: string): Answer {
  const detail = `nobody is known to answer ${what} for .${tld}; give expires, or name a server`;
  return { kind: "failed", reason: "lookup_failed", detail };
}
