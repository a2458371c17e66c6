import type { ParsedFamily } from "./exposition-parser.ts";

/** Values that do not depend on time or on who asks. */
const equalValues: ReadonlySet<string> = new Set([
  "probe_success",
  "probe_grpc_healthcheck_response",
  "probe_grpc_ssl",
  "probe_grpc_status_code",
  "probe_http_status_code",
  "probe_http_content_length",
  "probe_http_uncompressed_body_length",
  "probe_http_redirects",
  "probe_http_ssl",
  "probe_http_version",
  "probe_icmp_reply_hop_limit",
  "probe_dns_answer_rrs",
  "probe_dns_authority_rrs",
  "probe_dns_additional_rrs",
  "probe_dns_query_succeeded",
  "probe_failed_due_to_regex",
  "probe_http_last_modified_timestamp_seconds",
  "probe_ip_protocol",
  "probe_ip_addr_hash",
  "probe_ssl_earliest_cert_expiry",
  "probe_ssl_last_chain_expiry_timestamp_seconds",
  "probe_ssl_last_chain_info",
  "probe_tls_version_info",
]);

/** Families that Debian's version does not have, or not on a failed handshake; docs/reference/blackbox.md says why they are there. */
const further: ReadonlySet<string> = new Set([
  "probe_timeout_seconds",
  "probe_tls_cipher_info",
  "probe_tcp_duration_seconds",
  "probe_icmp_packets_sent",
  "probe_icmp_packets_received",
  "probe_icmp_packet_loss_ratio",
  "probe_icmp_rtt_min_seconds",
  "probe_icmp_rtt_max_seconds",
  "probe_icmp_jitter_seconds",
  "probe_failed_due_to_bytes",
]);

/** What the two say differently: families, their words, label sets, and values that must agree. */
export function differences(
  ours: ReadonlyMap<string, ParsedFamily>,
  theirs: ReadonlyMap<string, ParsedFamily>,
): string[] {
  const found: string[] = [];
  for (const name of ours.keys()) if (!theirs.has(name) && !further.has(name)) found.push(`only ours: ${name}`);
  for (const [name, family] of theirs) {
    const own = ours.get(name);
    if (own === undefined) {
      found.push(`only theirs: ${name}`);
      continue;
    }
    if (own.help !== family.help || own.type !== family.type) found.push(`${name}: ${own.type} ${own.help}`);
    const [a, b] = [own, family].map((each) =>
      each.samples.map((sample) => seriesOf(sample, name)).toSorted((x, y) => (x < y ? -1 : 1)),
    );
    if (JSON.stringify(a) !== JSON.stringify(b)) found.push(`${name}: ${a?.join(" ")} is not ${b?.join(" ")}`);
  }
  return found;
}

function seriesOf({ labels, value }: ParsedFamily["samples"][number], name: string): string {
  // Younger versions than Debian's name the serial number, too.
  const { serialnumber: _, ...named } = labels;
  return `${JSON.stringify(Object.entries(named).toSorted(([a], [b]) => (a < b ? -1 : 1)))}${equalValues.has(name) ? ` ${value}` : ""}`;
}
