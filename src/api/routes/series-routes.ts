import { z } from "zod";
import { matcherSchema } from "../../alerting/routing/matcher-schema.ts";
import { aggregates } from "../../core/checks/series.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { readBody } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

const mostQueries = 200;
const mostSteps = 1000;
const mostSeries = 50_000;

const querySchema = z
  .strictObject({
    metric: z.string().min(1).max(200),
    matchers: z.array(matcherSchema).max(50),
    fromMs: z.int(),
    toMs: z.int(),
    stepMs: z.int().min(60_000),
    aggregate: z.enum(aggregates),
  })
  .refine(({ fromMs, toMs, stepMs }) => fromMs < toMs && (toMs - fromMs) / stepMs <= mostSteps, {
    message: `asks for no time, or for more than ${mostSteps} steps`,
  });
const bodySchema = z.strictObject({ queries: z.array(querySchema).min(1).max(mostQueries) });

/** Stored series, as rules ask for them. */
export const seriesRoutes: readonly RouteSpec[] = [
  { path: "/api/v1/series", methods: ["POST"], surfaces: ["admin"], auth: "admin", body: "json", handle: series },
];

async function series({ body }: ApiRequest, { history }: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(bodySchema, body);
  if (!parsed.ok) return parsed.answer;
  const answers = await history.series(parsed.value.queries);
  const found = answers.reduce((sum, each) => sum + each.length, 0);
  if (found > mostSeries)
    return errorAnswer(422, "limit", `That is ${found} series at once, more than ${mostSeries}; ask for less.`);
  return jsonAnswer(200, { series: answers });
}
