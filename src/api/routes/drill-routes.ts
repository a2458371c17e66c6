import { z } from "zod";
import { type DrillOutcome, endDrill, startDrill } from "../../alerting/drills/drill-actions.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import { severitySchema } from "../../core/schema/severity-schema.ts";
import { durationSchema } from "../../core/time/duration.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime, readBody } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

const bySchema = z.string().trim().min(1, "say who does this").max(100);
const startSchema = z.strictObject({
  name: idSchema,
  by: bySchema,
  severity: severitySchema.default("critical"),
  lasts: durationSchema({ minMs: 60_000, maxMs: 86_400_000 }).optional(),
});
const endSchema = z.strictObject({ name: idSchema, by: bySchema });

const row = { surfaces: ["admin"], auth: "admin", methods: ["POST"], body: "json" } as const;

/** Drills: the whole chain to a person, every text marked. */
export const drillRoutes: readonly RouteSpec[] = [
  { ...row, path: "/api/v1/drills/start", handle: start },
  { ...row, path: "/api/v1/drills/end", handle: end },
];

async function start({ body }: ApiRequest, { perform }: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(startSchema, body);
  if (!parsed.ok) return parsed.answer;
  const { lasts, ...wish } = parsed.value;
  return answerOf(await perform(startDrill({ ...wish, ...(lasts === undefined ? {} : { lastsMs: lasts }) })));
}

async function end({ body }: ApiRequest, { perform }: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(endSchema, body);
  if (!parsed.ok) return parsed.answer;
  return answerOf(await perform(endDrill(parsed.value.name, parsed.value.by)));
}

function answerOf(outcome: DrillOutcome): ApiAnswer {
  if (!outcome.ok) return errorAnswer(outcome.problem === "unknown" ? 404 : 422, outcome.problem, outcome.message);
  const { name, policy, untilMs, heldBy, missed } = outcome;
  const held = heldBy === undefined ? {} : { held_by: heldBy };
  return jsonAnswer(200, { name, ...(policy === "" ? {} : { policy, missed }), until: isoTime(untilMs), ...held });
}
