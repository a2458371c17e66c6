import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import { edgeMetrics } from "../../core/edges/edge-metrics.ts";
import { remoteMetrics } from "../../core/net/remote-samples.ts";
import type { CertificateFacts, StapledAnswer } from "../../core/ports/tls.ts";
import { escapeControls } from "../../core/text/printable.ts";
import { cipherMetric, tlsMetrics } from "../../core/tls/tls-samples.ts";

const labels = ["position", "subject", "issuer", "serialnumber", "file"];
const labelCharacters = 200;
const mostCertificates = 200;

/** What a certificate check shows; blackbox_exporter's names where it has them. */
export const certificateMetrics: readonly Metric[] = [
  ...remoteMetrics,
  ...tlsMetrics,
  cipherMetric,
  gauge("probe_certificate_duration_seconds", "Duration of the run by phase", false, ["phase"]),
  gauge("probe_certificate_not_after_timestamp_seconds", "When the certificate ends, in unixtime", true, labels),
  gauge("probe_certificate_not_before_timestamp_seconds", "When the certificate begins, in unixtime", false, labels),
  gauge("probe_certificate_files", "Files that hold certificates"),
  gauge("probe_certificate_stapled_ocsp_info", "What the stapled OCSP answer says", false, ["status"]),
  gauge(
    "probe_certificate_stapled_ocsp_next_update_timestamp_seconds",
    "Until when the stapled OCSP answer holds, in unixtime",
  ),
  ...edgeMetrics,
];

/** Two series for every certificate: position 0 is the leaf, or the first of its file. */
export function chainSamples(chain: readonly CertificateFacts[], file = ""): readonly Sample[] {
  return chain.slice(0, mostCertificates).flatMap((certificate, position) => {
    const its = {
      position: String(position),
      subject: shown(certificate.subject),
      issuer: shown(certificate.issuer),
      serialnumber: certificate.serial.slice(0, 64),
      file: shown(file),
    };
    return [
      sample("probe_certificate_not_after_timestamp_seconds", certificate.validToMs / 1000, its),
      sample("probe_certificate_not_before_timestamp_seconds", certificate.validFromMs / 1000, its),
    ];
  });
}

/** Series of a stapled answer; none when the server staples none. */
export function stapledSamples(stapled: StapledAnswer | undefined): readonly Sample[] {
  if (stapled === undefined) return [];
  const { status, nextUpdateMs } = stapled;
  return [
    sample("probe_certificate_stapled_ocsp_info", 1, { status }),
    ...(nextUpdateMs === undefined
      ? []
      : [sample("probe_certificate_stapled_ocsp_next_update_timestamp_seconds", nextUpdateMs / 1000)]),
  ];
}

function shown(text: string): string {
  return escapeControls(text).slice(0, labelCharacters);
}
