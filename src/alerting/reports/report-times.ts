import { cronSeries } from "../../core/time/cron.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { wallTimeOf } from "../../core/time/wall-time.ts";
import type { CalendarRange } from "../muting/calendar-ranges.ts";
import type { MutingConfig } from "../muting/muting-config.ts";
import type { ReportsConfig } from "./reports-schema.ts";

const dayMs = 86_400_000;
/** A report that could not be sent when it was due is sent for so long afterwards, once. */
export const catchUpMs = 6 * 3_600_000;
const mostDaysAhead = 400;
const monday: CalendarRange = { first: 1, last: 1 };

/** A report of the config with its moments. */
export type Report = Readonly<{
  id: string;
  covers: "day" | "week";
  receivers: readonly string[];
  timeZone: string;
  /** The first moment after `afterMs` at which it is sent; undefined when none comes within a year. */
  nextMs(afterMs: EpochMs): EpochMs | undefined;
}>;

/** One sending of a report: the moment it was due, and since when it tells. */
export type DueReport = Readonly<{ report: Report; slotMs: EpochMs; fromMs: EpochMs }>;

/** Opens the section; `timeZone` counts where a report names none. */
export function openReports(
  config: ReportsConfig,
  { intervals }: Pick<MutingConfig, "intervals">,
  timeZone: string,
): readonly Report[] {
  return Object.entries(config).map(([id, { at, weekdays, days, covers, to, time_zone }]) => {
    const zone = time_zone ?? timeZone;
    const [hour = "0", minute = "0"] = at.split(":");
    const daily = cronSeries(`${Number(minute)} ${Number(hour)} * * *`, zone);
    const wanted = weekdays ?? (covers === "week" ? [monday] : undefined);
    const isSent = (slotMs: EpochMs): boolean =>
      (wanted?.some((range) => holds(range, weekdayOf(slotMs, zone))) ?? true) &&
      (days === undefined || intervals.get(days)?.(slotMs).isWithin === true);
    return {
      id,
      covers,
      receivers: to,
      timeZone: zone,
      nextMs(afterMs) {
        let slotMs = daily(afterMs);
        for (let day = 0; slotMs !== undefined && day < mostDaysAhead; day += 1) {
          if (isSent(slotMs)) return slotMs;
          slotMs = daily(slotMs);
        }
        return undefined;
      },
    };
  });
}

/**
 * What is due at a moment: the last sending of each report, unless that was too long ago to be of use. It tells since the sending
 * before, at most a week, so that nothing falls between two reports.
 */
export function dueReports(reports: readonly Report[], nowMs: EpochMs): readonly DueReport[] {
  return reports.flatMap((report): DueReport[] => {
    const slots: EpochMs[] = [];
    let slotMs = report.nextMs(nowMs - 8 * dayMs);
    while (slotMs !== undefined && slotMs <= nowMs) {
      slots.push(slotMs);
      slotMs = report.nextMs(slotMs);
    }
    const last = slots.at(-1);
    if (last === undefined || last <= nowMs - catchUpMs) return [];
    const weekMs = last - 7 * dayMs;
    const fromMs = report.covers === "week" ? weekMs : Math.max(weekMs, slots.at(-2) ?? last - dayMs);
    return [{ report, slotMs: last, fromMs }];
  });
}

function weekdayOf(atMs: EpochMs, timeZone: string): number {
  return new Date(wallTimeOf(atMs, timeZone)).getUTCDay();
}

function holds({ first, last }: CalendarRange, day: number): boolean {
  return first <= last ? day >= first && day <= last : day >= first || day <= last;
}
