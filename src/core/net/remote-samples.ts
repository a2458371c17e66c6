import { gauge, type Metric, type Sample, sample } from "../checks/metric.ts";
import type { ResolvedAddress } from "../ports/resolver.ts";
import { secondsOf } from "../time/stopwatch.ts";
import { addressHash } from "./address-hash.ts";

/** Where a run went, under blackbox_exporter's names. */
export const remoteMetrics: readonly Metric[] = [
  gauge("probe_dns_lookup_time_seconds", "Returns the time taken for probe dns lookup in seconds"),
  gauge("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6"),
  gauge("probe_ip_addr_hash", "Specifies the hash of IP address. It's useful to detect if the IP address changes."),
];

/** Samples of `remoteMetrics`; protocol and hash are 0 where no address was reached. */
export function remoteSamples(remote: ResolvedAddress | undefined, resolveMs: number): readonly Sample[] {
  return [
    sample("probe_dns_lookup_time_seconds", secondsOf(resolveMs)),
    sample("probe_ip_protocol", remote?.family ?? 0),
    sample("probe_ip_addr_hash", remote === undefined ? 0 : addressHash(remote.address)),
  ];
}
