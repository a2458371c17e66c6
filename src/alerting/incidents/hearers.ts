import type { ToldDestination } from "../../core/escalation.ts";
import type { Incident } from "../../core/incident.ts";
import type { EpochMs } from "../../core/time.ts";

/** Who is told; `isQuiet`: by what does not ring alone. */
type Addressee = Pick<ToldDestination, "receiver" | "recipient" | "isCopy"> & Readonly<{ isQuiet?: boolean }>;

/** What a destination is told of an incident: what fires, whether that is all, and what of its members is over already. */
export type Heard = Readonly<{ firing: readonly string[]; isAll: boolean; over: readonly string[] }>;

/** Notes that a destination is told now that alerts of the incident fire. */
export function withHearer(
  incident: Incident,
  { receiver, recipient, isCopy, isQuiet }: Addressee,
  nowMs: EpochMs,
  { firing, isAll, over }: Heard,
): Incident {
  const { told = [], members, left = [] } = incident;
  const before = told.find((each) => isSame(each, { receiver, recipient }));
  const { heardOf, also = [], ended = [], seen = [], quiet = [] } = before ?? { heardOf: 0 };
  const gone = [...over, ...left];
  const known = new Set(gone.length === 0 && isQuiet !== true ? [] : [...members.slice(0, heardOf), ...also]);
  const unheard = isAll ? gone.filter((each) => !known.has(each)) : [];
  const now: ToldDestination = {
    receiver,
    atMs: nowMs,
    ...(recipient === undefined ? {} : { recipient }),
    ...(isCopy === true ? { isCopy } : {}),
    heardOf: isAll ? members.length : (heardOf ?? members.length),
    ...(isAll ? {} : { also }),
    ended: [...new Set([...ended, ...unheard])],
    seen,
  };
  const unrung = isQuiet === true ? firing.filter((each) => !known.has(each) || ended.includes(each)) : [];
  const rung = new Set(isQuiet === true ? [] : firing);
  const hearer = withQuiet(hearing(now, isAll ? [] : firing, firing), [
    ...quiet.filter((each) => !rung.has(each)),
    ...unrung,
  ]);
  return { ...incident, told: [...told.filter((each) => each !== before), hearer] };
}

/** A destination that hears of alerts, too. */
export function hearing(
  { also = [], ended = [], seen = [], ...rest }: ToldDestination,
  alerts: readonly string[],
  firing: readonly string[] = alerts,
): ToldDestination {
  const again = new Set(firing);
  const over = ended.filter((each) => !again.has(each));
  const unheard = seen.filter((each) => !again.has(each));
  const besides = [...new Set([...also, ...alerts])];
  return {
    ...rest,
    ...(besides.length === 0 ? {} : { also: besides }),
    ...(over.length === 0 ? {} : { ended: over }),
    ...(unheard.length === 0 ? {} : { seen: unheard }),
  };
}

/** A destination for which alerts are over here. */
export function withEnds(hearer: ToldDestination, ended: readonly string[]): ToldDestination {
  return { ...hearer, ended: [...new Set([...(hearer.ended ?? []), ...ended])] };
}

/** A destination where all who look into the receiver have heard that alerts are over here, but not the person. */
export function withSeen(hearer: ToldDestination, ended: readonly string[]): ToldDestination {
  return ended.length === 0 ? hearer : { ...hearer, seen: [...new Set([...(hearer.seen ?? []), ...ended])] };
}

/** A destination that was told of alerts by what does not ring alone. */
export function withQuiet(hearer: ToldDestination, alerts: readonly string[]): ToldDestination {
  return alerts.length === 0 ? hearer : { ...hearer, quiet: [...new Set([...(hearer.quiet ?? []), ...alerts])] };
}

/** Which of some alerts of an incident a destination was told of and not yet that they are over. */
export function knownOf(
  { members }: Incident,
  { heardOf, also = [], ended = [] }: ToldDestination,
  alerts: readonly string[],
): readonly string[] {
  const known = new Set([...members.slice(0, heardOf), ...also]);
  for (const each of ended) known.delete(each);
  return alerts.filter((each) => known.has(each));
}

type Addressed = Readonly<{ receiver: string; recipient?: string | undefined }>;

/** True for the same receiver and person. */
export function isSame(a: Addressed, b: Addressed): boolean {
  return a.receiver === b.receiver && a.recipient === b.recipient;
}
