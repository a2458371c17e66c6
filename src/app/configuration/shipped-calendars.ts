import cn from "../../../assets/calendars/cn.json" with { type: "json" };
import { type Calendars, openCalendars } from "../../alerting/muting/calendars.ts";
import { type CalendarsConfig, calendarsSchema } from "../../alerting/muting/calendars-schema.ts";

/** The calendars that ship with Watchfire, and those of the config, which add to them. */
export function calendarsWith(config: CalendarsConfig): Calendars {
  return openCalendars(calendarsSchema.parse({ cn }), config);
}
