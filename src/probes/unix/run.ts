import { Dialogue } from "../../core/dialogue/dialogue.ts";
import { dialogueSamples } from "../../core/dialogue/dialogue-samples.ts";
import type { Finding } from "../../core/finding.ts";
import { type Sample, sample } from "../../core/metric.ts";
import type { TlsFacts } from "../../core/ports/tls.ts";
import type { Wire } from "../../core/ports/wires.ts";
import type { ProbeContext, ProbeIo } from "../../core/probe.ts";
import type { Observation } from "../../core/result.ts";
import { judgeTime } from "../../core/slower-than.ts";
import { Stopwatch } from "../../core/stopwatch.ts";
import { judgeExpiry } from "../../core/tls/expiry.ts";
import { tlsSchema, trustOf } from "../../core/tls/tls-options.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import type { UnixOptions } from "./options.ts";

const defaultTls = tlsSchema.parse({});

/** Observes the target once: one connection, TLS where it is asked for, and the dialogue. */
export async function runUnix(options: UnixOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  return new UnixRun(options, io, context).observe();
}

class UnixRun {
  readonly #options: UnixOptions;
  readonly #io: ProbeIo;
  readonly #context: ProbeContext;
  readonly #watch: Stopwatch;
  #wire: Wire | undefined;
  #dialogue: Dialogue | undefined;
  #tls: TlsFacts | undefined;

  constructor(options: UnixOptions, io: ProbeIo, context: ProbeContext) {
    this.#options = options;
    this.#io = io;
    this.#context = context;
    this.#watch = new Stopwatch(() => io.monotonicMs());
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
      ...judgeExpiry(certificate ?? { expiry: "lifetime" }, chain, this.#context.startedAtMs),
    ];
    return { findings, samples: this.#samples(), evidence: { dialogue: this.#dialogue?.lines ?? [] } };
  }

  async #converse(): Promise<Finding | undefined> {
    this.#enter("connect");
    const wired = await this.#io.wires.dialPath(this.#context.target.address, this.#context.signal);
    if (!wired.ok) return wired.finding;
    this.#wire = wired.wire;
    const refused = this.#options.encryption === "tls" ? await this.#beginTls(wired.wire) : undefined;
    if (refused !== undefined) return refused;
    this.#enter("dialogue");
    this.#dialogue = new Dialogue(this.#options, wired.wire, () => this.#beginTls(wired.wire));
    return this.#dialogue.hold();
  }

  async #beginTls(wire: Wire): Promise<Finding | undefined> {
    const tls = this.#options.tls ?? defaultTls;
    this.#enter("tls");
    const secured = await wire.secure({ trust: trustOf(tls), serverName: tls.server_name ?? "localhost" });
    this.#enter("dialogue");
    this.#tls = secured.tls;
    return secured.finding;
  }

  #enter(phase: Parameters<ProbeContext["phase"]>[0]): void {
    this.#watch.enter(phase);
    this.#context.phase(phase);
  }

  #samples(): readonly Sample[] {
    return [
      ...(["connect", "tls", "dialogue"] as const).map((phase) =>
        sample("probe_unix_duration_seconds", this.#watch.sumMs(phase) / 1000, { phase }),
      ),
      ...(this.#wire === undefined ? [] : dialogueSamples(this.#options, this.#dialogue)),
      ...(this.#tls === undefined ? [] : tlsSamples(this.#tls)),
    ];
  }
}
