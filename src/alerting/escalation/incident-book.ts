import type { Incident } from "../../core/incident.ts";
import type { EpochMs } from "../../core/time.ts";
import { Alarms } from "../alarms.ts";
import { TrackedMap } from "../tracked-map.ts";
import { nextMove } from "./chain.ts";
import { causeDueMs } from "./incident-cause.ts";

/**
 * Incidents that are not resolved, with the moments at which their chains have something to do: a step of the engine looks at those
 * that changed or are due, not at the thousands that an outage of everything opens.
 */
export class IncidentBook {
  readonly #incidents = new TrackedMap<Incident>();
  readonly #places = new Map<string, number>();
  readonly #alarms = new Alarms();
  readonly #stirred = new Set<string>();
  /** When chains that are held are asked again; only in memory: after a start all are asked at once. */
  readonly #rechecks = new Map<string, EpochMs>();
  #lastPlace = 0;

  get(id: string): Incident | undefined {
    return this.#incidents.get(id);
  }

  values(): readonly Incident[] {
    return this.#incidents.values();
  }

  /** Takes an incident over as the store has it: no change, but its chain is looked at. */
  load(id: string, incident: Incident): void {
    this.#incidents.load(id, incident);
    this.#stir(id, incident);
  }

  set(id: string, incident: Incident): void {
    if (this.#incidents.get(id) === incident) return;
    this.#incidents.set(id, incident);
    this.#stir(id, incident);
  }

  delete(id: string): void {
    this.#incidents.delete(id);
    this.#places.delete(id);
    this.#stirred.delete(id);
    this.#rechecks.delete(id);
    this.#alarms.set(id, undefined);
  }

  takeChanges(): ReturnType<TrackedMap<Incident>["takeChanges"]> {
    return this.#incidents.takeChanges();
  }

  /** Takes the incidents that changed since the last call, those that are due, and those that are asked for, in the order they were opened in. */
  takeStirred(nowMs: EpochMs, asked: Iterable<string>): readonly Incident[] {
    const ids = new Set([...this.#stirred, ...this.#alarms.takeDue(nowMs), ...asked]);
    this.#stirred.clear();
    const place = (id: string): number => this.#places.get(id) ?? 0;
    return [...ids].sort((a, b) => place(a) - place(b)).flatMap((id) => this.#incidents.get(id) ?? []);
  }

  /** Takes an incident over after its chain did what was due: it rests until its next moment. */
  settle(incident: Incident): void {
    this.set(incident.id, incident);
    this.#stirred.delete(incident.id);
    this.#alarms.set(incident.id, dueOf(incident, this.#rechecks.get(incident.id)));
  }

  /** When a chain or an acknowledgement has something to do next; undefined when none has. */
  nextDueMs(): EpochMs | undefined {
    return this.#alarms.nextMs();
  }

  /** Lets a chain that is held wait until it is asked again; undefined: it waits no longer. */
  waitUntil(id: string, atMs: EpochMs | undefined): void {
    if (atMs === undefined) this.#rechecks.delete(id);
    else this.#rechecks.set(id, atMs);
  }

  /** Lets every chain that is held be asked at once: what may be told has changed. */
  askAgain(): void {
    const waiting = [...this.#rechecks.keys()];
    this.#rechecks.clear();
    for (const id of waiting) {
      const incident = this.#incidents.get(id);
      if (incident !== undefined) this.#stir(id, incident);
    }
  }

  #stir(id: string, incident: Incident): void {
    if (!this.#places.has(id)) this.#places.set(id, ++this.#lastPlace);
    this.#stirred.add(id);
    this.#alarms.set(id, dueOf(incident, this.#rechecks.get(id)));
  }
}

/** When a chain, an acknowledgement or the news of a cause of the incident has something to do; undefined when nothing has. */
export function dueOf(incident: Incident, recheckAtMs: EpochMs = 0): EpochMs | undefined {
  const { status, escalation, acknowledgement } = incident;
  const causeMs = causeDueMs(incident);
  if (status === "resolved" || [escalation, acknowledgement, causeMs].every((each) => each === undefined))
    return undefined;
  const isTaken = status === "acknowledged";
  const move = escalation === undefined ? undefined : nextMove(escalation, isTaken);
  const times = [
    ...(isTaken && acknowledgement?.untilMs !== undefined ? [acknowledgement.untilMs] : []),
    ...(move === undefined ? [] : [Math.max(move.atMs, recheckAtMs)]),
    ...(causeMs === undefined ? [] : [causeMs]),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}
