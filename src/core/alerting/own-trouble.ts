import type { Labels } from "../labels.ts";

/** Name of the alerts about the daemon itself. */
export const troubleAlertname = "WatchfireTrouble";

/** True for an alert that is about the daemon itself and nothing it watches. */
export function isOwnTrouble({ labels }: Readonly<{ labels: Labels }>): boolean {
  return labels["alertname"] === troubleAlertname;
}
