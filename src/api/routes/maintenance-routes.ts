import { z } from "zod";
import {
  endMaintenance,
  type MaintenanceOutcome,
  type MaintenanceWish,
  startMaintenance,
} from "../../alerting/maintenance/maintenance-actions.ts";
import { readMatchers } from "../../alerting/routing/read-matchers.ts";
import type { MaintenanceScope } from "../../core/alerting/maintenance.ts";
import { formatMatcher } from "../../core/matching/matcher.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import { durationSchema } from "../../core/time/duration.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime, readBody } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

const matchersSchema = z.array(z.string().max(8192)).max(64);
const who = { by: z.string().trim().min(1, "say who does this").max(200) };
const startSchema = z.strictObject({
  name: idSchema,
  services: z.array(idSchema).min(1).max(100).optional(),
  matchers: matchersSchema.optional(),
  neverMute: matchersSchema.optional(),
  lasts: durationSchema({ minMs: 60_000, maxMs: 31 * 86_400_000 }).optional(),
  comment: z.string().trim().max(2000).optional(),
  ...who,
});
const endSchema = z.strictObject({ name: idSchema, ...who });
const defaultNeverMute = ["tier=business", "severity=critical"];

const row = { surfaces: ["admin"], auth: "admin" } as const;
const pipelineRow = { surfaces: ["admin", "push"], auth: "pipeline", body: "json" } as const;

/** Maintenance that people and pipelines begin and end. */
export const maintenanceRoutes: readonly RouteSpec[] = [
  { ...row, methods: ["GET", "HEAD"], path: "/api/v1/maintenance", body: "none", handle: list },
  { ...pipelineRow, methods: ["POST"], path: "/api/v1/maintenance/start", handle: start },
  { ...pipelineRow, methods: ["POST"], path: "/api/v1/maintenance/end", handle: end },
];

function list(_: ApiRequest, { alerting }: ApiDependencies): ApiAnswer {
  const runs = alerting().maintenance.toSorted((a, b) => a.plannedEndMs - b.plannedEndMs);
  const maintenance = runs.map(({ id, title, startedAtMs, plannedEndMs, byCommand, by, comment, scope }) => ({
    name: id,
    title,
    startedAt: isoTime(startedAtMs),
    endsAt: isoTime(plannedEndMs),
    origin: byCommand ? "command" : "config",
    ...scopeWords(scope),
    ...(by === undefined ? {} : { by }),
    ...(comment === undefined ? {} : { comment }),
  }));
  return jsonAnswer(200, { maintenance });
}

function scopeWords(scope: MaintenanceScope | undefined): object {
  if (scope === undefined) return {};
  const { services, matchers, neverMute } = scope;
  return {
    ...(services === undefined ? {} : { services }),
    matchers: matchers.map(formatMatcher),
    neverMute: neverMute.map(formatMatcher),
  };
}

async function start({ body }: ApiRequest, { perform }: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(startSchema, body);
  if (!parsed.ok) return parsed.answer;
  const wish = wishOf(parsed.value);
  return typeof wish === "string" ? errorAnswer(422, "invalid", wish) : answerOf(await perform(startMaintenance(wish)));
}

async function end({ body }: ApiRequest, { perform }: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(endSchema, body);
  if (!parsed.ok) return parsed.answer;
  return answerOf(await perform(endMaintenance(parsed.value.name, parsed.value.by)));
}

/** A sentence when a matcher cannot be read. */
function wishOf(asked: z.output<typeof startSchema>): MaintenanceWish | string {
  const { name, by, comment, lasts, services, matchers, neverMute } = asked;
  const rest = {
    name,
    by,
    ...(lasts === undefined ? {} : { lastsMs: lasts }),
    ...(comment === undefined || comment === "" ? {} : { comment }),
  };
  if (services === undefined && matchers === undefined && neverMute === undefined) return rest;
  const wanted = readMatchers(matchers ?? []);
  if (!wanted.ok) return wanted.problem;
  const spared = readMatchers(neverMute ?? defaultNeverMute);
  if (!spared.ok) return spared.problem;
  const named = services ?? (matchers === undefined ? [name] : undefined);
  const scope = { matchers: wanted.value, neverMute: spared.value };
  return { ...rest, scope: named === undefined ? scope : { ...scope, services: named } };
}

function answerOf(outcome: MaintenanceOutcome): ApiAnswer {
  if (!outcome.ok) return errorAnswer(outcome.problem === "unknown" ? 404 : 422, outcome.problem, outcome.message);
  const { did, id, untilMs, message } = outcome;
  return jsonAnswer(200, { name: id, did, ...(untilMs === undefined ? {} : { endsAt: isoTime(untilMs) }), message });
}
