import { gauge, type Metric, type Sample, sample } from "../checks/metric.ts";
import type { TlsFacts } from "../ports/tls.ts";

const chainLabels = ["fingerprint_sha256", "subject", "issuer", "subjectalternative", "serialnumber"];

/** What a handshake showed, under blackbox_exporter's names. */
export const tlsMetrics: readonly Metric[] = [
  gauge("probe_ssl_earliest_cert_expiry", "Returns last SSL chain expiry in unixtime", true),
  gauge("probe_ssl_last_chain_expiry_timestamp_seconds", "Returns last SSL chain expiry in timestamp"),
  gauge("probe_ssl_last_chain_info", "Contains SSL leaf certificate information", false, chainLabels),
  gauge("probe_tls_version_info", "Returns the TLS version used or NaN when unknown", false, ["version"]),
];

/** The cipher, which blackbox_exporter gives for http only. */
export const cipherMetric: Metric = gauge(
  "probe_tls_cipher_info",
  "Returns the TLS cipher negotiated during handshake",
  false,
  ["cipher"],
);

/** Sample of `cipherMetric`. */
export function cipherSample(tls: TlsFacts): Sample {
  return sample("probe_tls_cipher_info", 1, { cipher: tls.cipher });
}

/** Samples of `tlsMetrics`; those of certificates are absent where none was seen, and there also when it was refused. */
export function tlsSamples(tls: TlsFacts): readonly Sample[] {
  const info = [sample("probe_tls_version_info", 1, { version: tls.version })];
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
