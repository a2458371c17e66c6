import { Buffer } from "node:buffer";
import { z } from "zod";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import {
  type Asked,
  type AskScene,
  answerLimitBytes,
  askOverUdp,
  askOverWire,
  malformed,
  readAnswer,
} from "../../core/dns/ask-server.ts";
import { encodeQuestion, isAnswerTo, type Question } from "../../core/dns/message.ts";
import { requestOptions } from "../../core/http/request-options.ts";
import { visit } from "../../core/http/visit.ts";
import { formatHostPort, parseHostPort } from "../../core/net/host-port.ts";
import type { Stopwatch } from "../../core/time/stopwatch.ts";
import { tlsSchema, trustOf } from "../../core/tls/tls-options.ts";
import type { DnsOptions } from "./options.ts";

const defaultPorts = { udp: 53, tcp: 53, tls: 853, https: 443 } as const;
const defaultTls = tlsSchema.parse({});
const plainRequest = z.strictObject(requestOptions).parse({});

type Scene = Readonly<{ io: ProbeIo; context: ProbeContext; watch: Stopwatch; options: DnsOptions }>;

/** Asks one server one question by the transport of the options. */
export async function ask(server: string, scene: Scene): Promise<Asked> {
  const { io, context, options, watch } = scene;
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
  watch.enter("resolve");
  const resolution = await io.resolver.resolve(host, options.family, context.signal);
  if (!resolution.ok) return { finding: resolution.finding };
  const place = { port, addresses: resolution.addresses };
  const asking: AskScene = {
    io,
    signal: context.signal,
    enter: (phase) => watch.enter(phase),
    note: (line) => context.note(line),
  };
  const tls = options.tls ?? defaultTls;
  const secure = options.transport === "tls" ? { trust: trustOf(tls), serverName: tls.server_name ?? host } : undefined;
  const asked =
    options.transport === "udp" ? askOverUdp(place, question, asking) : askOverWire(place, question, asking, secure);
  const [tried] = place.addresses;
  // A refusal comes from somewhere, too.
  return { ...(tried && { remote: tried }), ...(await asked) };
}

/** @see RFC 8484 §4.1 */
async function askHttps(authority: string, given: Question, { io, context, watch, options }: Scene): Promise<Asked> {
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
      bodyLimitBytes: answerLimitBytes,
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
    ? { ...reached, ...readAnswer(response.body) }
    : { ...reached, finding: malformed("the answer is no DNS message to our question") };
}
