import type { IntervalAt } from "./oncall/rotation.ts";
import { openSchedules, type Schedules } from "./oncall/schedule.ts";
import type { SchedulesConfig } from "./oncall/schedules-schema.ts";
import { openPeople, type People } from "./people/people.ts";
import type { PeopleConfig } from "./people/people-schema.ts";
import { openPolicies, type Policies } from "./policies/policies.ts";
import type { PoliciesConfig } from "./policies/policies-schema.ts";

/** Everything of the config that says who is told when nobody takes an incident. */
export type EscalationConfig = Readonly<{ people: People; schedules: Schedules; policies: Policies }>;

/** The sections about people, after each has been parsed. */
export type PeopleSections = Readonly<{ people: PeopleConfig; schedules: SchedulesConfig; policies: PoliciesConfig }>;

/** Opens the sections; `timeZone` counts where a schedule names none. */
export function openEscalation(
  sections: PeopleSections,
  timeZone: string,
  intervals: ReadonlyMap<string, IntervalAt>,
): EscalationConfig {
  return {
    people: openPeople(sections.people),
    schedules: openSchedules(sections.schedules, timeZone, intervals),
    policies: openPolicies(sections.policies),
  };
}
