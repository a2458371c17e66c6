import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import type { PingReply } from "../../core/ports/pings.ts";

/** Names, labels and HELP of blackbox_exporter's icmp prober, and what several packets show beyond it. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/icmp.go */
export const icmpMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_icmp_duration_seconds", "Duration of icmp request by phase", true, ["phase"]),
  gauge("probe_icmp_reply_hop_limit", "Replied packet hop limit (TTL for ipv4)"),
  gauge("probe_icmp_packets_sent", "Echo requests that were sent."),
  gauge("probe_icmp_packets_received", "Replies that came, each request counted once."),
  gauge("probe_icmp_packet_loss_ratio", "Share of the requests that got no reply.", true),
  gauge("probe_icmp_rtt_min_seconds", "Shortest round-trip time."),
  gauge("probe_icmp_rtt_max_seconds", "Longest round-trip time.", true),
  gauge("probe_icmp_jitter_seconds", "Mean difference between successive round-trip times.", true),
];

/** What the replies add up to; times are absent where none carried one. */
export type Round = Readonly<{ sent: number; received: number; lossRatio: number; rtt?: RoundTrip }>;
type RoundTrip = Readonly<{ meanMs: number; minMs: number; maxMs: number; jitterMs: number }>;

/** Adds up one run. */
export function roundOf(sent: number, replies: readonly PingReply[]): Round {
  const received = Math.min(replies.length, sent);
  const lossRatio = sent === 0 ? 1 : (sent - received) / sent;
  const times = replies.flatMap(({ rttMs }) => rttMs ?? []);
  if (times.length === 0) return { sent, received, lossRatio };
  const steps = times.slice(1).map((ms, index) => Math.abs(ms - (times[index] ?? ms)));
  const rtt = {
    meanMs: mean(times),
    minMs: Math.min(...times),
    maxMs: Math.max(...times),
    jitterMs: steps.length === 0 ? 0 : mean(steps),
  };
  return { sent, received, lossRatio, rtt };
}

/** Samples of what came back; `setupMs` is the part of the run that was neither resolving nor waiting for replies. */
export function roundSamples(round: Round, replies: readonly PingReply[], setupMs: number): readonly Sample[] {
  const hopLimit = replies.at(-1)?.hopLimit;
  const { rtt } = round;
  return [
    sample("probe_icmp_duration_seconds", setupMs / 1000, { phase: "setup" }),
    sample("probe_icmp_duration_seconds", (rtt?.meanMs ?? 0) / 1000, { phase: "rtt" }),
    ...(hopLimit === undefined ? [] : [sample("probe_icmp_reply_hop_limit", hopLimit)]),
    sample("probe_icmp_packets_sent", round.sent),
    sample("probe_icmp_packets_received", round.received),
    sample("probe_icmp_packet_loss_ratio", round.lossRatio),
    ...(rtt === undefined
      ? []
      : [
          sample("probe_icmp_rtt_min_seconds", rtt.minMs / 1000),
          sample("probe_icmp_rtt_max_seconds", rtt.maxMs / 1000),
          sample("probe_icmp_jitter_seconds", rtt.jitterMs / 1000),
        ]),
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
