import { createTask, parse } from "node-cron";
import { Temporal } from "temporal-polyfill";
import type { EpochMs } from "../core/time.ts";

const dayMs = 86_400_000;
const longestSearchMs = 5 * 366 * dayMs;

/** Gives the first moment after `afterMs` that an expression names; undefined when none comes within five years. */
export type CronSeries = (afterMs: EpochMs) => EpochMs | undefined;

/** Local wall time, written as the epoch ms that the same wall time has in UTC. */
type LocalMs = number;

/**
 * Reads a cron expression in a time zone, by local wall time: an hour that daylight saving repeats counts once (its first
 * pass), and a time in an hour that it skips runs at the next valid minute.
 * @throws {Error} when the expression or the zone is not valid; the config has refused both before.
 */
export function cronSeries(expression: string, timeZone: string): CronSeries {
  const nextLocal = localSeries(expression);
  return (afterMs) => {
    const startLocalMs = localOf(afterMs, timeZone);
    const endLocalMs = startLocalMs + longestSearchMs;
    let localMs = nextLocal(startLocalMs, endLocalMs);
    while (localMs !== undefined) {
      const instantMs = instantOf(localMs, timeZone);
      if (instantMs > afterMs) return instantMs;
      localMs = nextLocal(localMs, endLocalMs);
    }
    return undefined;
  };
}

/** Walks days, asking the matcher once a day, and takes the time of day from the expression's own lists. */
function localSeries(expression: string): (afterLocalMs: LocalMs, endLocalMs: LocalMs) => LocalMs | undefined {
  const fields = parse(expression);
  const months = new Set(fields.month);
  const timesOfDayMs = timesOfDay(fields.hour, fields.minute, fields.second);
  const matches = dayMatcher(expression, timesOfDayMs[0] ?? 0);
  return (afterLocalMs, endLocalMs) => {
    let dayStartMs = Math.floor(afterLocalMs / dayMs) * dayMs;
    while (dayStartMs <= endLocalMs) {
      const date = new Date(dayStartMs);
      if (!months.has(date.getUTCMonth() + 1)) {
        dayStartMs = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
        continue;
      }
      const timeMs = timesOfDayMs.find((timeMs) => dayStartMs + timeMs > afterLocalMs);
      if (timeMs !== undefined && matches(dayStartMs)) return dayStartMs + timeMs;
      dayStartMs += dayMs;
    }
    return undefined;
  };
}

function dayMatcher(expression: string, timeOfDayMs: number): (dayStartMs: LocalMs) => boolean {
  const task = createTask(expression, () => {}, { timezone: "UTC" });
  // The library keeps every task it made in a registry; destroyed, this one is a pure matcher.
  void task.destroy();
  let asked: LocalMs | undefined;
  let answer = false;
  return (dayStartMs) => {
    if (dayStartMs !== asked) answer = task.match(new Date(dayStartMs + timeOfDayMs));
    asked = dayStartMs;
    return answer;
  };
}

function timesOfDay(hours: readonly number[], minutes: readonly number[], seconds: readonly number[]): number[] {
  const times = hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => ((hour * 60 + minute) * 60 + second) * 1000)),
  );
  return [...new Set(times)].sort((a, b) => a - b);
}

function localOf(instantMs: EpochMs, timeZone: string): LocalMs {
  const zoned = Temporal.Instant.fromEpochMilliseconds(Math.floor(instantMs)).toZonedDateTimeISO(timeZone);
  return Math.floor(instantMs) + zoned.offsetNanoseconds / 1e6;
}

function instantOf(localMs: LocalMs, timeZone: string): EpochMs {
  const plain = Temporal.Instant.fromEpochMilliseconds(localMs).toZonedDateTimeISO("UTC").toPlainDateTime();
  const earlier = plain.toZonedDateTime(timeZone, { disambiguation: "earlier" });
  if (earlier.toPlainDateTime().equals(plain)) return earlier.epochMilliseconds;
  // The wall time does not exist: the clock jumps over it at the next transition.
  return earlier.getTimeZoneTransition("next")?.epochMilliseconds ?? earlier.epochMilliseconds;
}
