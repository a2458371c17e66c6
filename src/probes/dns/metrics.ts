import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import type { Message } from "../../core/dns/message.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import { tlsMetrics } from "../../core/tls/tls-samples.ts";

/** Names, labels and HELP of blackbox_exporter's dns prober. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/dns.go */
export const dnsMetrics: readonly Metric[] = [
  ...remoteMetrics,
  gauge("probe_dns_duration_seconds", "Duration of DNS request by phase", true, ["phase"]),
  gauge("probe_dns_answer_rrs", "Returns number of entries in the answer resource record list"),
  gauge("probe_dns_authority_rrs", "Returns number of entries in the authority resource record list"),
  gauge("probe_dns_additional_rrs", "Returns number of entries in the additional resource record list"),
  gauge("probe_dns_query_succeeded", "Displays whether or not the query was executed successfully"),
  gauge("probe_dns_serial", "Returns the serial number of the zone", true),
  ...tlsMetrics,
];

/** Samples of an answer, or of its absence. */
export function answerSamples(message: Message | undefined): readonly Sample[] {
  const serial = message?.answers.findLast((record) => record.serial !== undefined)?.serial;
  return [
    sample("probe_dns_answer_rrs", message?.answers.length ?? 0),
    sample("probe_dns_authority_rrs", message?.authorities.length ?? 0),
    sample("probe_dns_additional_rrs", message?.additionals.length ?? 0),
    sample("probe_dns_query_succeeded", message === undefined ? 0 : 1),
    ...(serial === undefined ? [] : [sample("probe_dns_serial", serial)]),
  ];
}
