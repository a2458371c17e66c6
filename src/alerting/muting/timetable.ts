import type { EpochMs } from "../../core/time/time.ts";

/** Spans of time, each from its start up to but not with its end; spans may touch and overlap. */
export type Timetable = Readonly<{
  /** The end of a span that holds `nowMs`, whether or not another goes on; undefined outside of all. */
  endMs(nowMs: EpochMs): EpochMs | undefined;
  /** The first start after `nowMs`; undefined when none comes for years. */
  nextStartMs(nowMs: EpochMs): EpochMs | undefined;
}>;

/** A day of one-minute spans is followed to its end; what has more, or goes on for longer, has no end worth waiting for. */
const mostJoined = 1500;
const longestMs = 10 * 366 * 86_400_000;

/** True when a span of the table holds the moment. */
export function isWithin(table: Timetable, nowMs: EpochMs): boolean {
  return table.endMs(nowMs) !== undefined;
}

/** When `isWithin` changes next, spans that touch counted as one; undefined when it does not for years. */
export function nextChangeMs(table: Timetable, nowMs: EpochMs): EpochMs | undefined {
  let endMs = table.endMs(nowMs);
  if (endMs === undefined) return table.nextStartMs(nowMs);
  for (let joined = 0; joined < mostJoined; joined += 1) {
    const furtherMs = table.endMs(endMs);
    if (furtherMs === undefined) return endMs;
    if (furtherMs - nowMs > longestMs) return undefined;
    endMs = furtherMs;
  }
  return undefined;
}

/** The table that holds every moment that one of the tables holds. */
export function anyOf(tables: readonly Timetable[]): Timetable {
  return {
    endMs: (nowMs) => extreme(Math.max, tables, (table) => table.endMs(nowMs)),
    nextStartMs: (nowMs) => extreme(Math.min, tables, (table) => table.nextStartMs(nowMs)),
  };
}

function extreme(
  choose: (...values: number[]) => number,
  tables: readonly Timetable[],
  ask: (table: Timetable) => EpochMs | undefined,
): EpochMs | undefined {
  const found = tables.flatMap((table) => ask(table) ?? []);
  return found.length === 0 ? undefined : choose(...found);
}

/** Whether a moment is within a table, and until when that stays so (infinite when for years). */
export type TimetableState = Readonly<{ isWithin: boolean; untilMs: EpochMs }>;

/** Answers like `isWithin` and `nextChangeMs`, but reads the calendar again only when the last answer has run out. */
export function watchTimetable(table: Timetable): (nowMs: EpochMs) => TimetableState {
  let fromMs = Number.POSITIVE_INFINITY;
  let known: TimetableState = { isWithin: false, untilMs: Number.NEGATIVE_INFINITY };
  return (nowMs) => {
    if (nowMs >= fromMs && nowMs < known.untilMs) return known;
    fromMs = nowMs;
    known = {
      isWithin: isWithin(table, nowMs),
      untilMs: nextChangeMs(table, nowMs) ?? Number.POSITIVE_INFINITY,
    };
    return known;
  };
}
