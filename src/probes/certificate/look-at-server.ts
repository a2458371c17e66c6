import type { Finding } from "../../core/checks/finding.ts";
import { sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { certificateSight } from "../../core/edges/certificate-sight.ts";
import type { EdgeSight } from "../../core/edges/edge.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { remoteSamples } from "../../core/net/remote-samples.ts";
import type { TlsFacts } from "../../core/ports/tls.ts";
import type { Wire } from "../../core/ports/wires.ts";
import { Stopwatch } from "../../core/time/stopwatch.ts";
import { chainEvidence } from "../../core/tls/chain-evidence.ts";
import { tlsSchema, trustOf } from "../../core/tls/tls-options.ts";
import { cipherSample, tlsSamples } from "../../core/tls/tls-samples.ts";
import { judgeCertificates, judgeMatch, judgeStapled } from "./judge.ts";
import { chainSamples, stapledSamples } from "./metrics.ts";
import type { CertificateOptions } from "./options.ts";
import { askForTls, defaultPorts } from "./starttls.ts";

const defaultTls = tlsSchema.parse({});

type Seen = Readonly<{ findings: readonly Finding[]; tls?: TlsFacts }>;

/** Makes one handshake with the server and judges all that it presents. */
export class LookAtServer {
  readonly #options: CertificateOptions;
  readonly #io: ProbeIo;
  readonly #context: ProbeContext;
  readonly #watch: Stopwatch;
  readonly #dialled: string | undefined;
  #wire: Wire | undefined;

  /** `dialled` is where to go in place of the target's host; its name is kept in TLS. */
  constructor(options: CertificateOptions, io: ProbeIo, context: ProbeContext, dialled = options.connect_to) {
    this.#options = options;
    this.#io = io;
    this.#context = context;
    this.#dialled = dialled;
    this.#watch = new Stopwatch(() => io.monotonicMs());
  }

  async observe(): Promise<Observation> {
    return (await this.look()).observation;
  }

  async look(): Promise<EdgeSight> {
    const { findings, tls } = await this.#look();
    this.#wire?.close();
    this.#enter("local");
    const chain = tls?.chain ?? [];
    const nowMs = this.#context.startedAtMs;
    const verify = this.#options.tls?.verify ?? true;
    const judged = [
      ...findings,
      ...(verify ? judgeCertificates(this.#options, chain, nowMs, findings) : []),
      ...(tls === undefined ? [] : judgeStapled(this.#options, tls.stapled, nowMs)),
      ...(await this.#compareWithFile(tls)),
    ];
    this.#watch.enter(undefined);
    const remote = this.#wire?.remote;
    const observation = {
      findings: judged,
      samples: [
        ...remoteSamples(remote, this.#watch.sumMs("resolve")),
        ...(["resolve", "connect", "dialogue", "tls"] as const).map((phase) =>
          sample("probe_certificate_duration_seconds", this.#watch.sumMs(phase) / 1000, { phase }),
        ),
        ...(tls === undefined ? [] : [...tlsSamples(tls), cipherSample(tls), ...stapledSamples(tls.stapled)]),
        ...chainSamples(chain),
      ],
      evidence: {
        ...(remote && { remote: remote.address }),
        ...(tls && { version: tls.version, cipher: tls.cipher, chain: chainEvidence(chain) }),
        ...(tls?.stapled && { stapled: tls.stapled.status }),
      },
    };
    return { observation, ...certificateSight(tls) };
  }

  async #look(): Promise<Seen> {
    const { target, signal } = this.#context;
    const { starttls = "none", family = "any", tls = defaultTls, stapling } = this.#options;
    const { host, port = defaultPorts[starttls] } = parseHostPort(target.address) ?? { host: "" };
    this.#enter("resolve");
    const resolution = await this.#io.resolver.resolve(this.#dialled ?? host, family, signal);
    if (!resolution.ok) return { findings: [resolution.finding] };
    this.#enter("connect");
    const wired = await this.#io.wires.dial(resolution.addresses, port, signal);
    if (!wired.ok) return { findings: [wired.finding] };
    this.#wire = wired.wire;
    if (starttls !== "none") {
      this.#enter("dialogue");
      const refused = await askForTls(starttls, wired.wire);
      if (refused !== undefined) return { findings: [refused] };
    }
    this.#enter("tls");
    const secured = await wired.wire.secure({
      trust: trustOf(tls),
      serverName: tls.server_name ?? host,
      stapling: stapling !== "ignored",
    });
    const findings = [...(secured.finding === undefined ? [] : [secured.finding]), ...(secured.further ?? [])];
    return { findings, ...(secured.tls && { tls: secured.tls }) };
  }

  async #compareWithFile(tls: TlsFacts | undefined): Promise<readonly Finding[]> {
    const { matches_file: path, password } = this.#options;
    if (path === undefined || tls === undefined) return [];
    const [file] = await this.#io.certificateFiles.read([path], password?.reveal());
    if (file === undefined) return [];
    // The server works, whatever is wrong with the file beside it.
    if ("finding" in file)
      return [{ is: "flaw", severity: "warning", reason: "content_mismatch", detail: file.finding.detail }];
    return judgeMatch(tls.chain[0], file.certificates[0], path);
  }

  #enter(phase: Parameters<ProbeContext["phase"]>[0]): void {
    this.#watch.enter(phase);
    this.#context.phase(phase);
  }
}
