import type { Finding } from "../../core/checks/finding.ts";
import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { remoteMetrics, remoteSamples } from "../../core/net/remote-samples.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import { judgeClock, type Measured, measure, refusalOf } from "./judge.ts";
import type { NtpOptions } from "./options.ts";
import { answers, decodeAnswer, encodeQuestion } from "./packet.ts";

const usualPort = 123;

/** What a check of NTP says about its run. */
export const ntpMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_ntp_offset_seconds", "Server's clock less this machine's; positive: this machine is behind.", true),
  gauge("probe_ntp_round_trip_seconds", "Time on the way to the server and back.", true),
  gauge("probe_ntp_stratum", "Steps from the server to a reference clock."),
  gauge("probe_ntp_root_dispersion_seconds", "Error of its own clock that the server expects.", true),
  gauge("probe_ntp_root_delay_seconds", "Time on the way from the server to its reference clock and back."),
  gauge("probe_ntp_leap", "Leap indicator: 0 none, 1 a second is added, 2 left out, 3 not synchronised."),
];

/** Asks the server once and compares the clocks. */
export async function runNtp(options: NtpOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const { host, port = usualPort } = parseHostPort(context.target.address) ?? { host: "" };
  const startedMs = io.monotonicMs();
  context.phase("resolve");
  const resolution = await io.resolver.resolve(host, options.family, context.signal);
  const resolveMs = io.monotonicMs() - startedMs;
  const remote = resolution.ok ? resolution.addresses[0] : undefined;
  const samples = remoteSamples(remote, resolveMs);
  if (!resolution.ok) return { findings: [resolution.finding], samples };
  if (remote === undefined) return { findings: [noAddress], samples };
  context.phase("dialogue", `waiting for an answer from ${remote.address} port ${port}`);
  const asked = await ask({ remote, port }, io, context);
  context.phase("local");
  if ("finding" in asked) return { findings: [asked.finding], samples };
  const refusal = refusalOf(asked.answer);
  return {
    findings: refusal === undefined ? judgeClock(options, asked) : [refusal],
    samples: [...samples, ...answerSamples(asked, refusal === undefined)],
    evidence: evidenceOf(remote, asked),
  };
}

async function ask(
  { remote, port }: Readonly<{ remote: ResolvedAddress; port: number }>,
  io: ProbeIo,
  { signal }: ProbeContext,
): Promise<Measured | Readonly<{ finding: Finding }>> {
  const cookie = Uint8Array.from({ length: 8 }, () => Math.floor(io.random() * 256));
  const bytes = encodeQuestion(cookie);
  const reply = await io.datagrams.ask({ remote, port, bytes, accept: (packet) => answers(packet, cookie) }, signal);
  if (reply.ok) return measure(decodeAnswer(reply.bytes, reply.receivedAtMs), reply.sentAtMs, reply.receivedAtMs);
  const { finding } = reply;
  if (finding.is === "flaw" || finding.reason !== "dns_timeout") return { finding };
  return { finding: { is: "down", reason: "timeout", phase: "dialogue", detail: finding.detail } };
}

function answerSamples({ answer, offsetMs, delayMs }: Measured, tellsTime: boolean): readonly Sample[] {
  return [
    sample("probe_ntp_stratum", answer.stratum),
    sample("probe_ntp_leap", answer.leap),
    sample("probe_ntp_root_dispersion_seconds", answer.rootDispersionSeconds),
    sample("probe_ntp_root_delay_seconds", answer.rootDelaySeconds),
    sample("probe_ntp_round_trip_seconds", delayMs / 1000),
    ...(tellsTime ? [sample("probe_ntp_offset_seconds", offsetMs / 1000)] : []),
  ];
}

function evidenceOf(remote: ResolvedAddress, { answer, offsetMs, delayMs }: Measured): Json {
  const { stratum, reference, leap } = answer;
  return { remote: remote.address, stratum, reference, leap, offset_ms: offsetMs, round_trip_ms: delayMs };
}

const noAddress: Finding = {
  is: "down",
  reason: "dns_nodata",
  phase: "resolve",
  detail: "the name has no address in the wanted family",
};
