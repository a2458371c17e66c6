import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { converse } from "../../core/dialogue/converse.ts";
import { dialogueSamples } from "../../core/dialogue/dialogue-samples.ts";
import { Connection } from "../../core/net/connection.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import type { UnixOptions } from "./options.ts";

/** Observes the target once: one connection, TLS where it is asked for, and the dialogue. */
export async function runUnix(options: UnixOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const connection = new Connection(io, context);
  const dial = () => connection.dialPath(context.target.address);
  const { ended, dialogue } = await converse(options, { connection, host: "localhost", dial });
  const { wire, tls } = connection;
  return {
    findings: connection.judge(options, ended),
    samples: [
      ...connection.durations("probe_unix_duration_seconds", ["connect", "tls", "dialogue"]),
      ...(wire === undefined ? [] : dialogueSamples(options, dialogue)),
      ...(tls === undefined ? [] : tlsSamples(tls)),
    ],
    evidence: { dialogue: dialogue?.lines ?? [] },
  };
}
