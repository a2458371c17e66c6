import { createHash } from "node:crypto";
import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { certificateSight } from "../../core/edges/certificate-sight.ts";
import type { EdgeSight } from "../../core/edges/edge.ts";
import type { EdgesOptions } from "../../core/edges/edges-options.ts";
import { observeEdges } from "../../core/edges/observe-edges.ts";
import { bareHost, urlOf } from "../../core/http/address.ts";
import type { HttpOptions } from "./options.ts";
import { type Looked, lookHttp } from "./run.ts";
import { traceOf } from "./trace.ts";

/** One connection each, so that all of them may be open at once. */
const atOnce = 32;

/** Observes the target at each address of its name, or of the host in `edges`. */
export function lookAtEdges(
  options: HttpOptions & Readonly<{ edges: EdgesOptions }>,
  io: ProbeIo,
  context: ProbeContext,
): Promise<Observation> {
  const { edges, family } = options;
  const { hostname } = urlOf(context.target.address);
  const host = edges.host ?? hostname;
  const trace = traceOf(options, io);
  return observeEdges(
    { host: bareHost(host), family, options: edges },
    { io, context },
    async ({ address }, ofEdge) =>
      sightOf(await lookHttp(options, io, ofEdge, { pin: { host, address }, trace }), edges),
    atOnce,
  );
}

function sightOf({ observation, visited: { last, finding } }: Looked, { compare }: EdgesOptions): EdgeSight {
  const { response, tls } = last;
  const { traits, ...certificate } = certificateSight(tls);
  const answered = finding === undefined && response !== undefined;
  return {
    observation,
    ...certificate,
    traits: [
      ...traits,
      ...(answered ? [{ trait: "status", value: String(response.status) } as const] : []),
      ...(answered && compare.includes("body") ? [bodyTrait(response.body)] : []),
    ],
  };
}

function bodyTrait(body: Uint8Array): EdgeSight["traits"][number] {
  const value = createHash("sha256").update(body).digest("hex");
  return { trait: "body", value, shown: `${body.length} bytes, SHA-256 ${value.slice(0, 12)}` };
}
