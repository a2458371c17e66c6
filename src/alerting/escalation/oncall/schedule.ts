import type { OncallOverride } from "../../../core/alerting/oncall-override.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { instantOfWall } from "../../../core/time/wall-time.ts";
import { type IntervalAt, openRotation, orderFrom, type Rotation, turnAt } from "./rotation.ts";
import type { SchedulesConfig } from "./schedules-schema.ts";

type Span = Readonly<{
  person: string;
  fromMs: EpochMs;
  toMs: EpochMs;
  /** Who arranged it while the daemon ran, and why. */
  by?: string;
  comment?: string;
}>;

/** Who is on call when. */
export type Schedule = Readonly<{
  id: string;
  title: string;
  timeZone: string;
  /** The one that decides comes first. */
  layers: readonly Rotation[];
  /** The one that decides comes first. */
  overrides: readonly Span[];
  shadows: readonly Span[];
  /** References of those who hear of a change of the person on call. */
  handover: readonly string[];
}>;

export type Schedules = ReadonlyMap<string, Schedule>;

/** Who is on call at a moment. */
export type OnCall = Readonly<{
  /** Ids: the person on call, then those whose turns come next; empty when nobody is. */
  order: readonly string[];
  /** People who get copies. */
  shadows: readonly string[];
  /** Until then nothing of this changes; infinite when it never does. */
  untilMs: EpochMs;
}>;

/** A row of time in which the same person is on call; undefined: nobody is. */
export type Shift = Readonly<{ person: string | undefined; fromMs: EpochMs; untilMs: EpochMs }>;

const mostChanges = 5000;

/** Opens the section `schedules`; `timeZone` counts where a schedule names none. */
export function openSchedules(
  config: SchedulesConfig,
  timeZone: string,
  intervals: ReadonlyMap<string, IntervalAt>,
): Schedules {
  return new Map(Object.entries(config).map(([id, each]) => [id, openSchedule(id, each, timeZone, intervals)]));
}

function openSchedule(
  id: string,
  config: SchedulesConfig[string],
  ownZone: string,
  intervals: ReadonlyMap<string, IntervalAt>,
): Schedule {
  const timeZone = config.time_zone ?? ownZone;
  const { members = [] } = config;
  const rotations = config.layers === undefined ? [{ ...config, members }] : Object.values(config.layers);
  const span = ({ person, from, to }: (typeof config.shadows)[number]): Span => ({
    person,
    fromMs: from === undefined ? Number.NEGATIVE_INFINITY : instantOfWall(from, timeZone),
    toMs: to === undefined ? Number.POSITIVE_INFINITY : instantOfWall(to, timeZone),
  });
  return {
    id,
    title: config.title ?? id,
    timeZone,
    layers: rotations.map((rotation) => openRotation(rotation, timeZone, intervals)).toReversed(),
    overrides: config.overrides.map(span).toReversed(),
    shadows: config.shadows.map(span),
    handover: config.handover,
  };
}

/** The schedules with exceptions that were made to them while the daemon ran; these decide over those of the config. */
export function withOverrides(schedules: Schedules, overrides: readonly OncallOverride[]): Schedules {
  if (overrides.length === 0) return schedules;
  const bySchedule = Map.groupBy(overrides, ({ schedule }) => schedule);
  return new Map(
    [...schedules].map(([id, schedule]) => {
      const own = bySchedule.get(id) ?? [];
      return [id, { ...schedule, overrides: [...own, ...schedule.overrides] }];
    }),
  );
}

/** The exception that somebody made by which a person is on call at a moment, and who would be without it; undefined when none holds. */
export function arrangedAt(
  schedule: Schedule,
  atMs: EpochMs,
): Readonly<{ by: string; comment?: string; person: string; instead: string | undefined }> | undefined {
  const span = schedule.overrides.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (span?.by === undefined) return undefined;
  const { by, comment, person } = span;
  const others = { ...schedule, overrides: schedule.overrides.filter((each) => each !== span) };
  const [instead] = onCallAt(others, atMs).order;
  return { by, person, instead, ...(comment === undefined ? {} : { comment }) };
}

/** Who is on call at a moment: the override that holds, else the last layer that counts; next come the turns of that layer and the others below. */
export function onCallAt({ layers, overrides, shadows }: Schedule, nowMs: EpochMs): OnCall {
  const holds = ({ fromMs, toMs }: Span): boolean => fromMs <= nowMs && nowMs < toMs;
  const turns = layers.map((layer) => ({ layer, at: turnAt(layer, nowMs) }));
  const rotating = turns.flatMap(({ layer, at }) => (at.turn === undefined ? [] : [orderFrom(layer, at.turn)]));
  const override = overrides.find(holds);
  // Who is replaced is away: the others come first.
  const [replaced, ...others] = rotating[0] ?? [];
  const order =
    override === undefined
      ? rotating.flat()
      : [override.person, ...others, ...rotating.slice(1).flat(), ...(replaced === undefined ? [] : [replaced])];
  const edges = [...overrides, ...shadows].flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const changes = [...turns.map(({ at }) => at.untilMs), ...edges.filter((edgeMs) => edgeMs > nowMs)];
  return {
    order: [...new Set(order)],
    shadows: [...new Set(shadows.filter(holds).map(({ person }) => person))],
    untilMs: Math.min(Number.POSITIVE_INFINITY, ...changes),
  };
}

/** The shifts of a span of time in their order; neighbours have different people, and what is nobody's is there, too. */
export function shiftsBetween(schedule: Schedule, fromMs: EpochMs, toMs: EpochMs): readonly Shift[] {
  const shifts: Shift[] = [];
  let atMs = fromMs;
  for (let changes = 0; atMs < toMs && changes < mostChanges; changes += 1) {
    const { order, untilMs } = onCallAt(schedule, atMs);
    const last = shifts.at(-1);
    const endMs = Math.min(untilMs, toMs);
    if (last !== undefined && last.person === order[0]) shifts[shifts.length - 1] = { ...last, untilMs: endMs };
    else shifts.push({ person: order[0], fromMs: atMs, untilMs: endMs });
    atMs = untilMs;
  }
  return shifts;
}

/** The spans in which nobody is on call. */
export function gapsBetween(schedule: Schedule, fromMs: EpochMs, toMs: EpochMs): readonly Shift[] {
  return shiftsBetween(schedule, fromMs, toMs).filter(({ person }) => person === undefined);
}
