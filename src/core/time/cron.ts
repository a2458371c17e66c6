import { createTask, parse } from "node-cron";
import type { EpochMs } from "./time.ts";
import { instantOfWall, type WallMs, wallTimeOf } from "./wall-time.ts";

const dayMs = 86_400_000;
const longestSearchMs = 5 * 366 * dayMs;

/** Gives the first moment after `afterMs` that an expression names; undefined when none comes within five years. */
export type CronSeries = (afterMs: EpochMs) => EpochMs | undefined;

/**
 * Reads a cron expression in a time zone, by local wall time: an hour that daylight saving repeats counts once (its first
 * pass), and a time in an hour that it skips runs at the next valid minute.
 * @throws {Error} when the expression or the zone is not valid; the config has refused both before.
 */
export function cronSeries(expression: string, timeZone: string): CronSeries {
  const nextLocal = localSeries(expression);
  return (afterMs) => {
    const startLocalMs = wallTimeOf(afterMs, timeZone);
    const endLocalMs = startLocalMs + longestSearchMs;
    let localMs = nextLocal(startLocalMs, endLocalMs);
    while (localMs !== undefined) {
      const instantMs = instantOfWall(localMs, timeZone);
      if (instantMs > afterMs) return instantMs;
      localMs = nextLocal(localMs, endLocalMs);
    }
    return undefined;
  };
}

/** Walks days, asking the matcher once a day, and takes the time of day from the expression's own lists. */
function localSeries(expression: string): (afterLocalMs: WallMs, endLocalMs: WallMs) => WallMs | undefined {
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

function dayMatcher(expression: string, timeOfDayMs: number): (dayStartMs: WallMs) => boolean {
  const task = createTask(expression, () => {}, { timezone: "UTC" });
  // The library keeps every task it made in a registry; destroyed, this one is a pure matcher.
  void task.destroy();
  let asked: WallMs | undefined;
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
