import type { ProbeIo } from "../../core/checks/probe.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { WireReader } from "../../core/net/wire-reader.ts";
import { decodeText } from "../../core/text/charset.ts";
import type { Answer } from "./answer.ts";
import type { DomainOptions } from "./options.ts";
import { takeTurn } from "./pace.ts";
import { layoutOf } from "./whois/layouts.ts";
import { readWhois, referralOf } from "./whois/read-whois.ts";

const whoisPort = 43;
const limitBytes = 256 * 1024;
const dayMs = 86_400_000;

export type WhoisScene = Readonly<{ io: ProbeIo; signal: AbortSignal; note(line: string): void }>;

/** Asks a WHOIS server about one domain, and the registrar's server where the registry itself tells no date. @see RFC 3912 */
export async function askWhois(
  server: string,
  name: string,
  options: DomainOptions,
  scene: WhoisScene,
): Promise<Answer> {
  const tld = name.slice(name.lastIndexOf(".") + 1);
  const text = await fetchText(server, layoutOf(tld).query?.(name) ?? name, options, scene);
  if (typeof text !== "string") return text;
  const answer = readWhois(text, name, tld);
  if (answer.kind === "failed" && answer.reason === "rate_limited") scene.io.pacer.backOff(server, dayMs);
  const told = answer.kind === "failed" ? { ...answer, detail: `${server}: ${answer.detail}` } : answer;
  const referral = answer.kind === "failed" && answer.reason === "parse" ? referralOf(text) : undefined;
  if (referral === undefined || referral === server) return told;
  const further = await fetchText(referral, name, options, scene);
  const second = typeof further === "string" ? readWhois(further, name, tld) : further;
  return second.kind === "date" ? second : told;
}

/** Asks IANA which server knows a top-level domain. */
export async function whoisServerFromIana(
  tld: string,
  options: DomainOptions,
  scene: WhoisScene,
): Promise<string | undefined> {
  const text = await fetchText("whois.iana.org", tld, options, scene);
  return typeof text === "string" ? referralOf(text) : undefined;
}

async function fetchText(
  server: string,
  query: string,
  options: DomainOptions,
  scene: WhoisScene,
): Promise<string | Answer> {
  const { io, signal } = scene;
  const refused = await takeTurn(io.pacer, server, signal);
  if (refused !== undefined) return refused;
  scene.note(`asking ${server} by WHOIS`);
  const { host, port = whoisPort } = parseHostPort(server) ?? { host: server };
  const resolution = await io.resolver.resolve(host, options.family, signal);
  if (!resolution.ok) return failed(server, resolution.finding.detail);
  const wired = await io.wires.dial(resolution.addresses, port, signal);
  if (!wired.ok) return failed(server, wired.finding.detail);
  const finding = await wired.wire.send(new TextEncoder().encode(`${query}\r\n`));
  const read = finding === undefined ? await new WireReader(wired.wire, { limitBytes }).rest() : { finding };
  wired.wire.close();
  if ("got" in read) return decodeText(read.got, undefined, false).decodings[0]?.text ?? "";
  if ("end" in read) return "";
  if (read.finding.reason === "protocol")
    return { kind: "failed", reason: "parse", detail: `${server}: ${read.finding.detail}` };
  return failed(server, read.finding.detail);
}

function failed(server: string, detail: string): Answer {
  return { kind: "failed", reason: "lookup_failed", detail: `${server}: ${detail}` };
}
