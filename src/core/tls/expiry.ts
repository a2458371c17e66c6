import { z } from "zod";
import type { Finding } from "../checks/finding.ts";
import type { CertificateFacts, TlsFacts } from "../ports/tls.ts";
import type { Severity } from "../severity.ts";
import { durationSchema } from "../time/duration.ts";
import type { EpochMs } from "../time/time.ts";

const dayMs = 86_400_000;

/** When a certificate's end is near. */
export const expirySchema = z.strictObject({
  expiry: z
    .enum(["lifetime", "off"])
    .default("lifetime")
    .describe("`lifetime` warns by the certificate's own lifetime; `off` says nothing about expiry."),
  warning: durationSchema({ minMs: 60_000 })
    .optional()
    .describe("Warn below this rest of life, instead of 25 % of the lifetime (at most 21d)."),
  critical: durationSchema({ minMs: 60_000 })
    .optional()
    .describe("Critical below this rest of life, instead of 10 % of the lifetime (at most 7d)."),
});

export type ExpiryOptions = z.infer<typeof expirySchema>;

/** What judges the certificate of a connection: the options where the check has some, else by its lifetime. */
export type ServedCertificate = Readonly<{ options: ExpiryOptions | undefined; tls: TlsFacts | undefined }>;

/** Judges what a server showed in a run that ended so; where that already is about the certificate's time, the flaw would only repeat it. */
export function judgeServed(
  { options, tls }: ServedCertificate,
  ended: Finding | undefined,
  nowMs: EpochMs,
): readonly Finding[] {
  if (tls === undefined || ended?.reason === "tls_expired" || ended?.reason === "tls_not_yet_valid") return [];
  return judgeExpiry(options ?? { expiry: "lifetime" }, tls.chain, nowMs);
}

/**
 * Flaw of the certificate that is nearest to its end: by default a warning below 25 % of its lifetime (at most 21 days)
 * and critical below 10 % (at most 7 days). A root that was sent along counts for nothing.
 */
export function judgeExpiry(
  options: ExpiryOptions,
  chain: readonly CertificateFacts[],
  nowMs: EpochMs,
): readonly Finding[] {
  if (options.expiry === "off") return [];
  const judged = chain
    .filter(({ selfIssued }, index) => index === 0 || !selfIssued)
    .flatMap((certificate) => {
      const severity = expirySeverity(options, certificate, nowMs);
      return severity === undefined ? [] : [{ certificate, severity }];
    })
    .toSorted((a, b) => a.certificate.validToMs - b.certificate.validToMs);
  const worst = judged.find(({ severity }) => severity === "critical") ?? judged[0];
  if (worst === undefined) return [];
  const { certificate, severity } = worst;
  const restMs = certificate.validToMs - nowMs;
  const until = new Date(certificate.validToMs).toISOString().slice(0, 10);
  const rest = restMs < 0 ? "has expired" : `expires in ${(restMs / dayMs).toFixed(1)} days`;
  return [
    { is: "flaw", severity, reason: "expiring", detail: `certificate "${certificate.subject}" ${rest} (${until})` },
  ];
}

function expirySeverity(
  options: ExpiryOptions,
  { validFromMs, validToMs }: CertificateFacts,
  nowMs: EpochMs,
): Severity | undefined {
  const lifetimeMs = validToMs - validFromMs;
  const restMs = validToMs - nowMs;
  if (restMs < (options.critical ?? Math.min(0.1 * lifetimeMs, 7 * dayMs))) return "critical";
  return restMs < (options.warning ?? Math.min(0.25 * lifetimeMs, 21 * dayMs)) ? "warning" : undefined;
}
