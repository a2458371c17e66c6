import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import type { Finding } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { IpFamily, Resolution, ResolvedAddress, Resolver } from "../../core/ports/resolver.ts";
import { boundedWait } from "./bounded-wait.ts";
import { viewFile } from "./file-view.ts";
import { parseHosts } from "./hosts-file.ts";
import { type NameLookup, openNameLookup } from "./name-lookup.ts";
import type { Answer, Failure } from "./query.ts";

/** Where names come from; the defaults are the machine's own. */
export type ResolverOptions = Readonly<{
  clock: Clock;
  /** Name servers as `ip` or `ip:port`; absent: those of resolv.conf, or the system's where there is no such file. */
  servers?: readonly string[];
  hostsFile?: string;
  resolvConfFile?: string;
}>;

const budgetMs = 5000;
const secondFamilyMs = 250;
const mostAnswers = 20_000;
const loopback: readonly ResolvedAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];
const nameForm =
  /^(?=.{1,254}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/;

/**
 * Opens a resolver over c-ares: hosts file, search list and ndots, answers kept as long as their TTL allows (1 s to 5 min),
 * one query under way per name, 5 s for each resolution. It uses none of the threads that `dns.lookup` would block.
 */
export function createResolver(options: ResolverOptions): Resolver {
  const { clock } = options;
  const hosts = viewFile(options.hostsFile ?? systemHostsFile(), clock, parseHosts);
  const names = openNameLookup(clock, options.resolvConfFile ?? "/etc/resolv.conf", options.servers, mostAnswers);

  return {
    async resolve(host, family, signal) {
      const literal = literalAddress(host);
      if (literal !== undefined) return inFamily(host, [literal], family);
      const name = asciiName(host);
      if (name === undefined) return failed("nxdomain", `"${host.slice(0, 80)}" is no valid host name`);
      const bare = name.endsWith(".") ? name.slice(0, -1) : name;
      const known = fromHosts(hosts().get(bare), bare, family);
      if (known !== undefined) return { ok: true, addresses: known };
      const answer = await boundedWait(lookUp(names, name, family, { clock, signal }), tooLate, {
        clock,
        atMostMs: budgetMs,
        signal,
      });
      return answer.ok ? { ok: true, addresses: pick(answer.addresses, family) } : judge(answer, name, names.isSick());
    },
  };
}

const tooLate: Answer = { ok: false, failure: "timeout", detail: "the name servers did not answer in time" };

type Waiting = Readonly<{ clock: Clock; signal: AbortSignal }>;

/** Asks for the wanted family, or for both at once: then one family is enough, and the other is given a moment more. */
async function lookUp(names: NameLookup, name: string, family: IpFamily, waiting: Waiting): Promise<Answer> {
  if (family === "4" || family === "6") return names.lookup(name, family === "4" ? 4 : 6);
  const asked4 = names.lookup(name, 4);
  const asked6 = names.lookup(name, 6);
  await firstSuccess(asked4, asked6);
  const limits = { ...waiting, atMostMs: secondFamilyMs };
  const [answer4, answer6] = await Promise.all([
    boundedWait(asked4, tooLate, limits),
    boundedWait(asked6, tooLate, limits),
  ]);
  if (answer4.ok && answer6.ok) return { ...answer4, addresses: [...answer4.addresses, ...answer6.addresses] };
  if (answer4.ok) return answer4;
  return answer6.ok || gravity[answer6.failure] > gravity[answer4.failure] ? answer6 : answer4;
}

/** Settles as soon as one of the two succeeded, or both are there. */
function firstSuccess(a: Promise<Answer>, b: Promise<Answer>): Promise<unknown> {
  const success = (answer: Answer, other: Promise<Answer>): Answer | Promise<Answer> => (answer.ok ? answer : other);
  return Promise.race([a.then((answer) => success(answer, b)), b.then((answer) => success(answer, a))]);
}

const gravity: Readonly<Record<Failure, number>> = {
  nodata: 0,
  nxdomain: 1,
  malformed: 2,
  servfail: 3,
  timeout: 4,
  unreachable: 5,
};

const reasonOf: Readonly<Record<Exclude<Failure, "unreachable">, Reason>> = {
  nxdomain: "dns_nxdomain",
  nodata: "dns_nodata",
  servfail: "dns_servfail",
  timeout: "dns_timeout",
  malformed: "dns_malformed",
};

/** A sick or unreachable resolver says nothing about the target: that is unknown, not down. */
function judge(answer: Answer & Readonly<{ ok: false }>, name: string, isSick: boolean): Resolution {
  const { failure, detail } = answer;
  if (failure === "unreachable") return unknown(`${name} was not resolved: ${detail}`);
  if (isSick && (failure === "servfail" || failure === "timeout")) {
    return unknown(`${name} was not resolved, nor were other names in the last 30 s: ${detail}`);
  }
  return failed(failure, `${name}: ${detail}`);
}

function failed(failure: Exclude<Failure, "unreachable">, detail: string): Resolution {
  return ending({ is: "down", reason: reasonOf[failure], phase: "resolve", detail });
}

function unknown(detail: string): Resolution {
  return ending({ is: "unknown", reason: "resolver", phase: "resolve", detail });
}

function ending(finding: Finding): Resolution {
  return { ok: false, finding };
}

function literalAddress(host: string): ResolvedAddress | undefined {
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  const family = isIP(bare);
  return family === 4 || family === 6 ? { address: bare, family } : undefined;
}

function inFamily(host: string, addresses: readonly ResolvedAddress[], family: IpFamily): Resolution {
  const wanted = pick(addresses, family);
  if (wanted.length > 0) return { ok: true, addresses: wanted };
  return failed("nodata", `${host} is not of the wanted family: IPv${family} is asked for`);
}

function pick(addresses: readonly ResolvedAddress[], family: IpFamily): readonly ResolvedAddress[] {
  if (family === "any" || (addresses.length < 2 && family.startsWith("prefer_"))) return addresses;
  const [wanted, others] = [true, false].map((isWanted) =>
    addresses.filter((address) => family.endsWith(String(address.family)) === isWanted),
  ) as [ResolvedAddress[], ResolvedAddress[]];
  return family.startsWith("prefer_") ? [...wanted, ...others] : wanted;
}

/** Addresses of the hosts file, or loopback for localhost; undefined when the name servers must be asked. */
function fromHosts(
  listed: readonly ResolvedAddress[] | undefined,
  name: string,
  family: IpFamily,
): readonly ResolvedAddress[] | undefined {
  const wanted = pick(listed ?? [], family);
  if (wanted.length > 0) return wanted;
  return name === "localhost" || name.endsWith(".localhost") ? pick(loopback, family) : undefined;
}

/** The name in ASCII and lower case; undefined when it cannot be asked for. */
function asciiName(host: string): string | undefined {
  const ascii = /^[\x20-\x7e]*$/.test(host) ? host.toLowerCase() : domainToASCII(host);
  return nameForm.test(ascii) ? ascii : undefined;
}

function systemHostsFile(): string {
  if (process.platform !== "win32") return "/etc/hosts";
  return `${process.env["SystemRoot"] ?? "C:\\Windows"}\\System32\\drivers\\etc\\hosts`;
}
