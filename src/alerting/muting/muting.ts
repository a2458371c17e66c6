import type { Alert } from "../../core/alerting/alert.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import { isHold, keepHeld } from "../holding/holding.ts";
import type { FlushStage } from "../pipeline/flush-item.ts";
import { Mutes } from "./mutes.ts";

/**
 * Takes the alerts that are muted now out of what a due group says: only outages are held back, never state and never the recovery
 * of what was told. Made anew for every flush.
 */
export function muting(): FlushStage {
  let mutes: Mutes | undefined;
  return {
    run(state, item, nowMs) {
      mutes ??= new Mutes(state, nowMs);
      const firing: Alert[] = [];
      const muted: Alert[] = [];
      const mutedBy: Record<string, string> = {};
      const decisions: Decision[] = [];
      let unmuteMs = Number.POSITIVE_INFINITY;
      for (const alert of item.firing) {
        const { fingerprint } = alert;
        const mute = mutes.of(alert, item.route);
        const before = item.group.muted?.[fingerprint];
        if (mute?.by !== before) {
          const because = mute?.because ?? "not muted any more";
          const by = mute?.by ?? before ?? "";
          const outcome = mute === undefined ? "pass" : "mute";
          decisions.push({ atMs: nowMs, stage: "muting", outcome, subject: fingerprint, because, by });
        }
        if (mute === undefined) firing.push(alert);
        else {
          muted.push(alert);
          if (isHold(mute.by)) keepHeld(state, item.group, alert, mute.by);
          mutedBy[fingerprint] = mute.by;
          unmuteMs = Math.min(unmuteMs, mute.untilMs);
        }
      }
      if (muted.length === 0) return { state, output: item, decisions };
      return { state, output: { ...item, firing, muted, mutedBy, unmuteMs }, decisions };
    },
  };
}
