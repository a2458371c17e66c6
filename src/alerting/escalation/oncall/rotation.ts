import type { EpochMs } from "../../../core/time/time.ts";
import { instantOfWall, type WallMs, wallTimeOf } from "../../../core/time/wall-time.ts";
import type { TimetableState } from "../../muting/timetable.ts";
import { handoffOf, type RotationConfig, turnMs } from "./rotation-schema.ts";

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
/** 1970-01-05, the first Monday that there is. */
const firstMondayMs: WallMs = 4 * dayMs;

/** A named span of time: whether a moment lies in it, and until when that stays so. */
export type IntervalAt = (nowMs: EpochMs) => TimetableState;

/** People who take turns by the wall clock of a zone. */
export type Rotation = Readonly<{
  members: readonly string[];
  timeZone: string;
  everyMs: number;
  /** Wall time at which the first member's turn begins. */
  firstMs: WallMs;
  /** One of these has to hold; none: always. */
  only: readonly IntervalAt[];
}>;

/** Whose turn it is, and until when that is so; `turn` is undefined while the rotation does not count. */
export type TurnAt = Readonly<{ turn: number | undefined; untilMs: EpochMs }>;

/** Opens a rotation of the config; time intervals that are not there hold nothing. */
export function openRotation(
  config: RotationConfig,
  timeZone: string,
  intervals: ReadonlyMap<string, IntervalAt>,
): Rotation {
  const everyMs = turnMs(config);
  const { day = 0, timeMs } = handoffOf(config);
  const anyMs = firstMondayMs + day * dayMs + timeMs;
  const periodMs = everyMs % weekMs === 0 ? weekMs : Math.min(everyMs, dayMs);
  const endOfStartDayMs = config.starts === undefined ? undefined : config.starts + dayMs - 1;
  const firstMs =
    endOfStartDayMs === undefined ? anyMs : anyMs + Math.floor((endOfStartDayMs - anyMs) / periodMs) * periodMs;
  const only = (config.only ?? []).map(
    (name): IntervalAt => intervals.get(name) ?? (() => ({ isWithin: false, untilMs: Number.POSITIVE_INFINITY })),
  );
  return { members: config.members, timeZone, everyMs, firstMs, only };
}

/** The turn at a moment, counted from the first member's first: an instant belongs to the last turn that has begun. */
export function turnAt(rotation: Rotation, nowMs: EpochMs): TurnAt {
  const { everyMs, firstMs, timeZone, only } = rotation;
  const states = only.map((state) => state(nowMs));
  const inside = states.filter(({ isWithin }) => isWithin);
  if (only.length > 0 && inside.length === 0)
    return { turn: undefined, untilMs: Math.min(...states.map(({ untilMs }) => untilMs)) };
  const startOf = (turn: number): EpochMs => instantOfWall(firstMs + turn * everyMs, timeZone);
  let turn = Math.floor((wallTimeOf(nowMs, timeZone) - firstMs) / everyMs);
  // Where a change of the clocks lies between, the wall clock alone may be a turn off.
  while (startOf(turn + 1) <= nowMs) turn += 1;
  while (startOf(turn) > nowMs) turn -= 1;
  const untilMs = Math.min(startOf(turn + 1), ...inside.map((state) => state.untilMs));
  return { turn, untilMs };
}

/** The members in the order in which their turns come, the one whose turn it is first. */
export function orderFrom({ members }: Rotation, turn: number): readonly string[] {
  const index = ((turn % members.length) + members.length) % members.length;
  return [...members.slice(index), ...members.slice(0, index)];
}
