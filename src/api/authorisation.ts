import type { FastifyRequest } from "fastify";
import type { ApiDependencies } from "./api-dependencies.ts";
import { type ApiAnswer, errorAnswer, notFound } from "./route-spec.ts";
import { isBearerOf } from "./secret-tokens.ts";

/** Refuses who may not call the route; notes on the request whom a push token belongs to. */
export function authorise(
  request: FastifyRequest,
  isLifecycleOn: boolean,
  dependencies: ApiDependencies,
): ApiAnswer | undefined {
  const auth = request.routeOptions.config.spec?.auth;
  switch (auth) {
    case "none":
    case "link":
      return undefined;
    case "push":
      request.pushSubject = dependencies.pushTokens.subjectOf((request.params as { token?: string }).token ?? "");
      return request.pushSubject === undefined ? notFound : undefined;
    case "pipeline":
      return isBearerOf(request.headers.authorization, dependencies.pipelineToken)
        ? undefined
        : refuseWithoutToken(request, dependencies);
    case "admin":
      return refuseWithoutToken(request, dependencies);
    case "lifecycle":
      return isLifecycleOn ? undefined : refuseWithoutToken(request, dependencies);
    case "lifecycle_only":
      return isLifecycleOn
        ? undefined
        : errorAnswer(403, "lifecycle_off", "This needs `lifecycle: true` in the `server` section of the config.");
    case undefined:
      return notFound;
  }
}

function refuseWithoutToken(request: FastifyRequest, { adminToken }: ApiDependencies): ApiAnswer | undefined {
  if (isBearerOf(request.headers.authorization, adminToken)) return undefined;
  const answer = errorAnswer(
    401,
    "unauthorised",
    "Send the admin token as `Authorization: Bearer …`; it is in the file admin.token of the data directory.",
  );
  return { ...answer, headers: { "www-authenticate": 'Bearer realm="watchfire"' } };
}
