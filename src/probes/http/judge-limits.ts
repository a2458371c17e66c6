import { formatDuration } from "../../core/duration.ts";
import type { Finding } from "../../core/finding.ts";
import type { CertificateFacts, HttpResponse } from "../../core/ports/http-probing.ts";
import type { Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time.ts";
import type { Expectations } from "./expect-schema.ts";
import type { HttpOptions } from "./options.ts";

const dayMs = 86_400_000;

/** Flaws of an answer that took too long in all. */
export function judgeTime({ slower_than: slower }: Expectations, durationMs: number): readonly Finding[] {
  const flaw = (severity: Severity, limitMs: number): readonly Finding[] => [
    {
      is: "flaw",
      severity,
      reason: "slow",
      detail: `took ${Math.round(durationMs)} ms, more than ${formatDuration(limitMs)}`,
    },
  ];
  if (slower.critical !== undefined && durationMs > slower.critical) return flaw("critical", slower.critical);
  return slower.warning !== undefined && durationMs > slower.warning ? flaw("warning", slower.warning) : [];
}

/** Outages of a body that is too small or too large. */
export function judgeSize({ size }: Expectations, { body, cut }: HttpResponse): readonly Finding[] {
  const shown = cut ? `more than ${body.length}` : String(body.length);
  if (size.min !== undefined && body.length < size.min && !cut) {
    return [{ is: "down", reason: "too_small", detail: `the body has ${shown} bytes, expected at least ${size.min}` }];
  }
  if (size.max !== undefined && (body.length > size.max || cut)) {
    return [
      { is: "down", reason: "body_too_large", detail: `the body has ${shown} bytes, expected at most ${size.max}` },
    ];
  }
  return [];
}

/**
 * Flaw of the certificate that is nearest to its end: by default a warning below 25 % of its lifetime (at most 21 days)
 * and critical below 10 % (at most 7 days). A root that was sent along counts for nothing.
 */
export function judgeExpiry(
  options: HttpOptions["certificate"],
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
  options: HttpOptions["certificate"],
  { validFromMs, validToMs }: CertificateFacts,
  nowMs: EpochMs,
): Severity | undefined {
  const lifetimeMs = validToMs - validFromMs;
  const restMs = validToMs - nowMs;
  if (restMs < (options.critical ?? Math.min(0.1 * lifetimeMs, 7 * dayMs))) return "critical";
  return restMs < (options.warning ?? Math.min(0.25 * lifetimeMs, 21 * dayMs)) ? "warning" : undefined;
}
