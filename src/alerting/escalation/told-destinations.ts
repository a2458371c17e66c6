import type { ToldDestination } from "../../core/escalation.ts";
import type { Incident } from "../../core/incident.ts";
import type { EpochMs } from "../../core/time.ts";
import type { Destination } from "./reach.ts";

/** Notes that a destination was told that the incident fires. */
export function withToldDestination(
  incident: Incident,
  { receiver, recipient, isCopy }: Destination,
  atMs: EpochMs,
): Incident {
  const others = (incident.told ?? []).filter((each) => each.receiver !== receiver || each.recipient !== recipient);
  const told: ToldDestination = {
    receiver,
    atMs,
    ...(recipient === undefined ? {} : { recipient }),
    ...(isCopy === true ? { isCopy } : {}),
  };
  return { ...incident, told: [...others, told] };
}

/** Everybody who hears of what becomes of an incident: those told by steps, and the receiver of its group. */
export function audienceOf({ receiver, told = [] }: Incident): readonly Destination[] {
  return [...told, { receiver }];
}
