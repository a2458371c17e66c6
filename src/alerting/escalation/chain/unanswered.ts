import { note } from "../../incidents/incident-record.ts";
import type { Action } from "../../pipeline/action.ts";
import { whoIs } from "../telling/telling.ts";

/** A call that a step has made. */
export type MadeCall = Readonly<{ incident: string; receiver: string; recipient?: string; atMs: number }>;

/** Notes that nobody took a call: what is said of the incident from then on says so. A later call of the same person has its own end. */
export function noteUnanswered({ incident: id, receiver, recipient, atMs }: MadeCall): Action<void> {
  return ({ state: { config, incidents }, nowMs }) => {
    const incident = incidents.get(id);
    const place = incident?.told?.findIndex(
      (each) => each.receiver === receiver && each.recipient === recipient && each.atMs === atMs,
    );
    const called = incident?.told?.[place ?? -1];
    if (incident?.told === undefined || place === undefined || called === undefined) return { outcome: undefined };
    // Noted before the end of the call was: who died between the two asks the provider again.
    if (called.answer === "none") return { outcome: undefined };
    const told = incident.told.with(place, { ...called, answer: "none" });
    const detail = `${whoIs(config, called)} did not take the call by ${receiver}`;
    incidents.set(id, note({ ...incident, told }, { atMs: nowMs, kind: "unanswered", detail }));
    const decision = { atMs: nowMs, stage: "escalation", outcome: "drop", subject: id, because: detail } as const;
    return { outcome: undefined, decisions: [decision] };
  };
}
