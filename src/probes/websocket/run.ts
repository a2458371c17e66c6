import type { Finding } from "../../core/checks/finding.ts";
import { type Sample, sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { bareHost } from "../../core/http/address.ts";
import { Connection } from "../../core/net/connection.ts";
import { WireReader } from "../../core/net/wire-reader.ts";
import type { Wire } from "../../core/ports/wires.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import { Conversation } from "./conversation.ts";
import type { WebsocketOptions } from "./options.ts";
import { readUpgrade, type Upgrade, upgradeRequest } from "./upgrade.ts";

/** Of all that is read in one run. */
const limitBytes = 4 * 1024 ** 2;
const durationSeconds = "probe_websocket_duration_seconds";

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
  readonly #connection: Connection;
  readonly #url: URL;
  #upgrade: Upgrade = {};
  #conversation: Conversation | undefined;

  constructor(options: WebsocketOptions, io: ProbeIo, context: ProbeContext) {
    this.#options = options;
    this.#io = io;
    this.#connection = new Connection(io, context);
    this.#url = new URL(context.target.address);
  }

  async observe(): Promise<Observation> {
    const ended = await this.#converse();
    this.#connection.close();
    const { statusLine, subprotocol } = this.#upgrade;
    const evidence = {
      remote: this.#connection.wire?.remote?.address ?? null,
      status_line: statusLine ?? null,
      subprotocol: subprotocol ?? null,
      dialogue: this.#conversation?.lines ?? [],
    };
    return { findings: this.#connection.judge(this.#options, ended), samples: this.#samples(), evidence };
  }

  async #converse(): Promise<Finding | undefined> {
    const host = bareHost(this.#url.hostname);
    const wired = await this.#connection.dial(host, portOf(this.#url), this.#options.family);
    if (!wired.ok) return wired.finding;
    const isTls = this.#url.protocol === "wss:";
    const refused = isTls ? await this.#connection.secure(this.#options.tls, host) : undefined;
    return refused ?? this.#speak(wired.wire);
  }

  async #speak(wire: Wire): Promise<Finding | undefined> {
    this.#connection.enter("processing");
    const key = btoa(String.fromCharCode(...Array.from({ length: 16 }, () => Math.floor(this.#io.random() * 256))));
    const unsent = await wire.send(new TextEncoder().encode(upgradeRequest(this.#options, httpUrl(this.#url), key)));
    const reader = new WireReader(wire, { limitBytes });
    this.#upgrade = unsent === undefined ? await readUpgrade(reader, this.#options, key) : {};
    const failure = unsent ?? this.#upgrade.finding;
    if (failure !== undefined) return { ...failure, phase: "processing" } as Finding;
    this.#connection.enter("dialogue");
    const { random, monotonicMs } = this.#io;
    this.#conversation = new Conversation({
      wire,
      reader,
      random: () => random(),
      monotonicMs: () => monotonicMs(),
      waits: (what) => this.#connection.enter("dialogue", what),
    });
    return this.#conversation.hold(this.#options.dialogue);
  }

  #samples(): readonly Sample[] {
    const { status, finding } = this.#upgrade;
    const { tls } = this.#connection;
    const pingMs = this.#conversation?.pingMs;
    return [
      ...this.#connection.remoteSamples(),
      sample("probe_websocket_connection_upgraded", status === 101 && finding === undefined ? 1 : 0),
      sample("probe_websocket_status_code", status ?? 0),
      sample("probe_websocket_failed_due_to_regex", this.#conversation?.failedDueToRegex === true ? 1 : 0),
      ...this.#connection.durations(durationSeconds, ["resolve", "connect", "tls", "processing"]),
      // blackbox_exporter calls what follows the upgrade a transfer.
      ...this.#connection
        .durations(durationSeconds, ["dialogue"])
        .map((each) => ({ ...each, labels: { phase: "transfer" } })),
      ...(pingMs === undefined ? [] : [sample("probe_websocket_ping_duration_seconds", pingMs / 1000)]),
      ...(tls === undefined ? [] : tlsSamples(tls)),
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
