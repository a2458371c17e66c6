import { Buffer } from "node:buffer";
import { z } from "zod";
import type { Finding } from "../../core/finding.ts";
import { requestOptions } from "../../core/http/request-options.ts";
import { visit } from "../../core/http/visit.ts";
import { formatHostPort, parseHostPort } from "../../core/net/host-port.ts";
import { WireReader } from "../../core/net/wire-reader.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import type { TlsFacts } from "../../core/ports/tls.ts";
import type { Wire } from "../../core/ports/wires.ts";
import type { ProbeContext, ProbeIo } from "../../core/probe.ts";
import type { Stopwatch } from "../../core/stopwatch.ts";
import { tlsSchema, trustOf } from "../../core/tls/tls-options.ts";
import { decodeMessage, encodeQuestion, isAnswerTo, type Message, type Question } from "./message.ts";
import type { DnsOptions } from "./options.ts";

const defaultPorts = { udp: 53, tcp: 53, tls: 853, https: 443 } as const;
const limitBytes = 128 * 1024;
const defaultTls = tlsSchema.parse({});
const plainRequest = z.strictObject(requestOptions).parse({});

/** What came of asking one server. */
export type Asked = Readonly<{ message?: Message; finding?: Finding; remote?: ResolvedAddress; tls?: TlsFacts }>;

export type AskScene = Readonly<{ io: ProbeIo; context: ProbeContext; watch: Stopwatch; options: DnsOptions }>;

/** Asks one server one question by the transport of the options; a truncated answer over UDP is asked for again over TCP. @see RFC 7766 */
export async function ask(server: string, scene: AskScene): Promise<Asked> {
  const { io, context, options } = scene;
  const question: Question = {
    id: Math.floor(io.random() * 65_536),
    name: options.name,
    type: options.type,
    recurse: options.recurse,
    dnssec: options.dnssec,
  };
  const { host, port = defaultPorts[options.transport] } = parseHostPort(server) ?? { host: server };
  // Whatever ends here early is an answer of the DNS that did not come: `dns_timeout`.
  context.phase("resolve");
  if (options.transport === "https") return askHttps(formatHostPort({ host, port }), question, scene);
  scene.watch.enter("resolve");
  const resolution = await io.resolver.resolve(host, options.family, context.signal);
  if (!resolution.ok) return { finding: resolution.finding };
  const place: Place = { host, port, addresses: resolution.addresses };
  if (options.transport !== "udp") return askWire(place, question, scene);
  const asked = await askUdp(place, question, scene);
  if (asked.message?.truncated !== true) return asked;
  context.note(`the answer of ${server} is truncated; asking again over TCP`);
  return askWire(place, question, scene);
}

type Place = Readonly<{ host: string; port: number; addresses: readonly ResolvedAddress[] }>;

async function askUdp(
  { addresses, port }: Place,
  question: Question,
  { io, context, watch }: AskScene,
): Promise<Asked> {
  const remote = addresses[0];
  if (remote === undefined) return { finding: malformed("the server has no address") };
  watch.enter("processing");
  const accept = (bytes: Uint8Array): boolean => isAnswerTo(bytes, question);
  const answer = await io.datagrams.ask({ remote, port, bytes: encodeQuestion(question), accept }, context.signal);
  watch.enter(undefined);
  return answer.ok ? { remote, ...read(answer.bytes) } : { remote, finding: answer.finding };
}

/** TCP and TLS: two bytes of length before each message. @see RFC 1035 §4.2.2, RFC 7858 */
async function askWire(
  { host, port, addresses }: Place,
  question: Question,
  { io, context, watch, options }: AskScene,
): Promise<Asked> {
  watch.enter("connect");
  const wired = await io.wires.dial(addresses, port, context.signal);
  if (!wired.ok) return { finding: wired.finding };
  const { wire } = wired;
  const { remote } = wire;
  let facts: TlsFacts | undefined;
  if (options.transport === "tls") {
    const tls = options.tls ?? defaultTls;
    const secured = await wire.secure({ trust: trustOf(tls), serverName: tls.server_name ?? host });
    facts = secured.tls;
    if (secured.finding !== undefined) return { remote, finding: secured.finding, ...(facts && { tls: facts }) };
  }
  watch.enter("processing");
  const answer = await converse(wire, question);
  watch.enter(undefined);
  wire.close();
  return { remote, ...answer, ...(facts && { tls: facts }) };
}

async function converse(wire: Wire, question: Question): Promise<Pick<Asked, "message" | "finding">> {
  const bytes = encodeQuestion(question);
  const failure = await wire.send(Uint8Array.of(bytes.length >> 8, bytes.length & 255, ...bytes));
  if (failure !== undefined) return { finding: failure };
  const reader = new WireReader(wire, { limitBytes });
  const head = await reader.bytes(2);
  if (!("got" in head)) return { finding: "finding" in head ? head.finding : closed };
  const [high = 0, low = 0] = head.got;
  const body = await reader.bytes(high * 256 + low);
  if (!("got" in body)) return { finding: "finding" in body ? body.finding : closed };
  return isAnswerTo(body.got, question) ? read(body.got) : { finding: malformed("the answer is to another question") };
}

/** @see RFC 8484 §4.1 */
async function askHttps(authority: string, given: Question, { io, context, watch, options }: AskScene): Promise<Asked> {
  // Caches on the way know a question by its bytes, so that the id is always 0.
  const question = { ...given, id: 0 };
  const url = new URL(`https://${authority}${options.path ?? "/dns-query"}`);
  url.searchParams.set("dns", Buffer.from(encodeQuestion(question)).toString("base64url"));
  const enter = {
    resolve: "resolve",
    connect: "connect",
    tls: "connect",
    processing: "processing",
    transfer: "processing",
  } as const;
  const visited = await visit(
    { url, method: "GET", ownHeaders: true },
    {
      options: { ...plainRequest, family: options.family, tls: options.tls ?? defaultTls },
      further: [["accept", "application/dns-message"]],
      bodyLimitBytes: limitBytes,
      followRedirects: false,
      maxRedirects: 0,
    },
    {
      io,
      signal: context.signal,
      note: (line) => context.note(line),
      phase: (phase) => watch.enter(Object.hasOwn(enter, phase) ? enter[phase as keyof typeof enter] : "processing"),
    },
  );
  watch.enter(undefined);
  const { remote, tls, response } = visited.last;
  const reached = { ...(remote && { remote }), ...(tls && { tls }) };
  if (visited.finding !== undefined) return { ...reached, finding: visited.finding };
  if (response?.status !== 200) {
    const detail = `the server answers with HTTP status ${response?.status ?? 0}, not with a DNS message`;
    return { ...reached, finding: { is: "down", reason: "status", phase: "resolve", detail } };
  }
  return isAnswerTo(response.body, question)
    ? { ...reached, ...read(response.body) }
    : { ...reached, finding: malformed("the answer is no DNS message to our question") };
}

function read(bytes: Uint8Array): Pick<Asked, "message" | "finding"> {
  const message = decodeMessage(bytes);
  return message === undefined
    ? { finding: malformed("the answer breaks off, or does not follow the protocol") }
    : { message };
}

function malformed(detail: string): Finding {
  return { is: "down", reason: "dns_malformed", phase: "resolve", detail };
}

const closed: Finding = {
  is: "down",
  reason: "dns_malformed",
  phase: "resolve",
  detail: "the server closed before its answer was complete",
};
