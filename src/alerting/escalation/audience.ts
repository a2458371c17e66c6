import type { Incident } from "../../core/incident.ts";
import type { Destination } from "./reach.ts";

/** Everybody who hears of what becomes of an incident: those told by steps, and the receiver of its group. */
export function audienceOf({ receiver, told = [] }: Incident): readonly Destination[] {
  return [...told, { receiver }];
}
