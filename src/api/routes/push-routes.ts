import type { Arrival } from "../../core/ports/inbox.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, notFound, type RouteSpec, textAnswer } from "../route-spec.ts";

const exitCodeForm = /^(?:0|[1-9]\d{0,2})$/;
const largestExitCode = 255;

// Generous for a busy job, and far below what could fill an inbox.
const limit = { count: 120, perMs: 60_000 } as const;

/** Where jobs and programs send heartbeats and values. */
export const pushRoutes: readonly RouteSpec[] = [
  {
    methods: ["GET", "HEAD", "POST"],
    path: "/ping/:token",
    surfaces: ["push"],
    auth: "push",
    body: "ignored",
    limit,
    handle: (request, dependencies) => deliver(request, dependencies, { signal: "success" }),
  },
  {
    methods: ["GET", "HEAD", "POST"],
    path: "/ping/:token/:signal",
    surfaces: ["push"],
    auth: "push",
    body: "ignored",
    limit,
    handle(request, dependencies) {
      const arrival = signalOf(request.params["signal"] ?? "");
      return arrival === undefined ? notFound : deliver(request, dependencies, arrival);
    },
  },
  {
    methods: ["POST"],
    path: "/api/push/:token",
    surfaces: ["push"],
    auth: "push",
    body: "json",
    limit,
    handle(request, dependencies) {
      const { body } = request;
      if (body === undefined || body === null || typeof body !== "object") {
        return errorAnswer(400, "body", "Send a JSON object or a list of objects.");
      }
      return deliver(request, dependencies, { signal: "values", body });
    },
  },
];

function signalOf(text: string): Omit<Arrival, "atMs"> | undefined {
  if (text === "start" || text === "fail") return { signal: text };
  const exitCode = exitCodeForm.test(text) ? Number(text) : Number.NaN;
  if (!(exitCode <= largestExitCode)) return undefined;
  return { signal: exitCode === 0 ? "success" : "fail", exitCode };
}

function deliver(
  { push }: ApiRequest,
  { clock, deliverPush }: ApiDependencies,
  arrival: Omit<Arrival, "atMs">,
): ApiAnswer {
  if (push === undefined) return notFound;
  const outcome = deliverPush(push, { ...arrival, atMs: clock.now() });
  if (outcome === "accepted") return textAnswer(200, "OK");
  const answer = errorAnswer(
    503,
    "busy",
    "The check cannot take this now: it starts, or has more than it can look at; send it again in a moment.",
  );
  return { ...answer, headers: { "retry-after": "10" } };
}
