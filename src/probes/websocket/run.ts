import type { Finding } from "../../core/finding.ts";
import { bareHost } from "../../core/http/address.ts";
import { type Sample, sample } from "../../core/metric.ts";
import { remoteSamples } from "../../core/net/remote-samples.ts";
import { WireReader } from "../../core/net/wire-reader.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import type { TlsFacts } from "../../core/ports/tls.ts";
import type { Wire } from "../../core/ports/wires.ts";
import type { ProbeContext, ProbeIo } from "../../core/probe.ts";
import type { Observation } from "../../core/result.ts";
import { judgeTime } from "../../core/slower-than.ts";
import { Stopwatch } from "../../core/stopwatch.ts";
import { judgeExpiry } from "../../core/tls/expiry.ts";
import { trustOf } from "../../core/tls/tls-options.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import { Conversation } from "./conversation.ts";
import type { WebsocketOptions } from "./options.ts";
import { readUpgrade, type Upgrade, upgradeRequest } from "./upgrade.ts";

/** Of all that is read in one run. */
const limitBytes = 4 * 1024 ** 2;

/** Observes the target once: one connection, TLS where the scheme says so, the upgrade, and the dialogue. */
export async function runWebsocket(
  options: WebsocketOptions,
  io: ProbeIo,
  context: ProbeContext,
): Promise<Observation> {
  return new WebsocketRun(options, io, context).observe();
}

class WebsocketRun {
  readonly #options: WebsocketOptions;
  readonly #io: ProbeIo;
  readonly #context: ProbeContext;
  readonly #watch: Stopwatch;
  readonly #url: URL;
  /** The address that answered, or the first that was tried. */
  #remote: ResolvedAddress | undefined;
  #wire: Wire | undefined;
  #tls: TlsFacts | undefined;
  #upgrade: Upgrade = {};
  #conversation: Conversation | undefined;

  constructor(options: WebsocketOptions, io: ProbeIo, context: ProbeContext) {
    this.#options = options;
    this.#io = io;
    this.#context = context;
    this.#watch = new Stopwatch(() => io.monotonicMs());
    this.#url = new URL(context.target.address);
  }

  async observe(): Promise<Observation> {
    const ended = await this.#converse();
    this.#wire?.close();
    this.#enter("local");
    this.#watch.enter(undefined);
    const { slower_than: slower, certificate } = this.#options;
    const isAboutValidity = ended?.reason === "tls_expired" || ended?.reason === "tls_not_yet_valid";
    const chain = isAboutValidity ? [] : (this.#tls?.chain ?? []);
    const findings = [
      ...(ended === undefined ? judgeTime(slower, this.#watch.elapsedMs()) : [ended]),
      ...judgeExpiry(certificate, chain, this.#context.startedAtMs),
    ];
    const { statusLine, subprotocol } = this.#upgrade;
    const evidence = {
      remote: this.#wire?.remote?.address ?? null,
      status_line: statusLine ?? null,
      subprotocol: subprotocol ?? null,
      dialogue: this.#conversation?.lines ?? [],
    };
    return { findings, samples: this.#samples(), evidence };
  }

  async #converse(): Promise<Finding | undefined> {
    const refused = (await this.#connect()) ?? (await this.#secure());
    const wire = this.#wire;
    if (refused !== undefined || wire === undefined) return refused;
    this.#enter("processing");
    const key = btoa(String.fromCharCode(...Array.from({ length: 16 }, () => Math.floor(this.#io.random() * 256))));
    const unsent = await wire.send(new TextEncoder().encode(upgradeRequest(this.#options, httpUrl(this.#url), key)));
    const reader = new WireReader(wire, { limitBytes });
    this.#upgrade = unsent === undefined ? await readUpgrade(reader, this.#options, key) : {};
    const failure = unsent ?? this.#upgrade.finding;
    if (failure !== undefined) return { ...failure, phase: "processing" } as Finding;
    this.#enter("dialogue");
    const { random, monotonicMs } = this.#io;
    this.#conversation = new Conversation({ wire, reader, random: () => random(), monotonicMs: () => monotonicMs() });
    return this.#conversation.hold(this.#options.dialogue);
  }

  async #connect(): Promise<Finding | undefined> {
    const { signal } = this.#context;
    this.#enter("resolve");
    const resolution = await this.#io.resolver.resolve(bareHost(this.#url.hostname), this.#options.family, signal);
    if (!resolution.ok) return resolution.finding;
    this.#remote = resolution.addresses[0];
    this.#enter("connect");
    const wired = await this.#io.wires.dial(resolution.addresses, portOf(this.#url), signal);
    if (!wired.ok) return wired.finding;
    this.#wire = wired.wire;
    this.#remote = wired.wire.remote;
    return undefined;
  }

  async #secure(): Promise<Finding | undefined> {
    if (this.#url.protocol !== "wss:") return undefined;
    const { tls } = this.#options;
    this.#enter("tls");
    const serverName = tls.server_name ?? bareHost(this.#url.hostname);
    const secured = await this.#wire?.secure({ trust: trustOf(tls), serverName });
    this.#tls = secured?.tls;
    return secured?.finding;
  }

  #enter(phase: Parameters<ProbeContext["phase"]>[0]): void {
    this.#watch.enter(phase);
    this.#context.phase(phase);
  }

  #samples(): readonly Sample[] {
    const { status, finding } = this.#upgrade;
    const seconds = (phase: "resolve" | "connect" | "tls" | "processing" | "dialogue"): number =>
      this.#watch.sumMs(phase) / 1000;
    const durations = { resolve: seconds("resolve"), connect: seconds("connect"), tls: seconds("tls") };
    const pingMs = this.#conversation?.pingMs;
    return [
      ...remoteSamples(this.#remote, this.#watch.sumMs("resolve")),
      sample("probe_websocket_connection_upgraded", status === 101 && finding === undefined ? 1 : 0),
      sample("probe_websocket_status_code", status ?? 0),
      sample("probe_websocket_failed_due_to_regex", this.#conversation?.failedDueToRegex === true ? 1 : 0),
      ...Object.entries({ ...durations, processing: seconds("processing"), transfer: seconds("dialogue") }).map(
        ([phase, value]) => sample("probe_websocket_duration_seconds", value, { phase }),
      ),
      ...(pingMs === undefined ? [] : [sample("probe_websocket_ping_duration_seconds", pingMs / 1000)]),
      ...(this.#tls === undefined ? [] : tlsSamples(this.#tls)),
    ];
  }
}

/** The same place as HTTP names it, for the Host header. */
function httpUrl(url: URL): URL {
  return new URL(url.href.replace(/^ws/, "http"));
}

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "wss:" ? 443 : 80;
}
