import type { Alert } from "../../core/alerting/alert.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import { tierOf } from "./failing-nodes.ts";

/** True for alerts that no cause may ever keep from somebody: the business itself does not work. */
export function isCriticalBusiness({ labels }: Alert): boolean {
  return tierOf(labels) === "business" && severityOf(labels["severity"]) === "critical";
}

/** Until when an alert waits for a cause that is not confirmed; undefined when it does not (any more). */
export function heldUntilMs(alert: Alert, waitMs: number, nowMs: EpochMs): EpochMs | undefined {
  const untilMs = (alert.heldSinceMs ?? nowMs) + waitMs;
  return isCriticalBusiness(alert) || untilMs <= nowMs ? undefined : untilMs;
}
