import type { RulePack } from "../../../src/core/alerting/rule-pack.ts";
import type { Labels } from "../../../src/core/labels.ts";
import type { EpochMs } from "../../../src/core/time/time.ts";
import { MemorySeries } from "../fakes/memory-series.ts";
import { AlertingWorld, alertingConfigOf } from "./alerting-world.ts";

const minuteMs = 60_000;
export const hours = 60;

/** One series through time: its value at each minute, undefined where it has none. */
export type Course = Readonly<{
  metric: string;
  labels: Labels;
  kind: "gauge" | "counter";
  at(minute: number): number | undefined;
}>;

/** What a rule has to say about some courses. */
export type PackCase = Readonly<{ minutes: number; courses: readonly Course[] }>;
export type PackCases = Readonly<Record<string, Readonly<{ fires: PackCase; as: string; silent: PackCase }>>>;

const machine: Labels = { check: "m1", tier: "os", instance: "m1:9100", env: "production", location: "default" };

/** A value that stands, or moves by the minute. */
export function gauge(metric: string, value: number | Course["at"], labels: Labels = {}): Course {
  const at = typeof value === "number" ? () => value : value;
  return { metric, labels: { ...labels, ...machine }, kind: "gauge", at };
}

/** A counter that grows by so much a second, from 100 on. */
export function counter(metric: string, perSecond: number | ((minute: number) => number), labels: Labels = {}): Course {
  let total = 100;
  let known = -1;
  const at = (minute: number): number => {
    for (; known < minute; known += 1) total += 60 * (typeof perSecond === "number" ? perSecond : perSecond(known + 1));
    return total;
  };
  return { metric, labels: { ...labels, ...machine }, kind: "counter", at };
}

/** Plays courses minute by minute to some rules of a pack, as the daemon would; returns what was firing after each minute, as `rule severity`. */
export function playPack(
  pack: RulePack,
  ids: readonly string[],
  { minutes, courses }: PackCase,
): readonly (readonly string[])[] {
  const rules = Object.fromEntries(ids.map((id) => [id, pack.rules[id]?.block]));
  const world = new AlertingWorld(alertingConfigOf([], { rules }));
  const startMs = world.nowMs;
  const series = new MemorySeries({ now: () => world.nowMs });
  const said: (readonly string[])[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    const atMs = startMs + minute * minuteMs;
    series.append(courses.flatMap((course) => pointOf(course, minute, atMs)));
    world.nowMs = atMs + minuteMs + 6000;
    for (const { rule, queries } of world.engine.dueQueries(world.nowMs)) {
      const inputs = queries.map((query) => series.query(query));
      world.apply(world.engine.onRuleInputs(rule, inputs, world.nowMs));
    }
    said.push(firing(world));
  }
  return said;
}

function pointOf({ metric, labels, kind, at }: Course, minute: number, atMs: EpochMs) {
  const value = at(minute);
  if (value === undefined) return [];
  return [{ metric, labels, kind, value, atMs, series: `${metric}${JSON.stringify(labels)}` }];
}

function firing(world: AlertingWorld): readonly string[] {
  return world.engine
    .snapshot()
    .alerts.filter((alert) => alert.status === "firing")
    .map(({ labels }) => `${labels["alertname"]} ${labels["severity"]}`)
    .sort();
}
