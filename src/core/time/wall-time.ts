import { Temporal } from "temporal-polyfill";
import type { EpochMs } from "./time.ts";

/** Local wall time, written as the epoch ms that the same wall time has in UTC: days are 86 400 000 long, whatever the zone does. */
export type WallMs = number;

/** What the clocks of a zone show at an instant. @throws {RangeError} when the zone is unknown; the config has refused it before. */
export function wallTimeOf(instantMs: EpochMs, timeZone: string): WallMs {
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(instantMs)).toZonedDateTimeISO(timeZone);
  return Math.floor(instantMs) + zoned.offsetNanoseconds / 1e6;
}

/**
 * The instant at which the clocks of a zone show a wall time: of an hour that daylight saving repeats its first pass, of a time in
 * an hour that it skips the next valid minute.
 * @throws {RangeError} when the zone is unknown.
 */
export function instantOfWall(wallMs: WallMs, timeZone: string): EpochMs {
  const plain = Temporal.Instant.fromEpochMilliseconds(wallMs).toZonedDateTimeISO("UTC").toPlainDateTime();
  const earlier = plain.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  if (earlier.toPlainDateTime().equals(plain)) return earlier.epochMilliseconds;
  // The wall time does not exist: the clock jumps over it at the next transition.
  return earlier.getTimeZoneTransition("next")?.epochMilliseconds ?? earlier.epochMilliseconds;
}
