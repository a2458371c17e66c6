import type { Incident } from "../../core/alerting/incident.ts";
import { isCauseMuted } from "./incident-cause.ts";

/** Incidents of which a mute kept the cause from being told, by that cause: one host may explain thousands. */
export class MutedCauses {
  readonly #causes = new Map<string, string>();
  readonly #byCause = new Map<string, Set<string>>();

  ids(): Iterable<string> {
    return this.#causes.keys();
  }

  by(cause: string): Iterable<string> {
    return this.#byCause.get(cause) ?? [];
  }

  /** Takes an incident in as it is now, or out. */
  note(id: string, incident: Incident): void {
    this.delete(id);
    const cause = incident.cause?.chain[0]?.fingerprint;
    if (cause === undefined || !isCauseMuted(incident)) return;
    this.#causes.set(id, cause);
    const ids = this.#byCause.get(cause);
    if (ids === undefined) this.#byCause.set(cause, new Set([id]));
    else ids.add(id);
  }

  delete(id: string): void {
    const cause = this.#causes.get(id);
    if (cause === undefined) return;
    this.#causes.delete(id);
    const ids = this.#byCause.get(cause);
    ids?.delete(id);
    if (ids?.size === 0) this.#byCause.delete(cause);
  }
}
