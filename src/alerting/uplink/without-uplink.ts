import type { Check } from "../../core/checks/check.ts";
import type { Finding } from "../../core/checks/finding.ts";
import { headlineOf, verdictOf } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import type { Result } from "../../core/checks/result.ts";
import { reachOf } from "../../core/http/reach.ts";

/** Failures that a lost uplink causes; whoever answers wrongly is reached. */
const uplinkReasons: ReadonlySet<Reason> = new Set([
  "dns_nxdomain",
  "dns_nodata",
  "dns_servfail",
  "dns_timeout",
  "refused",
  "unreachable",
  "reset",
  "connect_timeout",
  "tls_timeout",
  "ttfb_timeout",
  "body_timeout",
  "timeout",
  "truncated",
]);
const insideSuffixes = [".local", ".internal", ".lan", ".corp", ".home.arpa", ".localhost"];

/**
 * Tells whether a lost uplink could be all that the result saw: it is down by nothing but failures of the network, or somebody else who
 * was to be asked, such as a registry, did not answer.
 */
export function mayBeUplink({ verdict, findings }: Result): boolean {
  if (verdict === "unknown") return findings.every((finding) => finding.is !== "unknown" || isFailedLookUp(finding));
  return verdict === "down" && findings.every((finding) => finding.is !== "down" || uplinkReasons.has(finding.reason));
}

function isFailedLookUp({ is, reason }: Finding): boolean {
  return is === "unknown" && reason === "lookup_failed";
}

/** The result as it counts while the uplink is lost: its target could not be measured. */
export function withoutUplink(result: Result): Result {
  const findings = result.findings.map((finding): Finding => {
    if (finding.is !== "down" && !isFailedLookUp(finding)) return finding;
    return {
      ...finding,
      is: "unknown",
      reason: "uplink",
      detail: `our uplink is lost (${finding.reason}: ${finding.detail})`,
    };
  });
  const headline = headlineOf(findings);
  return { ...result, findings, verdict: verdictOf(findings), ...(headline === undefined ? {} : { headline }) };
}

/** Targets that are reached through the uplink, as `check\ntarget`. */
export function targetsOutside(checks: readonly Check[], inside: readonly string[]): ReadonlySet<string> {
  const outside = new Set<string>();
  for (const check of checks) {
    for (const target of check.targets) {
      const host = hostOf(target.address);
      if (host !== undefined && !isInside(host, inside)) outside.add(targetKey(check.id, target.id));
    }
  }
  return outside;
}

/** Key of a check's target in `targetsOutside`. */
export function targetKey(check: string, target: string): string {
  return `${check}\n${target}`;
}

/** The host of a URL, of host:port or of a bare name; undefined for what is no address. */
function hostOf(address: string): string | undefined {
  const url = URL.parse(address.includes("://") ? address : `tcp://${address}`);
  const host = url?.hostname.replaceAll(/[[\]]/g, "").toLowerCase();
  return host === undefined || host === "" ? undefined : host;
}

function isInside(host: string, inside: readonly string[]): boolean {
  if (isAddress(host)) return inside.includes(host) || reachOf(host) !== "public";
  if (!host.includes(".") || insideSuffixes.some((suffix) => host.endsWith(suffix))) return true;
  return inside.some((pattern) => (pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern));
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+(?:\.\d+){3}$/.test(host);
}
