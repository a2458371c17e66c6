import { gauge, type Metric, type Sample, sample } from "../../core/checks/metric.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Registration } from "./answer.ts";

/** Statuses that have a series of their own; all others are counted as `other`, so that a registry cannot make series. */
const knownStatuses: ReadonlySet<string> = new Set([
  "active",
  "addperiod",
  "autorenewperiod",
  "clientdeleteprohibited",
  "clienthold",
  "clientrenewprohibited",
  "clienttransferprohibited",
  "clientupdateprohibited",
  "inactive",
  "ok",
  "pendingcreate",
  "pendingdelete",
  "pendingrenew",
  "pendingrestore",
  "pendingtransfer",
  "pendingupdate",
  "redemptionperiod",
  "renewperiod",
  "serverdeleteprohibited",
  "serverhold",
  "serverrenewprohibited",
  "servertransferprohibited",
  "serverupdateprohibited",
  "transferperiod",
]);

/** What a domain check shows. */
export const domainMetrics: readonly Metric[] = [
  gauge("probe_domain_expiry_timestamp_seconds", "When the registration ends, in unixtime", true),
  gauge("probe_domain_expiry_published", "1 when a date is known, 0 when the registry tells none"),
  gauge("probe_domain_lookup_info", "Where the answer comes from", false, ["source"]),
  gauge("probe_domain_registrar_info", "The registrar of the domain", false, ["registrar"]),
  gauge("probe_domain_status_info", "Statuses of the domain, as EPP names them", false, ["status"]),
  gauge("probe_domain_name_servers", "Name servers of the domain"),
];

/** Samples of an answer; without a registration nobody was asked, and only the day is known. */
export function domainSamples(
  expiresMs: EpochMs | undefined,
  source: string,
  registration?: Registration,
): readonly Sample[] {
  return [
    ...(expiresMs === undefined ? [] : [sample("probe_domain_expiry_timestamp_seconds", expiresMs / 1000)]),
    sample("probe_domain_expiry_published", expiresMs === undefined ? 0 : 1),
    sample("probe_domain_lookup_info", 1, { source }),
    ...(registration === undefined ? [] : registrationSamples(registration)),
  ];
}

function registrationSamples({ registrar, statuses, nameServers }: Registration): readonly Sample[] {
  const shown = new Set(statuses.map((status) => (knownStatuses.has(status) ? status : "other")));
  return [
    ...(registrar === undefined ? [] : [sample("probe_domain_registrar_info", 1, { registrar })]),
    ...[...shown].map((status) => sample("probe_domain_status_info", 1, { status })),
    sample("probe_domain_name_servers", nameServers.length),
  ];
}
