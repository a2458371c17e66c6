import type { Alert } from "../../core/alert.ts";
import type { ToldDestination } from "../../core/escalation.ts";
import type { Incident } from "../../core/incident.ts";
import { type AlertingConfig, isPersonal } from "../alerting-config.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { knownOf, withEnds, withSeen } from "./hearers.ts";

/**
 * Notes which ends a group tells its receiver: what steps told the receiver of them is over for it, too, but for a person whom the
 * receiver reaches alone, and to whom no group speaks. Where the same message tells
 * that their incident is over (`over`), those whom steps told are named in it.
 */
export function noteHeardEnds(
  { incidents, config }: PipelineState,
  { receiver, recovered, over }: Readonly<{ receiver: string; recovered: readonly Alert[]; over?: string }>,
): void {
  const byOwner = Map.groupBy(
    recovered.map(({ fingerprint }) => fingerprint),
    (fingerprint) => incidents.ownerOf(fingerprint),
  );
  for (const [owner, ended] of byOwner) {
    if (owner === undefined || (owner.id === over && owner.status === "resolved")) continue;
    const { told = [] } = owner;
    if (told.every((each) => each.receiver !== receiver)) continue;
    incidents.set(owner.id, { ...owner, told: told.map((each) => withEnded(each, { config, receiver, ended })) });
  }
}

function withEnded(
  destination: ToldDestination,
  { config, receiver, ended }: Readonly<{ config: AlertingConfig; receiver: string; ended: readonly string[] }>,
): ToldDestination {
  if (destination.receiver !== receiver) return destination;
  return hearsAlone(config, destination) ? withSeen(destination, ended) : withEnds(destination, ended);
}

/** True for a person whom a receiver tells of the end by what reaches nobody else. */
export function hearsAlone(
  { receivers }: Pick<AlertingConfig, "receivers">,
  { receiver, recipient }: Pick<ToldDestination, "receiver" | "recipient">,
): boolean {
  if (recipient === undefined) return false;
  const { integrations = [] } = receivers.get(receiver) ?? {};
  return integrations.some((integration) => integration.sendResolved && isPersonal(integration));
}

/** What of ended alerts a destination was told of and is still to hear the end of. */
export function unheardEnds(
  incident: Incident,
  destination: ToldDestination,
  alerts: readonly Alert[],
): readonly Alert[] {
  const known = new Set(
    knownOf(
      incident,
      destination,
      alerts.map(({ fingerprint }) => fingerprint),
    ),
  );
  return alerts.filter(({ fingerprint }) => known.has(fingerprint));
}

/** True when those whom steps told of an alert are still to hear of its end. */
export function isEndAwaited({ incidents }: Pick<PipelineState, "incidents">, fingerprint: string): boolean {
  const owner: Incident | undefined = incidents.ownerOf(fingerprint);
  return owner?.told !== undefined && owner.told.length > 0;
}
