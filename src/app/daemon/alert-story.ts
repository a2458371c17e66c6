import type { Alert } from "../../core/alerting/alert.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Change } from "../../core/store.ts";

/** Tells the log when alerts begin and end, so that the journal of a night says what happened. */
export class AlertStory {
  readonly #log: Logger;
  readonly #statuses = new Map<string, Alert["status"]>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Writes one line per alert that began or ended with this change. */
  tell(change: Pick<Change, "alerts" | "removedAlerts">): void {
    for (const alert of change.alerts) {
      if (this.#statuses.get(alert.fingerprint) === alert.status) continue;
      this.#statuses.set(alert.fingerprint, alert.status);
      const fields = { fingerprint: alert.fingerprint, labels: alert.labels, detail: alert.annotations["detail"] };
      if (alert.status === "firing") this.#log.warn("alert_firing", fields);
      else this.#log.info("alert_resolved", fields);
    }
    for (const fingerprint of change.removedAlerts) this.#statuses.delete(fingerprint);
  }
}
