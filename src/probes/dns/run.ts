import { z } from "zod";
import { sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { Asked } from "../../core/dns/ask-server.ts";
import type { DnsRecord } from "../../core/dns/record-text.ts";
import type { Json } from "../../core/json.ts";
import { judgeTime } from "../../core/matching/slower-than.ts";
import { remoteSamples } from "../../core/net/remote-samples.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { Stopwatch } from "../../core/time/stopwatch.ts";
import { tlsSamples } from "../../core/tls/tls-samples.ts";
import { ask } from "./ask.ts";
import { judgeAgreement, judgeMessage, judgeSerial, serialOf } from "./judge.ts";
import { answerSamples } from "./metrics.ts";
import type { DnsOptions } from "./options.ts";

const mostRecords = 30;
const recordCharacters = 250;

/** Asks the target, judges its answer, and compares it with those of further servers. */
export async function runDns(options: DnsOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const watch = new Stopwatch(() => io.monotonicMs());
  const first = await ask(context.target.address, { io, context, watch, options });
  watch.enter(undefined);
  const elapsedMs = watch.elapsedMs();
  const others = await Promise.all(options.same_as.map((server) => askOther(server, options, io, context)));
  context.phase("local");
  const { message, finding, remote, tls } = first;
  const serial = serialOf(message);
  return {
    findings: [
      ...(finding === undefined ? [] : [finding]),
      ...(message === undefined
        ? []
        : [...judgeMessage(options, message), ...judgeTime(options.expect.slower_than, elapsedMs)]),
      ...judgeSerial(serialBefore(context.memory), serial),
      ...judgeAgreement(options, { server: context.target.display, ...first }, others),
    ],
    samples: [
      ...remoteSamples(remote, watch.sumMs("resolve")),
      ...(
        [
          ["resolve", "resolve"],
          ["connect", "connect"],
          ["request", "processing"],
        ] as const
      ).map(([phase, entered]) => sample("probe_dns_duration_seconds", watch.sumMs(entered) / 1000, { phase })),
      ...answerSamples(message),
      ...(tls === undefined ? [] : tlsSamples(tls)),
    ],
    evidence: evidenceOf(first),
    ...(serial === undefined
      ? context.memory === undefined
        ? {}
        : { memory: context.memory }
      : { memory: { serial } }),
  };
}

async function askOther(
  server: string,
  options: DnsOptions,
  io: ProbeIo,
  context: ProbeContext,
): Promise<Asked & Readonly<{ server: string }>> {
  return { server, ...(await ask(server, { io, context, watch: new Stopwatch(() => io.monotonicMs()), options })) };
}

const memorySchema = z.object({ serial: z.number() });

/** Serial of the last run; a memory of another kind is none. */
function serialBefore(memory: Json | undefined): number | undefined {
  return memorySchema.safeParse(memory).data?.serial;
}

function evidenceOf({ message, remote }: Asked): Json {
  return {
    ...(remote && { remote: remote.address }),
    ...(message && {
      rcode: message.rcode,
      authoritative: message.authoritative,
      authenticated: message.authenticated,
      answers: shown(message.answers),
      authorities: shown(message.authorities),
      additionals: shown(message.additionals),
    }),
  };
}

function shown(records: readonly DnsRecord[]): readonly string[] {
  return records
    .slice(0, mostRecords)
    .map(({ text }) => escapeControls(text.replaceAll("\t", " ")).slice(0, recordCharacters));
}
