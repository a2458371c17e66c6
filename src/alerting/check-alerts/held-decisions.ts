import type { Decision } from "../../core/alerting/stage.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { type CheckSubject, downDemand } from "./check-demands.ts";

/** Says which changes of a flapping subject are kept back: after the first confirmed outage its recoveries and outages are not told. */
export function heldDecisions(
  subject: CheckSubject,
  before: CheckState,
  after: CheckState,
  nowMs: EpochMs,
): readonly Decision[] {
  if (after.heldDown !== true || before.confirmed === after.confirmed) return [];
  if (before.confirmed !== "down" && before.heldDown !== true) return [];
  const because =
    after.confirmed === "down"
      ? "down again while it flaps: its alert was not ended"
      : "up while it flaps: its alert goes on until it stays up";
  return [
    { atMs: nowMs, stage: "flapping", outcome: "mute", subject: downDemand(subject, after).fingerprint, because },
  ];
}
