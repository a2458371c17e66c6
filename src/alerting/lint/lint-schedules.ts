import type { EpochMs } from "../../core/time/time.ts";
import { wallTimeOf } from "../../core/time/wall-time.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import type { AlertingConfigIssue } from "../check-alerting-config.ts";
import { gapsBetween, type Schedule, type Schedules } from "../escalation/oncall/schedule.ts";
import { quietReceivers } from "../escalation/telling/learners.ts";

const lookAheadMs = 28 * 86_400_000;

/** Returns the schedules by which nobody is on call at some time within the next four weeks. */
export function lintSchedules(schedules: Schedules, nowMs: EpochMs): readonly AlertingConfigIssue[] {
  return [...schedules.values()].flatMap((schedule) => {
    const gaps = gapsBetween(schedule, nowMs, nowMs + lookAheadMs);
    const [first] = gaps;
    if (first === undefined) return [];
    const times = gaps.length === 1 ? "once" : `${gaps.length} times`;
    const span = `from ${clock(schedule, first.fromMs)} to ${clock(schedule, first.untilMs)}`;
    const message = `nobody is on call ${times} within four weeks, first ${span}; steps that name it go on with the next step then`;
    return [{ path: ["schedules", schedule.id], message }];
  });
}

/** Returns the learners of schedules who would hear nothing: only a telephone reaches them, and it never rings for who learns. */
export function lintLearners({ escalation, receivers }: AlertingConfig): readonly AlertingConfigIssue[] {
  const { schedules, people } = escalation;
  return [...schedules.values()].flatMap(({ id, shadows }) =>
    shadows.flatMap(({ person }, index) => {
      if (quietReceivers(person, { receivers, people }).length > 0) return [];
      const message = `"${person}" hears nothing here: copies never go by telephone, and people.${person}.reach names nothing else`;
      return [{ path: ["schedules", id, "shadows", index], message }];
    }),
  );
}

function clock({ timeZone }: Schedule, atMs: EpochMs): string {
  return new Date(wallTimeOf(atMs, timeZone)).toISOString().slice(0, 16).replace("T", " ");
}
