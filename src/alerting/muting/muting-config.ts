import type { MaintenanceScope } from "../../core/alerting/maintenance.ts";
import type { Calendar } from "../../core/time/calendar.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { matcherTexts } from "../routing/matcher-schema.ts";
import type { InhibitRulesConfig } from "./inhibit-rules-schema.ts";
import { type InhibitionRule, openInhibitRules } from "./inhibition-rule.ts";
import type { MaintenanceConfig } from "./maintenance-schema.ts";
import { windowTimetable } from "./maintenance-window.ts";
import { type DayContext, openTimeInterval } from "./time-interval.ts";
import type { TimeIntervalsConfig } from "./time-intervals-schema.ts";
import { type TimetableState, watchTimetable } from "./timetable.ts";

/** A maintenance window: when it is open and which alerts it mutes while it is. */
export type MaintenanceWindow = Readonly<{
  id: string;
  title: string;
  lastsMs: number;
  scope: MaintenanceScope;
  /** Receivers of its notices; those of the routes of its alerts when absent. */
  notify?: readonly string[];
  stateAt(nowMs: EpochMs): TimetableState;
}>;

/** Everything of the config that keeps alerts from being told. */
export type MutingConfig = Readonly<{
  /** Named time intervals; routes say which of them mute. */
  intervals: ReadonlyMap<string, (nowMs: EpochMs) => TimetableState>;
  maintenance: readonly MaintenanceWindow[];
  inhibitions: readonly InhibitionRule[];
  /** Calendars that the intervals ask. */
  calendars: readonly Calendar[];
}>;

/** The sections about muting, after each has been parsed. */
export type MutingSections = Readonly<{
  time_intervals: TimeIntervalsConfig;
  maintenance: MaintenanceConfig;
  inhibit_rules: InhibitRulesConfig;
}>;

/** Opens the sections; the zone of `days` counts where an entry names none. */
export function openMuting(sections: MutingSections, days: DayContext): MutingConfig {
  const { timeZone } = days;
  const intervals = Object.entries(sections.time_intervals).map(
    ([name, entries]) => [name, watchTimetable(openTimeInterval(entries, days))] as const,
  );
  const maintenance = Object.entries(sections.maintenance).map(([id, window]) => openWindow(id, window, timeZone));
  const asked = Object.values(sections.time_intervals).flatMap((entries) =>
    entries.map(({ workdays }) => (workdays === true ? days.calendar : workdays)),
  );
  const calendars = [...new Set(asked)].flatMap((name) => days.calendars?.get(name ?? "") ?? []);
  return {
    intervals: new Map(intervals),
    maintenance,
    inhibitions: openInhibitRules(sections.inhibit_rules),
    calendars,
  };
}

function openWindow(id: string, config: MaintenanceConfig[string], timeZone: string): MaintenanceWindow {
  const { services, matchers = [], never_mute: neverMute, notify } = config;
  return {
    id,
    title: config.title ?? id,
    lastsMs: config.lasts,
    scope: {
      ...(services === undefined ? {} : { services }),
      matchers: matcherTexts(matchers),
      neverMute: matcherTexts(neverMute),
    },
    ...(notify === undefined ? {} : { notify }),
    stateAt: watchTimetable(windowTimetable(config, config.lasts, config.time_zone ?? timeZone)),
  };
}
