import type { Json } from "../json.ts";
import type { CertificateFacts } from "../ports/tls.ts";
import { escapeControls } from "../text/printable.ts";

const mostCertificates = 6;
const nameCharacters = 200;

/** Certificates as evidence shows them, the first six; foreign names stay on their line. */
export function chainEvidence(chain: readonly CertificateFacts[]): readonly Json[] {
  return chain
    .slice(0, mostCertificates)
    .map(({ subject, issuer, validFromMs, validToMs, dnsNames, fingerprint, serial }) => ({
      subject: escapeControls(subject).slice(0, nameCharacters),
      issuer: escapeControls(issuer).slice(0, nameCharacters),
      serial: serial.slice(0, 64),
      valid_from: new Date(validFromMs).toISOString(),
      valid_to: new Date(validToMs).toISOString(),
      names: dnsNames.slice(0, 8).map((name) => escapeControls(name).slice(0, 80)),
      fingerprint_sha256: fingerprint,
    }));
}
