import { invariant } from "../../core/errors.ts";
import { type CronSeries, cronSeries } from "../../core/time/cron.ts";
import { parseRrule, rruleSeries } from "../../core/time/rrule.ts";
import type { WallMs } from "../../core/time/wall-time.ts";
import type { Timetable } from "./timetable.ts";

/** When a window begins: a cron expression, or a recurrence rule with its first moment on the local clock. */
export type WindowStart = Readonly<{
  cron?: string | undefined;
  rrule?: string | undefined;
  starts?: WallMs | undefined;
}>;

/** Spans that begin when a cron expression or a rule says so and last a given time, whatever daylight saving does meanwhile. */
export function windowTimetable(start: WindowStart, lastsMs: number, timeZone: string): Timetable {
  const nextStartMs = seriesOf(start, timeZone);
  return {
    endMs(nowMs) {
      const startMs = nextStartMs(nowMs - lastsMs);
      return startMs === undefined || startMs > nowMs ? undefined : startMs + lastsMs;
    },
    nextStartMs,
  };
}

function seriesOf({ cron, rrule, starts }: WindowStart, timeZone: string): CronSeries {
  if (cron !== undefined) return cronSeries(cron, timeZone);
  const rule = parseRrule(rrule ?? "");
  invariant(rule.ok && starts !== undefined, "the schema let a window without a beginning pass");
  return rruleSeries(rule.value, starts, timeZone);
}
