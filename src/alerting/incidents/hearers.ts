import type { Alert } from "../../core/alerting/alert.ts";
import type { ToldDestination } from "../../core/alerting/escalation.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { ending, type Knowing, ringing, tellingQuietly, together } from "./knowing.ts";
import { knowingNothing, knowledgeAfter, knowledgeOf } from "./knowledge.ts";

/** Who is told; `isQuiet`: by what does not ring alone. */
type Addressee = Pick<ToldDestination, "receiver" | "recipient" | "isCopy"> & Readonly<{ isQuiet?: boolean }>;

/** Notes that a destination is told now that alerts of the incident fire. */
export function withHearer(
  incident: Incident,
  { receiver, recipient, isCopy, isQuiet }: Addressee,
  nowMs: EpochMs,
  firing: readonly string[],
): Incident {
  const { told = [] } = incident;
  const before = told.find((each) => isSame(each, { receiver, recipient }));
  const hearer: ToldDestination = {
    receiver,
    atMs: nowMs,
    ...(recipient === undefined ? {} : { recipient }),
    ...(isCopy === true ? { isCopy } : {}),
    knows: knowledgeAfter(incident, before ?? { knows: knowingNothing }, {
      alerts: firing,
      becomes: isQuiet === true ? tellingQuietly : ringing,
    }),
  };
  return { ...incident, told: [...told.filter((each) => each !== before), hearer] };
}

/** Notes what becomes of what destinations of an incident know of some of its alerts. */
export function withKnowing(
  incident: Incident,
  alerts: readonly string[],
  becomingFor: (destination: ToldDestination) => ((before: Knowing) => Knowing) | undefined,
): Incident {
  if (incident.told === undefined) return incident;
  const told = incident.told.map((each) => {
    const becomes = becomingFor(each);
    return becomes === undefined ? each : { ...each, knows: knowledgeAfter(incident, each, { alerts, becomes }) };
  });
  return { ...incident, told };
}

/** Whoever was told of alerts that leave an incident counts as told of them no more, should they come back. */
export function withoutAlerts(incident: Incident, alerts: readonly string[]): Incident {
  return withKnowing(incident, alerts, () => ending);
}

/** Whoever knows of alerts that have come from another incident knows as much of them in this one. */
export function withHearersOf(incident: Incident, from: Incident, alerts: readonly string[]): Incident {
  const told = [...(incident.told ?? [])];
  for (const heard of from.told ?? []) {
    const knowing = knowledgeOf(from, heard);
    const known = alerts.filter((alert) => knowing(alert) !== "nothing");
    if (known.length === 0) continue;
    const place = told.findIndex((each) => isSame(each, heard));
    const mine = told[place] ?? { ...heard, knows: knowingNothing };
    const becomes = (before: Knowing, alert: string): Knowing => together(before, knowing(alert));
    const hearer = { ...mine, knows: knowledgeAfter(incident, mine, { alerts: known, becomes }) };
    if (place === -1) told.push(hearer);
    else told[place] = hearer;
  }
  return told.length === 0 ? incident : { ...incident, told };
}

/** Those of some alerts of an incident that a destination was told of and not yet that they are over. */
export function knownAlerts(
  incident: Incident,
  destination: Pick<ToldDestination, "knows">,
  alerts: readonly Alert[],
): readonly Alert[] {
  const knowing = knowledgeOf(incident, destination);
  return alerts.filter(({ fingerprint }) => knowing(fingerprint) !== "nothing");
}

type Addressed = Readonly<{ receiver: string; recipient?: string | undefined }>;

/** True for the same receiver and person. */
export function isSame(a: Addressed, b: Addressed): boolean {
  return a.receiver === b.receiver && a.recipient === b.recipient;
}
