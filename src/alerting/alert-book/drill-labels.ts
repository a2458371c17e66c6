import type { Labels } from "../../core/labels.ts";

/** Alert name of drills. */
export const drillAlertname = "WatchfireDrill";
/** Label of an alert that rehearses. */
export const drillLabel = "drill";
/** Label of a drill's alert that names the policy it tries. */
export const drillPolicyLabel = "drill_policy";

/** True for an alert that rehearses: its texts say so, and it explains and mutes nothing that is real. */
export function isDrill(labels: Labels): boolean {
  return labels[drillLabel] === "true";
}
