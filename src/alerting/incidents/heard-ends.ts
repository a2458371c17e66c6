import type { Alert } from "../../core/alerting/alert.ts";
import type { ToldDestination } from "../../core/alerting/escalation.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { type AlertingConfig, isPersonal } from "../alerting-config.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { withKnowing } from "./hearers.ts";
import { ending, endingForOthers } from "./knowing.ts";

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
    if (owner.told?.some((each) => each.receiver === receiver) !== true) continue;
    const heard = withKnowing(owner, ended, (each) => {
      if (each.receiver !== receiver) return undefined;
      return hearsAlone(config, each) ? endingForOthers : ending;
    });
    incidents.set(owner.id, heard);
  }
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

/** True when those whom steps told of an alert are still to hear of its end. */
export function isEndAwaited({ incidents }: Pick<PipelineState, "incidents">, fingerprint: string): boolean {
  const owner: Incident | undefined = incidents.ownerOf(fingerprint);
  return owner?.told !== undefined && owner.told.length > 0;
}
