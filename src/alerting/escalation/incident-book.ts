import type { Incident } from "../../core/alerting/incident.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { Alarms } from "../alarms.ts";
import { TrackedMap } from "../tracked-map.ts";
import { nextMove } from "./chain/chain.ts";
import { causeDueMs } from "./incident-cause.ts";
import { MutedCauses } from "./muted-causes.ts";

/**
 * Incidents that are not resolved, with the moments at which their chains have something to do: a step of the engine looks at those
 * that changed or are due, not at the thousands that an outage of everything opens.
 */
export class IncidentBook {
  readonly #incidents = new TrackedMap<Incident>();
  readonly #places = new Map<string, number>();
  readonly #alarms = new Alarms();
  readonly #stirred = new Set<string>();
  /** When chains that are held are asked again, as far as that is known. */
  readonly #rechecks = new Map<string, EpochMs>();
  /** Chains that were held or muffled before a start and of which nobody has asked since. */
  readonly #resumed = new Set<string>();
  /** Taken over at a start, and nothing has happened to them since: what a mute held back of them before is held back still. */
  readonly #untouched = new Set<string>();
  /** The incident that each alert belongs to. */
  readonly #owners = new Map<string, string>();
  /** Incidents of which a mute kept the cause from being told. */
  readonly #muted = new MutedCauses();
  /** Incidents that their own group does not tell about any more, but that are not over. */
  readonly #homeless = new Set<string>();
  #lastPlace = 0;

  get(id: string): Incident | undefined {
    return this.#incidents.get(id);
  }

  values(): readonly Incident[] {
    return this.#incidents.values();
  }

  /** Takes an incident over as the store has it: no change, but its chain is looked at. */
  load(id: string, incident: Incident): void {
    this.#own(undefined, incident);
    this.#incidents.load(id, incident);
    const { pausedSinceMs, isMuffled } = incident.escalation ?? {};
    if (pausedSinceMs !== undefined || isMuffled) this.#resumed.add(id);
    this.#stir(id, incident);
    this.#untouched.add(id);
  }

  set(id: string, incident: Incident): void {
    const before = this.#incidents.get(id);
    if (before === incident) return;
    this.#own(before, incident);
    this.#incidents.set(id, incident);
    this.#stir(id, incident);
  }

  /** The open incident that an alert belongs to: at most one at a time. */
  ownerOf(fingerprint: string): Incident | undefined {
    return this.#incidents.get(this.#owners.get(fingerprint) ?? "");
  }

  owns(id: string, fingerprint: string): boolean {
    return this.#owners.get(fingerprint) === id;
  }

  /** Lets alerts belong to an incident that lists them, or is about to. */
  claim(id: string, fingerprints: readonly string[]): void {
    for (const fingerprint of fingerprints) this.#owners.set(fingerprint, id);
  }

  /** Incidents that their own group does not tell about any more. */
  homeless(): readonly Incident[] {
    return [...this.#homeless].flatMap((id) => this.#incidents.get(id) ?? []);
  }

  /** Notes that its own group does not tell about an incident any more, or does again; whether it is over is asked at the next step. */
  setHomeless(id: string, isHomeless: boolean, nowMs: EpochMs): void {
    if (!isHomeless) this.#homeless.delete(id);
    else if (this.#incidents.has(id)) {
      this.#homeless.add(id);
      this.#alarms.set(id, nowMs);
    }
  }

  /** Lets a step ask at once whether the incident of an alert that ended is over, where no group would. */
  wakeHomeless(fingerprint: string, nowMs: EpochMs): void {
    const id = this.#owners.get(fingerprint);
    if (id !== undefined && this.#homeless.has(id)) this.#alarms.set(id, nowMs);
  }

  /** Lets a step ask at once whether what a mute kept from being told is over, where the cause of incidents ended. */
  wakeCaused(cause: string, nowMs: EpochMs): void {
    for (const id of this.#muted.by(cause)) this.#alarms.set(id, nowMs);
  }

  delete(id: string): void {
    for (const member of this.#incidents.get(id)?.members ?? [])
      if (this.#owners.get(member) === id) this.#owners.delete(member);
    this.#homeless.delete(id);
    this.#incidents.delete(id);
    this.#places.delete(id);
    this.#stirred.delete(id);
    this.#rechecks.delete(id);
    this.#resumed.delete(id);
    this.#untouched.delete(id);
    this.#muted.delete(id);
    this.#alarms.set(id, undefined);
  }

  takeChanges(): ReturnType<TrackedMap<Incident>["takeChanges"]> {
    return this.#incidents.takeChanges();
  }

  /** Takes the incidents that changed since the last call, those that are due, and those that are asked for, in the order they were opened in. */
  takeStirred(nowMs: EpochMs, asked: Iterable<string>): readonly Incident[] {
    const due = this.#alarms.takeDue(nowMs);
    const ids = new Set([...this.#stirred, ...due]);
    for (const id of due) {
      // A chain that was held before a start is due then because nobody knows when it would be.
      if (!this.#resumed.has(id)) this.#untouched.delete(id);
      // Who was woken for another reason than its own is due as before.
      this.#arm(id, nowMs);
    }
    for (const id of asked) {
      ids.add(id);
      this.#untouched.delete(id);
      this.waitUntil(id, undefined);
    }
    this.#stirred.clear();
    const place = (id: string): number => this.#places.get(id) ?? 0;
    return [...ids].sort((a, b) => place(a) - place(b)).flatMap((id) => this.#incidents.get(id) ?? []);
  }

  /** True until anything happens to an incident that was taken over at a start. */
  isUntouched(id: string): boolean {
    return this.#untouched.has(id);
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
    this.#resumed.delete(id);
    if (atMs === undefined) this.#rechecks.delete(id);
    else this.#rechecks.set(id, atMs);
  }

  /** True for a chain that is held or muffled until later, whatever else happens to its incident; a start changes nothing of it. */
  isWaiting(id: string, nowMs: EpochMs): boolean {
    return this.#resumed.has(id) || (this.#rechecks.get(id) ?? nowMs) > nowMs;
  }

  /** Lets every chain that is held be asked at once, and every cause that is: what may be told has changed. */
  askAgain(): void {
    this.#resumed.clear();
    for (const id of this.#muted.ids()) this.#alarms.set(id, 0);
    const waiting = [...this.#rechecks.keys()];
    this.#rechecks.clear();
    for (const id of waiting) {
      const incident = this.#incidents.get(id);
      if (incident !== undefined) this.#stir(id, incident);
    }
  }

  /** Members are only ever added at the end; those that left belong to whoever took them. */
  #own(before: Incident | undefined, { id, members, left }: Incident): void {
    if (before?.members === members && before.left === left) return;
    const gone = new Set(left);
    const back = before?.left?.filter((member) => !gone.has(member)) ?? [];
    const added = members.slice(before?.members.length ?? 0).filter((member) => !gone.has(member));
    for (const member of [...added, ...back]) this.#owners.set(member, id);
  }

  #arm(id: string, nowMs: EpochMs): void {
    const incident = this.#incidents.get(id);
    const dueMs = incident === undefined ? undefined : dueOf(incident, this.#rechecks.get(id));
    if (dueMs !== undefined && dueMs > nowMs) this.#alarms.set(id, dueMs);
  }

  #stir(id: string, incident: Incident): void {
    if (!this.#places.has(id)) this.#places.set(id, ++this.#lastPlace);
    this.#stirred.add(id);
    this.#untouched.delete(id);
    this.#muted.note(id, incident);
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
    ...(move === undefined
      ? []
      : [escalation?.pausedSinceMs === undefined ? move.atMs : Math.max(move.atMs, recheckAtMs)]),
    ...(escalation?.isMuffled && !isTaken ? [recheckAtMs] : []),
    ...(causeMs === undefined ? [] : [causeMs]),
  ];
  return times.length === 0 ? undefined : Math.min(...times);
}
