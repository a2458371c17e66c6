import type { Finding } from "../../core/checks/finding.ts";
import type { Sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { Connection } from "../../core/net/connection.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import type { Wire } from "../../core/ports/wires.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import { type Info, infoSamples, judgeInfo, readInfo } from "./info.ts";
import type { RedisOptions } from "./options.ts";
import { encodeCommand, type Reply, readReply } from "./resp.ts";

const mostBytes = 256 * 1024;
const down = (reason: "protocol" | "reset" | "assertion", detail: string): Finding => ({
  is: "down",
  reason,
  phase: "dialogue",
  detail,
});

/** Observes the server once, over a connection of its own. */
export async function runRedis(options: RedisOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  return new RedisRun(options, io, context).observe();
}

class RedisRun {
  readonly #options: RedisOptions;
  readonly #address: string;
  readonly #connection: Connection;
  #received: Uint8Array = new Uint8Array();
  #info: Info | undefined;

  constructor(options: RedisOptions, io: ProbeIo, context: ProbeContext) {
    this.#options = options;
    this.#address = context.target.address;
    this.#connection = new Connection(io, context);
  }

  async observe(): Promise<Observation> {
    const ended = await this.#converse();
    const connection = this.#connection;
    connection.close();
    const told = ended === undefined && this.#info !== undefined ? judgeInfo(this.#info, this.#options) : [];
    const findings = [...told, ...connection.judge(this.#options, ended)];
    const evidence = { remote: connection.remote?.address ?? null, info: this.#shownInfo() };
    return { findings, samples: this.#samples(), ...(findings.length === 0 ? {} : { evidence }) };
  }

  async #converse(): Promise<Finding | undefined> {
    const { host = "", port = 0 } = parseHostPort(this.#address) ?? {};
    const { encryption, family, tls } = this.#options;
    const wired = await this.#connection.dial(host, port, family);
    if (!wired.ok) return wired.finding;
    const refused = encryption === "tls" ? await this.#connection.secure(tls, host) : undefined;
    if (refused !== undefined) return refused;
    return this.#talk(wired.wire);
  }

  async #talk(wire: Wire): Promise<Finding | undefined> {
    const { username, password, info } = this.#options;
    if (password !== undefined) {
      const words = username === undefined ? [password.reveal()] : [username, password.reveal()];
      const refused = await this.#ask(wire, ["AUTH", ...words], "AUTH");
      if ("finding" in refused) return refused.finding;
    }
    const pong = await this.#ask(wire, ["PING"], "PING");
    if ("finding" in pong) return pong.finding;
    if (pong.text !== "PONG") return down("protocol", "PING is answered by something else than PONG");
    if (!info) return undefined;
    const told = await this.#ask(wire, ["INFO"], "INFO");
    if ("finding" in told) return told.finding;
    this.#info = readInfo(told.text);
    return undefined;
  }

  async #ask(
    wire: Wire,
    words: readonly string[],
    name: string,
  ): Promise<Readonly<{ text: string } | { finding: Finding }>> {
    this.#connection.enter("dialogue", `waiting for the answer to ${name}`);
    const unsent = await wire.send(encodeCommand(words));
    if (unsent !== undefined) return { finding: unsent };
    const reply = await this.#reply(wire);
    if ("finding" in reply) return reply;
    return "error" in reply ? { finding: refusal(name, reply.error) } : reply;
  }

  async #reply(wire: Wire): Promise<Reply | Readonly<{ finding: Finding }>> {
    while (true) {
      const read = this.#received.length === 0 ? { more: true as const } : readReply(this.#received, mostBytes);
      if ("problem" in read) return { finding: down("protocol", `the server ${read.problem}`) };
      if ("reply" in read) {
        this.#received = this.#received.slice(read.length);
        return read.reply;
      }
      const received = await wire.receive();
      if ("finding" in received) return received;
      if ("end" in received) return { finding: down("reset", "the server closed the connection before it answered") };
      this.#received = joined(this.#received, received.bytes);
    }
  }

  #samples(): readonly Sample[] {
    const { tls } = this.#connection;
    return [
      ...this.#connection.remoteSamples(),
      ...this.#connection.durations("probe_redis_duration_seconds", ["resolve", "connect", "tls", "dialogue"]),
      ...(this.#info === undefined ? [] : infoSamples(this.#info)),
      ...(tls === undefined ? [] : tlsSamples(tls)),
    ];
  }

  #shownInfo(): Readonly<Record<string, string>> {
    const names = [
      "redis_version",
      "valkey_version",
      "role",
      "master_link_status",
      "connected_slaves",
      "maxmemory",
      "used_memory",
    ];
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = this.#info?.get(name);
        return value === undefined ? [] : [[name, escapeControls(value).slice(0, 100)]];
      }),
    );
  }
}

/** What the server says when it refuses; our own credentials and rights say nothing of its health. */
function refusal(name: string, error: string): Finding {
  const said = escapeControls(error).slice(0, 200);
  const detail = `${name} is refused: ${said}`;
  if (/^(?:NOAUTH|WRONGPASS|NOPERM)\b|invalid password|without any password/i.test(error)) {
    return { is: "unknown", reason: "permission", phase: "dialogue", detail };
  }
  return down("assertion", detail);
}

function joined(before: Uint8Array, bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array(before.length + bytes.length);
  whole.set(before);
  whole.set(bytes, before.length);
  return whole;
}
