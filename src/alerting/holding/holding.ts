import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { HeldAlert } from "../../core/alerting/held-alert.ts";
import { sinceOf } from "../grouping/told.ts";
import type { PipelineState, TransitionStage } from "../pipeline/pipeline-state.ts";

const prefix = "hold/";

/** Name of what holds an alert back, as decisions and groups write it. */
export function holdName(interval: string): string {
  return prefix + interval;
}

/** True for the name of a hold, and for no other mute. */
export function isHold(by: string | undefined): boolean {
  return by?.startsWith(prefix) === true;
}

/** Keeps an alert that a route holds back for the digest, unless its receiver has been told of it already. */
export function keepHeld(state: PipelineState, group: AlertGroup, alert: Alert, by: string): void {
  if (sinceOf(group.told, alert.fingerprint) === alert.startsAtMs) return;
  const key = `${group.receiver}/${alert.fingerprint}/${alert.startsAtMs}`;
  if (state.held.has(key)) return;
  const { receiver, route, key: groupKey } = group;
  state.held.set(key, { key, receiver, route, groupKey, interval: by.slice(prefix.length), alert });
}

/** Notes the end of what is held, so that the digest says it. */
export const noteHeld: TransitionStage = {
  run(state, items) {
    if (state.held.size > 0) {
      const ended = new Map(
        items.filter(({ kind }) => kind === "resolved").map(({ alert }) => [alert.fingerprint, alert]),
      );
      for (const held of state.held.values()) {
        const alert = ended.get(held.alert.fingerprint);
        if (alert?.startsAtMs === held.alert.startsAtMs) state.held.set(held.key, endedAs(held, alert));
      }
    }
    return { state, output: items, decisions: [] };
  },
};

function endedAs(held: HeldAlert, alert: Alert): HeldAlert {
  return { ...held, alert };
}
