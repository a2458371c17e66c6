import type { Explanation } from "../../core/alerting/alert.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Mutes } from "../muting/mutes.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { lookAgain } from "./correlation.ts";
import { Explanations, isActive } from "./explanations.ts";

/** Lets alerts look again whose explanation does not hold any more by the config, the mutes and the clock of today; the others stay untouched. */
export function wakeExplained(state: PipelineState, nowMs: EpochMs, mutes: Mutes): void {
  // A muted alert is told by nobody anyway: looking again would only let others of its group speak before their time.
  const explained = state.alerts
    .explained()
    .filter((alert) => alert.status === "firing" && isActive(alert) && mutes.speaking(alert).routes.length > 0);
  if (explained.length === 0) return;
  const explanations = new Explanations(state, nowMs, mutes);
  for (const alert of explained) {
    const found = explanations.of(alert);
    const isSame =
      found.kind === "explained" &&
      found.root.fingerprint === alert.explanation?.root &&
      found.groups.join("\n") === alert.explanation.groups.join("\n");
    if (isSame) lookAgain(state, alert, found.untilMs);
    else if (alert.explanation?.endedAtMs === undefined) lookAgain(state, alert, nowMs);
  }
}

/** The clock was set back: waits and graces that would lie in the future begin now; `momentAt` says where what groups are told of it comes. */
export function pullBackExplained(state: PipelineState, nowMs: EpochMs, momentAt: (atMs: EpochMs) => EpochMs): void {
  const { alerts, config } = state;
  const { waitMs, graceMs } = config.correlation;
  for (const alert of alerts.all()) {
    const { explanation, heldSinceMs } = alert;
    if (heldSinceMs !== undefined && heldSinceMs > nowMs) lookAgain(state, alerts.hold(alert, nowMs), nowMs + waitMs);
    if (explanation === undefined) continue;
    const { sinceMs, endedAtMs, releasedAtMs } = explanation;
    const pulled: Explanation = {
      ...explanation,
      sinceMs: momentAt(sinceMs),
      ...(endedAtMs === undefined ? {} : { endedAtMs: Math.min(endedAtMs, nowMs) }),
      ...(releasedAtMs === undefined ? {} : { releasedAtMs: momentAt(releasedAtMs) }),
    };
    if (pulled.sinceMs === sinceMs && pulled.endedAtMs === endedAtMs && pulled.releasedAtMs === releasedAtMs) continue;
    const explained = alerts.explain(alert, pulled);
    if (pulled.endedAtMs !== endedAtMs) lookAgain(state, explained, nowMs + graceMs);
  }
}
