import type { Check } from "../../core/checks/check.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { ReportFacts } from "../../core/message/report-message.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { blindAtMs } from "../check-alerts/check-demands.ts";
import type { EscalationConfig } from "../escalation/escalation-config.ts";
import { onCallAt } from "../escalation/oncall/schedule.ts";
import type { MaintenanceWindow } from "../muting/muting-config.ts";

const dayMs = 86_400_000;
const spansMs = { day: dayMs, week: 7 * dayMs } as const;

/** What the days to come are told from. */
export type OutlookInput = Readonly<{
  covers: ReportFacts["covers"];
  atMs: EpochMs;
  escalation: EscalationConfig;
  maintenance: readonly MaintenanceWindow[];
  checks: readonly Check[];
  states: readonly CheckState[];
  /** Ids of the checks that watch backups. */
  backupChecks: readonly string[];
}>;

/** What a report says beside the past: whether the backups are there, who is on call, and what is planned. */
export function outlookOf(input: OutlookInput): Pick<ReportFacts, "backups" | "onCall" | "planned"> {
  const backups = backupsOf(input);
  return { ...(backups === undefined ? {} : { backups }), onCall: onCallOf(input), planned: plannedOf(input) };
}

function backupsOf({ backupChecks, checks, states, atMs }: OutlookInput): ReportFacts["backups"] {
  const watching = checks.filter(({ id }) => backupChecks.includes(id));
  if (watching.length === 0) return undefined;
  const isWell = (check: Check): boolean => {
    const own = states.filter((state) => state.check === check.id);
    return own.length > 0 && own.every((state) => isWellState(check, state, atMs));
  };
  return { all: watching.length, bad: watching.filter((check) => !isWell(check)).map(({ title }) => title) };
}

/** What nobody has been able to look at for long is not known, whatever it was before. */
function isWellState(check: Check, state: CheckState, atMs: EpochMs): boolean {
  const isBlind = (blindAtMs(check, state) ?? Number.POSITIVE_INFINITY) <= atMs;
  return !isBlind && state.confirmed === "up" && Object.keys(state.flaws).length === 0;
}

function onCallOf({ escalation: { schedules, people }, atMs }: OutlookInput): ReportFacts["onCall"] {
  const titleOf = (id: string | undefined): string => people.get(id ?? "")?.contact.title ?? id ?? "";
  return [...schedules.values()].map((schedule) => {
    const [who, next] = onCallAt(schedule, atMs).order;
    return { schedule: schedule.title, who: titleOf(who), ...(next === undefined ? {} : { next: titleOf(next) }) };
  });
}

/** What is under way already was told when it began. */
function plannedOf({ maintenance, atMs, covers }: OutlookInput): ReportFacts["planned"] {
  return maintenance
    .map(({ title, stateAt }) => ({ title, state: stateAt(atMs) }))
    .filter(({ state }) => !state.isWithin && state.untilMs < atMs + spansMs[covers])
    .map(({ title, state }) => ({ title, atMs: state.untilMs }))
    .toSorted((a, b) => a.atMs - b.atMs);
}
