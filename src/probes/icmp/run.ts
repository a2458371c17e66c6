import type { Finding } from "../../core/checks/finding.ts";
import { sample } from "../../core/checks/metric.ts";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { judgeAbove } from "../../core/limits.ts";
import { remoteSamples } from "../../core/net/remote-samples.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import { formatDuration } from "../../core/time/duration.ts";
import { Stopwatch } from "../../core/time/stopwatch.ts";
import { type Round, roundOf, roundSamples } from "./metrics.ts";
import type { IcmpOptions } from "./options.ts";

/** `ping` itself needs a moment to start and to end. */
const marginMs = 2000;

/** Sends a few echo requests and judges what came back. */
export async function runIcmp(options: IcmpOptions, io: ProbeIo, context: ProbeContext): Promise<Observation> {
  const watch = new Stopwatch(() => io.monotonicMs());
  const enter: ProbeContext["phase"] = (phase) => {
    watch.enter(phase);
    context.phase(phase);
  };
  enter("resolve");
  const resolution = await io.resolver.resolve(context.target.address, options.family, context.signal);
  const to = resolution.ok ? resolution.addresses[0] : undefined;
  watch.enter(undefined);
  const before = [
    ...remoteSamples(to, watch.sumMs("resolve")),
    sample("probe_icmp_duration_seconds", watch.sumMs("resolve") / 1000, { phase: "resolve" }),
  ];
  if (!resolution.ok) return { findings: [resolution.finding], samples: [...before, ...noRound] };
  if (to === undefined) return { findings: [nowhere(context)], samples: [...before, ...noRound] };
  enter("dialogue");
  const outcome = await io.pings.ping(requestOf(options, to), context.signal);
  enter("local");
  watch.enter(undefined);
  if (!outcome.ok) return { findings: [outcome.finding], samples: [...before, ...noRound] };
  const round = roundOf(outcome.sent, outcome.replies);
  for (const complaint of outcome.complaints) context.note(complaint);
  const setupMs = Math.max(0, watch.sumMs("dialogue") - waitedMs(options, round));
  return {
    findings: judge(options, round, outcome.complaints),
    samples: [...before, ...roundSamples(round, outcome.replies, setupMs)],
    evidence: { address: to.address, sent: round.sent, received: round.received, complaints: outcome.complaints },
  };
}

const noRound = [
  sample("probe_icmp_duration_seconds", 0, { phase: "setup" }),
  sample("probe_icmp_duration_seconds", 0, { phase: "rtt" }),
];

function requestOf(options: IcmpOptions, to: ResolvedAddress) {
  const { packets, spacing, reply_within: within, hop_limit: hopLimit } = options;
  return {
    to,
    packets,
    spacingMs: spacing,
    replyWithinMs: within,
    payloadBytes: options.payload_size,
    ...(hopLimit === undefined ? {} : { hopLimit }),
    dontFragment: options.dont_fragment,
    limitMs: (packets - 1) * spacing + within + marginMs,
  };
}

/** Time that went by between the packets and for the replies. */
function waitedMs({ packets, spacing, reply_within: within }: IcmpOptions, { received, sent, rtt }: Round): number {
  return (packets - 1) * spacing + (received < sent ? within : (rtt?.meanMs ?? 0));
}

function nowhere({ target }: ProbeContext): Finding {
  return { is: "down", reason: "dns_nodata", phase: "resolve", detail: `${target.display} has no address` };
}

function judge(options: IcmpOptions, round: Round, complaints: readonly string[]): readonly Finding[] {
  const { sent, received, lossRatio, rtt } = round;
  if (received === 0) {
    const [complaint] = complaints;
    if (complaint !== undefined) {
      return [{ is: "down", reason: "unreachable", phase: "dialogue", detail: complaint }];
    }
    const detail = `no reply to ${sent === 1 ? "one echo request" : `${sent} echo requests`}`;
    return [{ is: "down", reason: "timeout", phase: "dialogue", detail }];
  }
  const lost = `${sent - received} of ${sent} echo requests got no reply (${percent(lossRatio)})`;
  const mean = `the mean round trip took ${rtt?.meanMs.toFixed(1)} ms`;
  return [
    ...judgeAbove(lossRatio, options.loss, "threshold", () => lost),
    ...(rtt === undefined
      ? []
      : judgeAbove(rtt.meanMs, options.slower_than, "slow", (ms) => `${mean}, more than ${formatDuration(ms)}`)),
  ];
}

function percent(ratio: number): string {
  return `${Math.round(ratio * 100)} %`;
}
