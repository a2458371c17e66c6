import type { Finding } from "../../core/checks/finding.ts";
import type { Severity } from "../../core/severity.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { normalServers, type Registration } from "./answer.ts";
import type { Memory } from "./memory.ts";
import type { DomainOptions } from "./options.ts";

const dayMs = 86_400_000;

/** Flaw of a registration that ends soon, or has ended: it may still work for a while then. */
export function judgeEnd(
  { warning, critical }: DomainOptions,
  expiresMs: EpochMs,
  nowMs: EpochMs,
  how: string,
): readonly Finding[] {
  const restMs = expiresMs - nowMs;
  if (restMs >= warning) return [];
  const severity: Severity = restMs < critical ? "critical" : "warning";
  const days = (Math.abs(restMs) / dayMs).toFixed(1);
  const when = new Date(expiresMs).toISOString().slice(0, 10);
  const detail =
    restMs < 0
      ? `the registration ended ${days} days ago (${when}${how})`
      : `the registration ends in ${days} days (${when}${how})`;
  return [{ is: "flaw", severity, reason: "expiring", detail }];
}

const outages: Readonly<Record<string, string>> = {
  clienthold: "the registrar has taken the domain out of the DNS (clientHold)",
  serverhold: "the registry has taken the domain out of the DNS (serverHold)",
  redemptionperiod: "the domain was deleted and can only be redeemed (redemptionPeriod)",
  pendingdelete: "the domain is about to be deleted (pendingDelete)",
  suspended: "the registry has suspended the domain",
  inquarantine: "the domain was cancelled and is in quarantine",
};
const warnings: Readonly<Record<string, string>> = {
  inactive: "the domain has no name servers (inactive)",
  pendingtransfer: "the domain is being transferred to another registrar (pendingTransfer)",
  pendingrestore: "the domain is being restored (pendingRestore)",
  autorenewperiod: "the registry has renewed the domain by itself; the registrar may still let it go (autoRenewPeriod)",
};

/** Findings of statuses that mean trouble. @see RFC 5731 §2.3, RFC 3915 §3.1 */
export function judgeStatuses(statuses: readonly string[]): readonly Finding[] {
  return statuses.flatMap((status): readonly Finding[] => {
    const outage = outages[status];
    if (outage !== undefined) return [{ is: "down", reason: "registry_hold", phase: "lookup", detail: outage }];
    const warning = warnings[status];
    if (warning === undefined) return [];
    const severity = status === "autorenewperiod" ? "info" : "warning";
    return [{ is: "flaw", severity, reason: "registry_hold", detail: warning }];
  });
}

/** Flaws of name servers and registrar that are not the wanted ones, or not those of the last time. */
export function judgeOwnership(
  options: DomainOptions,
  now: Registration,
  before: Memory | undefined,
  source: string,
): readonly Finding[] {
  return [...judgeServers(options, now.nameServers, before), ...judgeRegistrar(options, now.registrar, before, source)];
}

function judgeServers(
  { name_servers: wanted }: DomainOptions,
  servers: readonly string[],
  before: Memory | undefined,
): readonly Finding[] {
  if (servers.length === 0) return [];
  const shown = servers.join(", ");
  if (wanted !== undefined) {
    const expected = normalServers(wanted);
    return expected.join() === servers.join()
      ? []
      : changed(`the name servers are ${shown}, wanted are ${expected.join(", ")}`);
  }
  if (before === undefined || before.nameServers.length === 0 || before.nameServers.join() === servers.join())
    return [];
  return changed(`the name servers were ${before.nameServers.join(", ")} and now are ${shown}`);
}

function judgeRegistrar(
  { registrar: wanted }: DomainOptions,
  registrar: string | undefined,
  before: Memory | undefined,
  source: string,
): readonly Finding[] {
  if (registrar === undefined) return [];
  if (wanted !== undefined) {
    const fits = registrar.toLowerCase().includes(wanted.toLowerCase());
    return fits ? [] : changed(`the registrar is "${registrar}", wanted is "${wanted}"`);
  }
  // RDAP and WHOIS write the same registrar in different ways.
  if (before?.registrar === undefined || before.source !== source || before.registrar === registrar) return [];
  return changed(`the registrar was "${before.registrar}" and now is "${registrar}"`);
}

function changed(detail: string): readonly Finding[] {
  return [{ is: "flaw", severity: "warning", reason: "changed", detail }];
}

/** How old a remembered date is, for the detail. */
export function ageOf(memory: Memory, nowMs: EpochMs): string {
  const ageMs = Math.max(0, nowMs - memory.seenAtMs);
  return `, as told ${formatDuration(Math.round(ageMs / 60_000) * 60_000)} ago`;
}
