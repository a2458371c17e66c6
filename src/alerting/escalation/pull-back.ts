import type { Escalation } from "../../core/alerting/escalation.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { EpochMs } from "../../core/time/time.ts";

/** Brings what lies in the future of an incident because the clock was wrong back to now; what lasts keeps its length. Returns the same object where nothing does. */
export function pulledBack(incident: Incident, nowMs: EpochMs): Incident {
  const { escalation, acknowledgement, cause } = incident;
  const chainMs = Math.max(0, (escalation?.sinceMs ?? 0) - nowMs);
  const takenMs = Math.max(0, (acknowledgement?.atMs ?? 0) - nowMs);
  const causeMs = Math.max(0, (cause?.foundAtMs ?? 0) - nowMs);
  if (chainMs === 0 && takenMs === 0 && causeMs === 0) return incident;
  return {
    ...incident,
    ...(cause === undefined
      ? {}
      : { cause: { ...cause, foundAtMs: cause.foundAtMs - causeMs, dueMs: cause.dueMs - causeMs } }),
    ...(escalation === undefined ? {} : { escalation: withChainMoved(escalation, chainMs, nowMs) }),
    ...(acknowledgement === undefined
      ? {}
      : {
          acknowledgement: {
            ...acknowledgement,
            atMs: acknowledgement.atMs - takenMs,
            ...(acknowledgement.untilMs === undefined ? {} : { untilMs: acknowledgement.untilMs - takenMs }),
          },
        }),
  };
}

function withChainMoved(escalation: Escalation, byMs: number, nowMs: EpochMs): Escalation {
  const { joinedAtMs } = escalation;
  const joined = joinedAtMs === undefined ? {} : { joinedAtMs: Math.min(joinedAtMs, nowMs) };
  return { ...escalation, sinceMs: escalation.sinceMs - byMs, ...joined };
}
