import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { converse } from "../../core/dialogue/converse.ts";
import { dialogueSamples } from "../../core/dialogue/dialogue-samples.ts";
import { Connection } from "../../core/net/connection.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { remembered } from "../../core/remembered.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import type { TcpOptions } from "./options.ts";

const placeOf = remembered(parseHostPort, 2000);

/** Observes the target once: one connection, TLS where it is asked for, and the dialogue. */
export async function runTcp(options: TcpOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const { host = "", port = 0 } = placeOf(context.target.address) ?? {};
  const connection = new Connection(io, context);
  const dial = () => connection.dial(host, port, options.family);
  const { ended, dialogue } = await converse(options, { connection, host, dial });
  const { wire, tls } = connection;
  const remote = wire?.remote?.address;
  return {
    findings: connection.judge(options, ended),
    samples: [
      ...connection.remoteSamples(),
      ...connection.durations("probe_tcp_duration_seconds", ["resolve", "connect", "tls", "dialogue"]),
      ...(wire === undefined ? [] : dialogueSamples(options, dialogue)),
      ...(tls === undefined ? [] : tlsSamples(tls)),
    ],
    evidence: { ...(remote !== undefined && { remote }), dialogue: dialogue?.lines ?? [] },
  };
}
