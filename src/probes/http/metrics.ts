import { headerOf } from "../../core/http/header-of.ts";
import type { Metric, Sample } from "../../core/metric.ts";
import type { HttpExchange, TlsFacts } from "../../core/ports/http-probing.ts";
import type { ResolvedAddress } from "../../core/ports/resolver.ts";
import { addressHash } from "./address-hash.ts";
import type { Stopwatch } from "./stopwatch.ts";

const gauge = (name: string, help: string, history = false, labels: readonly string[] = []): Metric => ({
  name,
  type: "gauge",
  help,
  labels,
  history,
});

const chainLabels = ["fingerprint_sha256", "subject", "issuer", "subjectalternative", "serialnumber"];

/** Names, labels and HELP of blackbox_exporter's http prober. @see https://github.com/prometheus/blackbox_exporter/blob/master/prober/http.go */
export const httpMetrics: readonly Metric[] = [
  gauge("probe_dns_lookup_time_seconds", "Returns the time taken for probe dns lookup in seconds"),
  gauge("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6"),
  gauge("probe_ip_addr_hash", "Specifies the hash of IP address. It's useful to detect if the IP address changes."),
  gauge("probe_http_duration_seconds", "Duration of http request by phase, summed over all redirects", true, ["phase"]),
  gauge("probe_http_content_length", "Length of http content response"),
  gauge("probe_http_uncompressed_body_length", "Length of uncompressed response body", true),
  gauge("probe_http_redirects", "The number of redirects"),
  gauge("probe_http_ssl", "Indicates if SSL was used for the final redirect"),
  gauge("probe_http_status_code", "Response HTTP status code"),
  gauge("probe_http_version", "Returns the version of HTTP of the probe response"),
  gauge("probe_failed_due_to_regex", "Indicates if probe failed due to regex"),
  gauge("probe_http_last_modified_timestamp_seconds", "Returns the Last-Modified HTTP response header in unixtime"),
  gauge("probe_ssl_earliest_cert_expiry", "Returns last SSL chain expiry in unixtime", true),
  gauge("probe_ssl_last_chain_expiry_timestamp_seconds", "Returns last SSL chain expiry in timestamp"),
  gauge("probe_ssl_last_chain_info", "Contains SSL leaf certificate information", false, chainLabels),
  gauge("probe_tls_version_info", "Returns the TLS version used or NaN when unknown", false, ["version"]),
  gauge("probe_tls_cipher_info", "Returns the TLS cipher negotiated during handshake", false, ["cipher"]),
];

/** What a run has to show for its samples. */
export type Observed = Readonly<{ last: HttpExchange; isTls: boolean; redirects: number; regexFailed: boolean }>;

const sample = (metric: string, value: number, labels: Readonly<Record<string, string>> = {}): Sample => ({
  metric,
  labels,
  value,
});

/** Samples of a run; certificate series are absent where no certificate was seen, and there also when it was refused. */
export function httpSamples({ last, isTls, redirects, regexFailed }: Observed, watch: Stopwatch): readonly Sample[] {
  const { response, tls, remote } = last;
  const lastModifiedMs = Date.parse(headerOf(response?.headers ?? [], "last-modified") ?? "");
  return [
    sample("probe_dns_lookup_time_seconds", watch.sumMs("resolve") / 1000),
    ...(["resolve", "connect", "tls", "processing", "transfer"] as const).map((phase) =>
      sample("probe_http_duration_seconds", watch.sumMs(phase) / 1000, { phase }),
    ),
    ...remoteSamples(remote),
    sample("probe_http_content_length", response === undefined ? 0 : contentLength(last)),
    sample("probe_http_uncompressed_body_length", response?.body.length ?? 0),
    sample("probe_http_redirects", redirects),
    sample("probe_http_ssl", isTls && response !== undefined ? 1 : 0),
    sample("probe_http_status_code", response?.status ?? 0),
    sample("probe_http_version", Number(response?.version ?? 0)),
    sample("probe_failed_due_to_regex", regexFailed ? 1 : 0),
    ...(Number.isNaN(lastModifiedMs)
      ? []
      : [sample("probe_http_last_modified_timestamp_seconds", lastModifiedMs / 1000)]),
    ...(tls === undefined ? [] : tlsSamples(tls)),
  ];
}

function remoteSamples(remote: ResolvedAddress | undefined): readonly Sample[] {
  return [
    sample("probe_ip_protocol", remote?.family ?? 0),
    sample("probe_ip_addr_hash", remote === undefined ? 0 : addressHash(remote.address)),
  ];
}

/** −1 when the server did not say, as Go has it. */
function contentLength({ response }: HttpExchange): number {
  const said = headerOf(response?.headers ?? [], "content-length");
  return said !== undefined && /^\d+$/.test(said) ? Number(said) : -1;
}

function tlsSamples(tls: TlsFacts): readonly Sample[] {
  const info = [
    sample("probe_tls_version_info", 1, { version: tls.version }),
    sample("probe_tls_cipher_info", 1, { cipher: tls.cipher }),
  ];
  const leaf = tls.chain[0];
  if (leaf === undefined) return info;
  const earliestMs = Math.min(...tls.chain.map(({ validToMs }) => validToMs));
  return [
    ...info,
    sample("probe_ssl_earliest_cert_expiry", earliestMs / 1000),
    ...(tls.verifiedExpiryMs === undefined
      ? []
      : [sample("probe_ssl_last_chain_expiry_timestamp_seconds", tls.verifiedExpiryMs / 1000)]),
    sample("probe_ssl_last_chain_info", 1, {
      fingerprint_sha256: leaf.fingerprint,
      subject: leaf.subject,
      issuer: leaf.issuer,
      subjectalternative: leaf.dnsNames.join(","),
      serialnumber: leaf.serial,
    }),
  ];
}
