import type { Alert } from "../../core/alerting/alert.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Mutes } from "../muting/mutes.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { matchRoutes } from "../routing/route-tree.ts";
import { firingMembers } from "./firing-members.ts";

/** What of an incident fires and may be told; whether that is all that fires; and when the clock may next let more of it be told. */
export type Audible = Readonly<{ alerts: readonly Alert[]; isAll: boolean; moreAtMs: EpochMs }>;

/** What of an incident fires and may be told by the first route of each alert. */
export function audibleMembers(state: PipelineState, incident: Incident, mutes: Mutes): Audible {
  const alerts: Alert[] = [];
  let moreAtMs = Number.POSITIVE_INFINITY;
  const firing = firingMembers(state, incident);
  for (const alert of firing) {
    const [route] = matchRoutes(state.config.route, alert.labels);
    const mute = route === undefined ? undefined : mutes.of(alert, route);
    if (route !== undefined && mute === undefined) alerts.push(alert);
    moreAtMs = Math.min(moreAtMs, mute?.untilMs ?? Number.POSITIVE_INFINITY);
  }
  return { alerts, isAll: alerts.length === firing.length, moreAtMs };
}
