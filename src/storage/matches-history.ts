import type { Alert } from "../core/alerting/alert.ts";
import type { Labels } from "../core/labels.ts";

/** True when the alert has all these labels. */
export function hasLabels(alert: Alert, labels: Labels): boolean {
  return Object.entries(labels).every(([name, value]) => alert.labels[name] === value);
}
