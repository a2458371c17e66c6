import type { Finding } from "../checks/finding.ts";
import { type Sample, sample } from "../checks/metric.ts";
import { type Phase, phaseLabels } from "../checks/phases.ts";
import type { ProbeContext, ProbeIo } from "../checks/probe.ts";
import { judgeTime, type SlowerThan } from "../matching/slower-than.ts";
import type { IpFamily, ResolvedAddress } from "../ports/resolver.ts";
import type { TlsFacts } from "../ports/tls.ts";
import type { Wire, Wired } from "../ports/wires.ts";
import { Stopwatch, secondsOf } from "../time/stopwatch.ts";
import { type ExpiryOptions, judgeServed } from "../tls/expiry.ts";
import { type TlsOptions, tlsSchema, trustOf } from "../tls/tls-options.ts";
import { remoteSamples } from "./remote-samples.ts";

const defaultTls = tlsSchema.parse({});

/** What a check asks of every connection, whatever is spoken over it. */
type Demands = Readonly<{ slower_than: SlowerThan; certificate?: ExpiryOptions | undefined }>;

/** The one connection of a run: names its phases, remembers what it reached and what TLS showed, and judges time and certificate. */
export class Connection {
  readonly #io: ProbeIo;
  readonly #context: ProbeContext;
  readonly #watch: Stopwatch;
  #wire: Wire | undefined;
  #remote: ResolvedAddress | undefined;
  #tls: TlsFacts | undefined;

  constructor(io: ProbeIo, context: ProbeContext) {
    this.#io = io;
    this.#context = context;
    this.#watch = new Stopwatch(() => io.monotonicMs());
  }

  /** The address that answered, or the first that was tried: a refusal comes from somewhere, too. */
  get remote(): ResolvedAddress | undefined {
    return this.#remote;
  }

  /** The other end, once it was reached. */
  get wire(): Wire | undefined {
    return this.#wire;
  }

  get tls(): TlsFacts | undefined {
    return this.#tls;
  }

  /** Ends the phase that was running and begins this one; `part` says what is waited for, should the deadline come. */
  enter(phase: Phase, part?: string): void {
    this.#watch.enter(phase);
    this.#context.phase(phase, part);
  }

  /** Looks the name up and dials what it leads to. */
  async dial(host: string, port: number, family: IpFamily): Promise<Wired> {
    const { signal } = this.#context;
    this.enter("resolve");
    const resolution = await this.#io.resolver.resolve(host, family, signal);
    if (!resolution.ok) return resolution;
    this.#remote = resolution.addresses[0];
    this.enter("connect");
    return this.#reached(await this.#io.wires.dial(resolution.addresses, port, signal));
  }

  /** Dials a socket in the filesystem. */
  async dialPath(path: string): Promise<Wired> {
    this.enter("connect");
    return this.#reached(await this.#io.wires.dialPath(path, this.#context.signal));
  }

  /** Begins TLS; without options by the usual ones. */
  async secure(options: TlsOptions | undefined, host: string): Promise<Finding | undefined> {
    const tls = options ?? defaultTls;
    this.enter("tls");
    const secured = await this.#wire?.secure({ trust: trustOf(tls), serverName: tls.server_name ?? host });
    this.#tls = secured?.tls;
    return secured?.finding;
  }

  /** Closes what is open and stops the watch: what follows is our own time. */
  close(): void {
    this.#wire?.close();
    this.enter("local");
    this.#watch.enter(undefined);
  }

  /** How the run ended, or what is slow about it; and the certificate's time. */
  judge({ slower_than: slower, certificate }: Demands, ended: Finding | undefined): readonly Finding[] {
    return [
      ...(ended === undefined ? judgeTime(slower, this.#watch.elapsedMs()) : [ended]),
      ...judgeServed({ options: certificate, tls: this.#tls }, ended, this.#context.startedAtMs),
    ];
  }

  /** Samples of where the run went. */
  remoteSamples(): readonly Sample[] {
    return remoteSamples(this.#remote, this.#watch.sumMs("resolve"));
  }

  /** Seconds of each phase under a name. */
  durations(metric: string, phases: readonly Phase[]): readonly Sample[] {
    return phases.map((phase) => sample(metric, secondsOf(this.#watch.sumMs(phase)), phaseLabels[phase]));
  }

  #reached(wired: Wired): Wired {
    if (wired.ok) {
      this.#wire = wired.wire;
      this.#remote = wired.wire.remote ?? this.#remote;
    }
    return wired;
  }
}
