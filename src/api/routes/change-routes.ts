import { z } from "zod";
import { type ChangeWish, reportChange } from "../../alerting/changes/change-actions.ts";
import type { ReportedChange } from "../../core/alerting/reported-change.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime, momentSchema, readBody } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

const mostShown = 200;

const changeSchema = z.strictObject({
  text: z.string().trim().min(1, "say what was changed").max(200),
  services: z.array(idSchema).min(1).max(100).optional(),
  link: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  at: momentSchema.optional(),
  by: z.string().trim().min(1, "say who changed it").max(200),
});

const path = "/api/v1/changes";

/** Changes that people and pipelines report, such as deployments. */
export const changeRoutes: readonly RouteSpec[] = [
  { path, methods: ["GET", "HEAD"], surfaces: ["admin"], auth: "admin", body: "none", handle: list },
  { path, methods: ["POST"], surfaces: ["admin", "push"], auth: "pipeline", body: "json", handle: report },
];

/** The newest first; with `service`, those that may touch it. */
function list({ query }: ApiRequest, { alerting }: ApiDependencies): ApiAnswer {
  const service = query.get("service");
  const wanted = alerting().changes.filter(
    ({ services }) => service === null || services === undefined || services.includes(service),
  );
  return jsonAnswer(200, { changes: wanted.slice(0, mostShown).map(shown) });
}

async function report({ body }: ApiRequest, { clock, perform }: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(changeSchema, body);
  if (!parsed.ok) return parsed.answer;
  const { text, services, link, at, by } = parsed.value;
  const wish: ChangeWish = {
    atMs: at ?? clock.now(),
    text,
    by,
    ...(services === undefined ? {} : { services }),
    ...(link === undefined ? {} : { link }),
  };
  const outcome = await perform(reportChange(wish));
  if (outcome.ok) return jsonAnswer(200, shown(outcome.change));
  return errorAnswer(outcome.problem === "unknown" ? 404 : 422, outcome.problem, outcome.message);
}

function shown({ id, atMs, text, services, link, by }: ReportedChange): object {
  return {
    id,
    at: isoTime(atMs),
    text,
    ...(services === undefined ? {} : { services }),
    ...(link === undefined ? {} : { link }),
    by,
  };
}
