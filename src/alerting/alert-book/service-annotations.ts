import type { Service } from "../../core/service.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { LabelParts } from "./alert-demand.ts";

const beforeMs = 900_000;
const afterMs = 3_600_000;

/** What messages say about the service of an alert: title, owner, runbook and its links, whose {from} and {to} span the time around `aroundMs` in ISO 8601. */
export function serviceAnnotations(service: Service | undefined, aroundMs: EpochMs): LabelParts {
  if (service === undefined) return {};
  const from = isoTime(aroundMs - beforeMs);
  const to = isoTime(aroundMs + afterMs);
  const links = Object.entries(service.links).map(([name, url]) => [
    `link_${name}`,
    url.replaceAll("{from}", from).replaceAll("{to}", to),
  ]);
  return { service_title: service.title, owner: service.owner, runbook: service.runbook, ...Object.fromEntries(links) };
}

function isoTime(atMs: EpochMs): string {
  return encodeURIComponent(new Date(atMs).toISOString());
}
