import type { Calendar } from "../../core/time/calendar.ts";
import type { WallMs } from "../../core/time/wall-time.ts";
import type { CalendarsConfig } from "./calendars-schema.ts";

/** Calendars by their names. */
export type Calendars = ReadonlyMap<string, Calendar>;

/** Opens calendars; what a later section says of a day wins, and each adds to what came before under its name. */
export function openCalendars(...sections: readonly CalendarsConfig[]): Calendars {
  const opened = new Map<string, Calendar>();
  for (const section of sections) {
    for (const [id, { holidays, workdays, known_until: until }] of Object.entries(section)) {
      const before = opened.get(id);
      const exceptions = new Map(before?.exceptions);
      for (const day of holidays.flat()) exceptions.set(day, false);
      for (const day of workdays.flat()) exceptions.set(day, true);
      opened.set(id, { id, exceptions, knownUntil: Math.max(until, before?.knownUntil ?? until) });
    }
  }
  return opened;
}

/** Whether the day is worked: as the calendar says, else as its weekday does. */
export function isWorkday({ exceptions }: Calendar, day: WallMs, isUsual: boolean): boolean {
  return exceptions.get(day) ?? isUsual;
}
