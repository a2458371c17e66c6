import { z } from "zod";
import {
  type OverrideOutcome,
  removeOverride,
  setOverride,
} from "../../alerting/escalation/oncall/override-actions.ts";
import { gapsBetween, onCallAt, type Schedule, shiftsBetween } from "../../alerting/escalation/oncall/schedule.ts";
import { confirmAddress } from "../../alerting/escalation/people/confirm-address.ts";
import type { OncallOverride } from "../../core/alerting/oncall-override.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import { parseDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { instantOfWall } from "../../core/time/wall-time.ts";
import { wallTimeSchema } from "../../core/time/wall-time-schema.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime, readBody } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

/** Who was called last night may say so tomorrow. */
const rememberedMs = 7 * 86_400_000;
const mostRemembered = 500;
const lookAheadMs = 28 * 86_400_000;
const by = z.string().trim().min(1, "say who does this").max(100);
const moment = z.string().trim().min(1).max(40);
const setSchema = z.strictObject({
  schedule: idSchema,
  person: idSchema,
  from: moment.optional(),
  until: moment,
  comment: z.string().trim().min(1).max(1000).optional(),
  by,
});
const removeSchema = z.strictObject({ by });
const confirmSchema = z.strictObject({
  person: idSchema,
  receiver: idSchema,
  by,
  via: z.enum(["api", "cli"]).default("api"),
});

const row = { surfaces: ["admin"], auth: "admin" } as const;
const get = { ...row, methods: ["GET", "HEAD"], body: "none" } as const;
const post = { ...row, methods: ["POST"], body: "json" } as const;

/** Who is on call, and the exceptions that people make to the schedules. */
export const oncallRoutes: readonly RouteSpec[] = [
  { ...get, path: "/api/v1/oncall", handle: oncall },
  { ...get, path: "/api/v1/oncall/overrides", handle: list },
  { ...post, path: "/api/v1/oncall/overrides", handle: set },
  { ...post, path: "/api/v1/oncall/overrides/:id/remove", handle: remove },
  { ...get, path: "/api/v1/oncall/unconfirmed", handle: listUnconfirmed },
  { ...post, path: "/api/v1/oncall/confirmations", handle: confirm },
];

/** Who is on call now and next on each schedule, and when nobody is within four weeks. */
function oncall({ query }: ApiRequest, dependencies: ApiDependencies): ApiAnswer {
  const { schedules } = dependencies.escalation();
  const asked = query.get("schedule");
  if (asked !== null && !schedules.has(asked)) return errorAnswer(404, "unknown", `There is no schedule "${asked}".`);
  const wanted = [...schedules.values()].filter(({ id }) => asked === null || id === asked);
  return jsonAnswer(200, { schedules: wanted.map((schedule) => shownSchedule(schedule, dependencies)) });
}

function shownSchedule(schedule: Schedule, dependencies: ApiDependencies): object {
  const nowMs = dependencies.clock.now();
  const { order, shadows } = onCallAt(schedule, nowMs);
  const [current, next] = shiftsBetween(schedule, nowMs, nowMs + lookAheadMs);
  const named = (id: string): object => ({ id, title: titleOf(dependencies, id) });
  return {
    id: schedule.id,
    title: schedule.title,
    timeZone: schedule.timeZone,
    order: order.map(named),
    shadows: shadows.map(named),
    ...(current === undefined ? {} : { until: isoTime(current.untilMs) }),
    ...(next?.person === undefined ? {} : { next: { ...named(next.person), from: isoTime(next.fromMs) } }),
    overrides: presentOf(dependencies)
      .filter((override) => override.schedule === schedule.id)
      .map((override) => shown(override, dependencies)),
    unconfirmed: dependencies.unconfirmed().filter(({ person }) => order.includes(person)),
    gaps: gapsBetween(schedule, nowMs, nowMs + lookAheadMs)
      .slice(0, 20)
      .map(({ fromMs, untilMs }) => ({ from: isoTime(fromMs), until: isoTime(untilMs) })),
  };
}

/** Exceptions that go on or are still to come, the soonest first; those of the config have no id. */
function list(_: ApiRequest, dependencies: ApiDependencies): ApiAnswer {
  return jsonAnswer(200, { overrides: presentOf(dependencies).map((override) => shown(override, dependencies)) });
}

async function set({ body }: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(setSchema, body);
  if (!parsed.ok) return parsed.answer;
  const { schedule, person, from, until, comment, by: who } = parsed.value;
  const timeZone = dependencies.escalation().schedules.get(schedule)?.timeZone ?? dependencies.timeZone();
  const nowMs = dependencies.clock.now();
  const fromMs = from === undefined ? nowMs : momentOf(from, timeZone, nowMs);
  if (fromMs === undefined) return unreadable("from", from ?? "");
  const toMs = momentOf(until, timeZone, fromMs);
  if (toMs === undefined) return unreadable("until", until);
  const wish = { schedule, person, fromMs, toMs, by: who, ...(comment === undefined ? {} : { comment }) };
  return answerOf(await dependencies.perform(setOverride(wish)), dependencies);
}

async function remove({ body, params }: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(removeSchema, body);
  if (!parsed.ok) return parsed.answer;
  return answerOf(await dependencies.perform(removeOverride(params["id"] ?? "", parsed.value.by)), dependencies);
}

/** People by whose own addresses (a telephone, a mailbox) nobody was ever reached. */
function listUnconfirmed(_: ApiRequest, dependencies: ApiDependencies): ApiAnswer {
  return jsonAnswer(200, { people: dependencies.unconfirmed() });
}

async function confirm({ body }: ApiRequest, { perform, incidents, clock }: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(confirmSchema, body);
  if (!parsed.ok) return parsed.answer;
  const fromMs = clock.now() - rememberedMs;
  const over = (await incidents(mostRemembered)).filter(({ resolvedAtMs = 0 }) => resolvedAtMs >= fromMs);
  const outcome = await perform(confirmAddress({ ...parsed.value, over }));
  if (!outcome.ok) return errorAnswer(outcome.problem === "unknown" ? 404 : 422, outcome.problem, outcome.message);
  return jsonAnswer(200, { message: outcome.message });
}

/** A wall time of the schedule, a moment in ISO 8601 with its zone, or a duration after `baseMs`. */
function momentOf(text: string, timeZone: string, baseMs: EpochMs): EpochMs | undefined {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined) return baseMs + durationMs;
  const wall = wallTimeSchema.safeParse(text);
  if (wall.success) return instantOfWall(wall.data, timeZone);
  const iso = z.iso.datetime({ offset: true }).safeParse(text);
  return iso.success ? Date.parse(iso.data) : undefined;
}

function unreadable(key: string, text: string): ApiAnswer {
  const message = `${key}: "${text}" is no moment; write a day and a time of the schedule's clock ("2026-12-24 10:00"), a day, or a duration ("8h")`;
  return errorAnswer(422, "invalid", message);
}

function answerOf(outcome: OverrideOutcome, dependencies: ApiDependencies): ApiAnswer {
  if (!outcome.ok) return errorAnswer(outcome.problem === "unknown" ? 404 : 422, outcome.problem, outcome.message);
  return jsonAnswer(200, { ...shown(outcome.override, dependencies), message: outcome.message });
}

/** An exception that somebody made, or one of the config, which has neither an id nor an author. */
type Exception = Pick<OncallOverride, "schedule" | "person" | "fromMs" | "toMs"> & Partial<OncallOverride>;

function presentOf({ alerting, escalation, clock }: ApiDependencies): readonly Exception[] {
  const nowMs = clock.now();
  const written = [...escalation().schedules.values()].flatMap(({ id: schedule, overrides }) =>
    overrides
      .filter(({ by: author }) => author === undefined)
      .map(({ person, fromMs, toMs }): Exception => ({ schedule, person, fromMs, toMs })),
  );
  return [...alerting().overrides, ...written]
    .filter(({ toMs }) => toMs > nowMs)
    .toSorted((a, b) => a.fromMs - b.fromMs || ((a.id ?? "") < (b.id ?? "") ? -1 : 1));
}

function shown({ fromMs, toMs, person, ...rest }: Exception, dependencies: ApiDependencies): object {
  return {
    ...rest,
    person: { id: person, title: titleOf(dependencies, person) },
    from: isoTime(fromMs),
    until: isoTime(toMs),
  };
}

function titleOf({ escalation }: ApiDependencies, person: string): string {
  return escalation().people.get(person)?.contact.title ?? person;
}
