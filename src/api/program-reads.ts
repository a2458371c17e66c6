import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { answerOfError, limitAnswerTime, requestOf } from "./answering.ts";
import type { ApiDependencies } from "./api-dependencies.ts";
import type { Guards, RequestHead } from "./guards.ts";
import type { ApiAnswer, RouteSpec } from "./route-spec.ts";

/**
 * Answers plain reads of what programs read before fastify sees them: its hooks and replies cost as much as half a light probe.
 * Whatever the guards would refuse goes on to fastify, which refuses it, so that there is one way to be refused.
 */
export function answerProgramsFirst(
  server: Server,
  table: readonly RouteSpec[],
  guards: Guards,
  dependencies: ApiDependencies,
): void {
  const specs = new Map(table.filter(isPlain).map((spec) => [spec.path, spec]));
  const listeners = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    const head = headOf(request);
    const spec = head.method === "GET" ? specs.get(pathOf(head.url)) : undefined;
    // A server that closes refuses, too.
    if (spec === undefined || !server.listening || guards.refuse(head, spec) !== undefined) {
      for (const listener of listeners) listener(request, response);
      return;
    }
    limitAnswerTime(response, spec, dependencies.clock);
    void answer(head, spec, dependencies).then((given) => write(response, given));
  });
}

/** Open to everybody, without limits or parts of its path that mean something: there is nothing to decide but what guards do. */
function isPlain({ readBy, auth, limit, body, path }: RouteSpec): boolean {
  return readBy === "programs" && auth === "none" && limit === undefined && body === "none" && !path.includes(":");
}

function headOf({ method = "", url = "", headers }: IncomingMessage): RequestHead {
  return { method, url, headers };
}

function pathOf(url: string): string {
  const end = url.indexOf("?");
  return end < 0 ? url : url.slice(0, end);
}

async function answer(head: RequestHead, spec: RouteSpec, dependencies: ApiDependencies): Promise<ApiAnswer> {
  try {
    return await spec.handle({ ...requestOf(head), params: {}, body: undefined, push: undefined }, dependencies);
  } catch (error) {
    return answerOfError(error, spec.path, dependencies);
  }
}

function write(response: ServerResponse, { status, contentType, body, headers }: ApiAnswer): void {
  const whole = typeof body === "string" ? body : Buffer.concat(body);
  const lengthBytes = Buffer.byteLength(whole);
  response.writeHead(status, {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    ...headers,
    "content-type": contentType,
    "content-length": lengthBytes,
  });
  response.end(whole, lengthBytes === whole.length ? "latin1" : "utf8");
}
