import type { Finding } from "../../core/checks/finding.ts";
import type { CertificateFacts, StapledAnswer } from "../../core/ports/tls.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { coversName } from "../../core/tls/covers-name.ts";
import { judgeExpiry } from "../../core/tls/expiry.ts";
import type { CertificateOptions } from "./options.ts";

/** Judges what certificates say of themselves: validity, names and strength; `known` are findings that need not be repeated. */
export function judgeCertificates(
  options: CertificateOptions,
  certificates: readonly CertificateFacts[],
  nowMs: EpochMs,
  known: readonly Finding[] = [],
): readonly Finding[] {
  const isKnown = (finding: Finding): boolean => known.some(({ reason }) => reason === finding.reason);
  const outages = [...judgeValidity(certificates, nowMs), ...judgeNames(options, certificates[0])];
  const flaws = [...judgeExpiry(options, certificates, nowMs), ...judgeStrength(certificates)];
  const isOver = [...known, ...outages].some(
    ({ reason }) => reason === "tls_expired" || reason === "tls_not_yet_valid",
  );
  // That an expired certificate expires soon says nothing new.
  const further = isOver ? flaws.filter(({ reason }) => reason !== "expiring") : flaws;
  return [...outages, ...further].filter((finding) => !isKnown(finding));
}

function judgeValidity(certificates: readonly CertificateFacts[], nowMs: EpochMs): readonly Finding[] {
  // A root that was sent along counts for nothing.
  const judged = certificates.filter(({ selfIssued }, index) => index === 0 || !selfIssued);
  const expired = judged.find(({ validToMs }) => validToMs <= nowMs);
  const early = judged.find(({ validFromMs }) => validFromMs > nowMs);
  return [
    ...(expired === undefined
      ? []
      : [down("tls_expired", `certificate "${expired.subject}" expired ${iso(expired.validToMs)}`)]),
    ...(early === undefined
      ? []
      : [down("tls_not_yet_valid", `certificate "${early.subject}" is valid only from ${iso(early.validFromMs)}`)]),
  ];
}

function judgeNames({ names }: CertificateOptions, leaf: CertificateFacts | undefined): readonly Finding[] {
  if (leaf === undefined) return [];
  const missing = names.filter((name) => !coversName(leaf.dnsNames, name));
  if (missing.length === 0) return [];
  const known = leaf.dnsNames.slice(0, 8).join(", ");
  const detail = `the certificate does not cover ${missing.slice(0, 8).join(", ")}; it is for ${known === "" ? "no DNS name" : known}`;
  return [down("tls_hostname", detail)];
}

function judgeStrength(certificates: readonly CertificateFacts[]): readonly Finding[] {
  const weak = certificates.find(({ weak, selfIssued }, index) => weak && (index === 0 || !selfIssued));
  if (weak === undefined) return [];
  const detail = `the key or signature of certificate "${weak.subject}" is too weak`;
  return [{ is: "flaw", severity: "warning", reason: "tls_weak", detail }];
}

/** Judges what the server staples about the revocation of its certificate. */
export function judgeStapled(
  { stapling }: CertificateOptions,
  stapled: StapledAnswer | undefined,
  nowMs: EpochMs,
): readonly Finding[] {
  if (stapling === "ignored") return [];
  const flaw = (detail: string): readonly Finding[] =>
    stapling === "required" ? [{ is: "flaw", severity: "warning", reason: "assertion", detail }] : [];
  if (stapled === undefined) return flaw("the server staples no OCSP answer");
  const { status, detail = "", thisUpdateMs = nowMs, nextUpdateMs, revokedAtMs } = stapled;
  if (status === "invalid") return flaw(`the stapled OCSP answer counts for nothing: ${detail}`);
  if (status === "revoked") {
    const since = revokedAtMs === undefined ? "" : ` at ${iso(revokedAtMs)}`;
    return [down("tls_revoked", `the issuer revoked the certificate${since}, as the stapled OCSP answer says`)];
  }
  if (nextUpdateMs !== undefined && nextUpdateMs < nowMs)
    return flaw(`the stapled OCSP answer held until ${iso(nextUpdateMs)}`);
  if (thisUpdateMs > nowMs) return flaw(`the stapled OCSP answer holds only from ${iso(thisUpdateMs)}`);
  return status === "unknown" ? flaw("the issuer's OCSP answer does not know the certificate") : [];
}

/** Says that a server presents another certificate than the one on disk, as after a renewal without a reload. */
export function judgeMatch(
  served: CertificateFacts | undefined,
  stored: CertificateFacts | undefined,
  path: string,
): readonly Finding[] {
  if (served === undefined || stored === undefined || served.fingerprint === stored.fingerprint) return [];
  const detail = `the server presents a certificate until ${day(served.validToMs)}, but "${path}" holds another, until ${day(stored.validToMs)}; was the server reloaded?`;
  return [{ is: "flaw", severity: "warning", reason: "content_mismatch", detail }];
}

function down(reason: "tls_expired" | "tls_not_yet_valid" | "tls_hostname" | "tls_revoked", detail: string): Finding {
  return { is: "down", reason, phase: "tls", detail };
}

function iso(atMs: EpochMs): string {
  return new Date(atMs).toISOString();
}

function day(atMs: EpochMs): string {
  return iso(atMs).slice(0, 10);
}
