import { cronSeries } from "../../core/cron.ts";
import type { Timetable } from "./timetable.ts";

/** Spans that begin when a cron expression says so and last a given time, whatever daylight saving does meanwhile. */
export function windowTimetable(cron: string, lastsMs: number, timeZone: string): Timetable {
  const nextStartMs = cronSeries(cron, timeZone);
  return {
    endMs(nowMs) {
      const startMs = nextStartMs(nowMs - lastsMs);
      return startMs === undefined || startMs > nowMs ? undefined : startMs + lastsMs;
    },
    nextStartMs,
  };
}
