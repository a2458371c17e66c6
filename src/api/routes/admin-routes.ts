import type { ApiDependencies } from "../api-dependencies.ts";
import { overviewOf } from "../overview.ts";
import { type ApiAnswer, errorAnswer, jsonAnswer, type RouteSpec, textAnswer } from "../route-spec.ts";

const mostProblems = 1000;

/** What operators and the command line ask for. */
export const adminRoutes: readonly RouteSpec[] = [
  {
    methods: ["POST"],
    path: "/-/reload",
    surfaces: ["admin"],
    auth: "lifecycle",
    body: "none",
    handle: (_, dependencies) => reload(dependencies),
  },
  {
    methods: ["POST"],
    path: "/-/quit",
    surfaces: ["admin"],
    auth: "lifecycle_only",
    body: "none",
    handle(_, dependencies) {
      dependencies.quit();
      return textAnswer(200, "Watchfire is stopping.");
    },
  },
  {
    methods: ["GET", "HEAD"],
    path: "/api/v1/status",
    surfaces: ["admin"],
    auth: "admin",
    body: "none",
    handle: (_, dependencies) => jsonAnswer(200, statusOf(dependencies)),
  },
  {
    methods: ["GET", "HEAD"],
    path: "/api/v1/config/running",
    surfaces: ["admin"],
    auth: "admin",
    body: "none",
    handle: (_, dependencies) => jsonAnswer(200, dependencies.runningConfig()),
  },
  {
    methods: ["GET", "HEAD"],
    path: "/api/v1/host",
    surfaces: ["admin"],
    auth: "admin",
    body: "none",
    handle: (_, dependencies) => jsonAnswer(200, dependencies.host()),
  },
];

async function reload(dependencies: ApiDependencies): Promise<ApiAnswer> {
  const outcome = await dependencies.reload();
  if (outcome.ok) return jsonAnswer(200, { summary: outcome.summary });
  const answer = errorAnswer(422, "config_invalid", "The config does not load; the old one stays.");
  return jsonAnswer(answer.status, { ...(JSON.parse(String(answer.body)) as object), problems: outcome.problems });
}

/** What is wrong now, for `watchfire status`. */
function statusOf(dependencies: ApiDependencies): object {
  const { timeZone, ...facts } = dependencies.overview();
  const { tiers, ...overview } = overviewOf({ timeZone, ...facts }, dependencies.clock.now());
  const problems = tiers.flatMap((tier) => tier.subjects.filter((subject) => subject.state !== "up"));
  return {
    version: dependencies.version,
    timeZone,
    ...overview,
    tiers: tiers.map(({ tier, counts }) => ({ tier, counts })),
    problems: problems.slice(0, mostProblems),
    problemsLeftOut: Math.max(0, problems.length - mostProblems),
  };
}
