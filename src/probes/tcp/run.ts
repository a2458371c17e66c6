import { Dialogue } from "../../core/dialogue/dialogue.ts";
import { dialogueSamples } from "../../core/dialogue/dialogue-samples.ts";
import type { Finding } from "../../core/finding.ts";
import { type Sample, sample } from "../../core/metric.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { remoteSamples } from "../../core/net/remote-samples.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import type { TlsFacts } from "../../core/ports/tls.ts";
import type { Wire } from "../../core/ports/wires.ts";
import type { ProbeContext, ProbeIo } from "../../core/probe.ts";
import type { Observation } from "../../core/result.ts";
import { judgeTime } from "../../core/slower-than.ts";
import { Stopwatch } from "../../core/stopwatch.ts";
import { judgeExpiry } from "../../core/tls/expiry.ts";
import { tlsSchema, trustOf } from "../../core/tls/tls-options.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import type { TcpOptions } from "./options.ts";

const defaultTls = tlsSchema.parse({});

/** Observes the target once: one connection, TLS where it is asked for, and the dialogue. */
export async function runTcp(options: TcpOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  return new TcpRun(options, io, context).observe();
}

class TcpRun {
  readonly #options: TcpOptions;
  readonly #io: ProbeIo;
  readonly #context: ProbeContext;
  readonly #watch: Stopwatch;
  readonly #host: string;
  /** The address that answered, or the first that was tried: a refusal comes from somewhere, too. */
  #remote: ResolvedAddress | undefined;
  #wire: Wire | undefined;
  #dialogue: Dialogue | undefined;
  #tls: TlsFacts | undefined;

  constructor(options: TcpOptions, io: ProbeIo, context: ProbeContext) {
    this.#options = options;
    this.#io = io;
    this.#context = context;
    this.#watch = new Stopwatch(() => io.monotonicMs());
    this.#host = parseHostPort(context.target.address)?.host ?? "";
  }

  async observe(): Promise<Observation> {
    const ended = await this.#converse();
    this.#wire?.close();
    this.#enter("local");
    this.#watch.enter(undefined);
    const { slower_than: slower, certificate } = this.#options;
    const expiry = certificate ?? { expiry: "lifetime" };
    const isAboutValidity = ended?.reason === "tls_expired" || ended?.reason === "tls_not_yet_valid";
    const chain = isAboutValidity ? [] : (this.#tls?.chain ?? []);
    const findings = [
      ...(ended === undefined ? judgeTime(slower, this.#watch.elapsedMs()) : [ended]),
      ...judgeExpiry(expiry, chain, this.#context.startedAtMs),
    ];
    const remote = this.#wire?.remote?.address;
    const lines = this.#dialogue?.lines ?? [];
    const evidence = { ...(remote !== undefined && { remote }), dialogue: lines };
    return { findings, samples: this.#samples(), evidence };
  }

  async #converse(): Promise<Finding | undefined> {
    const { target, signal } = this.#context;
    this.#enter("resolve");
    const resolution = await this.#io.resolver.resolve(this.#host, this.#options.family, signal);
    if (!resolution.ok) return resolution.finding;
    this.#remote = resolution.addresses[0];
    this.#enter("connect");
    const port = parseHostPort(target.address)?.port ?? 0;
    const wired = await this.#io.wires.dial(resolution.addresses, port, signal);
    if (!wired.ok) return wired.finding;
    this.#wire = wired.wire;
    this.#remote = wired.wire.remote;
    const refused = this.#options.encryption === "tls" ? await this.#beginTls(wired.wire) : undefined;
    if (refused !== undefined) return refused;
    this.#enter("dialogue");
    this.#dialogue = new Dialogue(this.#options, wired.wire, () => this.#beginTls(wired.wire));
    return this.#dialogue.hold();
  }

  async #beginTls(wire: Wire): Promise<Finding | undefined> {
    const tls = this.#options.tls ?? defaultTls;
    this.#enter("tls");
    const secured = await wire.secure({ trust: trustOf(tls), serverName: tls.server_name ?? this.#host });
    this.#enter("dialogue");
    this.#tls = secured.tls;
    return secured.finding;
  }

  #enter(phase: Parameters<ProbeContext["phase"]>[0]): void {
    this.#watch.enter(phase);
    this.#context.phase(phase);
  }

  #samples(): readonly Sample[] {
    const watch = this.#watch;
    return [
      ...remoteSamples(this.#remote, watch.sumMs("resolve")),
      ...(["resolve", "connect", "tls", "dialogue"] as const).map((phase) =>
        sample("probe_tcp_duration_seconds", watch.sumMs(phase) / 1000, { phase }),
      ),
      ...(this.#wire === undefined ? [] : dialogueSamples(this.#options, this.#dialogue)),
      ...(this.#tls === undefined ? [] : tlsSamples(this.#tls)),
    ];
  }
}
