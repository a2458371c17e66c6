import type { Finding } from "../../core/checks/finding.ts";
import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import { Connection } from "../../core/net/connection.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import { judgeBanner, judgeHostKey, judgeWeak } from "./judge.ts";
import type { SshOptions } from "./options.ts";
import { ServerTalk, type Talk } from "./talk.ts";
import { type Weaknesses, weaknessesOf } from "./weak.ts";

const usualPort = 22;

/** What a check of SSH says about its run. */
export const sshMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_ssh_duration_seconds", "Duration of the run by phase", true, ["phase"]),
  gauge("probe_ssh_weak_algorithms", "Weak algorithms that the server offers, by what they are for.", false, ["kind"]),
  gauge("probe_ssh_host_key_length", "Length of the host key in bits.", false),
];

/** Observes the target once: one connection, until the server has proved its host key. */
export async function runSsh(options: SshOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  return new SshRun(options, io, context).observe();
}

class SshRun {
  readonly #options: SshOptions;
  readonly #io: ProbeIo;
  readonly #context: ProbeContext;
  readonly #connection: Connection;
  #talk: Talk = { greeting: [] };

  constructor(options: SshOptions, io: ProbeIo, context: ProbeContext) {
    this.#options = options;
    this.#io = io;
    this.#context = context;
    this.#connection = new Connection(io, context);
  }

  async observe(): Promise<Observation> {
    const ended = await this.#converse();
    this.#connection.close();
    const { banner, greeting, offer, hostKey } = this.#talk;
    const weaknesses = offer === undefined ? undefined : weaknessesOf(offer, this.#options.allow);
    const known = hostKey && judgeHostKey(this.#options, hostKey, this.#context.memory, this.#context.startedAtMs);
    const memory = known?.memory ?? this.#context.memory;
    const findings: readonly Finding[] = [
      ...this.#connection.judge(this.#options, ended),
      ...(banner === undefined ? [] : judgeBanner(this.#options, this.#talk)),
      ...(known?.findings ?? []),
      ...(weaknesses === undefined ? [] : judgeWeak(this.#options, this.#talk, weaknesses)),
    ];
    const evidence: Json = {
      remote: this.#connection.remote?.address ?? null,
      banner: banner ?? null,
      greeting: greeting.slice(0, 10),
      host_key: hostKey === undefined ? null : `${hostKey.fingerprint} (${hostKey.type}, ${hostKey.bits} bits)`,
      offer: offer === undefined ? null : shownOffer(offer),
    };
    return { findings, samples: this.#samples(weaknesses), evidence, ...(memory !== undefined && { memory }) };
  }

  async #converse(): Promise<Finding | undefined> {
    const { host, port = usualPort } = parseHostPort(this.#context.target.address) ?? { host: "" };
    const wired = await this.#connection.dial(host, port, this.#options.family);
    if (!wired.ok) return wired.finding;
    const waits = (what: string): void => this.#connection.enter("dialogue", what);
    const talk = new ServerTalk(wired.wire, () => this.#io.random(), waits);
    this.#talk = talk.talk;
    return talk.hold();
  }

  #samples(weaknesses: Weaknesses | undefined): readonly Sample[] {
    const { hostKey } = this.#talk;
    const kinds = { key_exchange: "keyExchange", host_key: "hostKey", cipher: "cipher", mac: "mac" } as const;
    return [
      ...this.#connection.remoteSamples(),
      ...this.#connection.durations("probe_ssh_duration_seconds", ["resolve", "connect", "dialogue"]),
      ...(weaknesses === undefined
        ? []
        : Object.entries(kinds).map(([kind, key]) =>
            sample("probe_ssh_weak_algorithms", weaknesses[key].length, { kind }),
          )),
      ...(hostKey === undefined ? [] : [sample("probe_ssh_host_key_length", hostKey.bits)]),
    ];
  }
}

function shownOffer(offer: NonNullable<Talk["offer"]>): Json {
  return Object.fromEntries(Object.entries(offer).map(([kind, names]) => [kind, names.join(",").slice(0, 500)]));
}
