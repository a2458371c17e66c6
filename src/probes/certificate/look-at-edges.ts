import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import type { EdgesOptions } from "../../core/edges/edges-options.ts";
import { observeEdges } from "../../core/edges/observe-edges.ts";
import { parseHostPort } from "../../core/net/host-port.ts";
import { LookAtServer } from "./look-at-server.ts";
import type { CertificateOptions } from "./options.ts";

/** One connection each, so that all of them may be open at once. */
const atOnce = 32;

/** Makes a handshake with each address of the target's name, or of the host in `edges`. */
export function lookAtEdges(
  options: CertificateOptions,
  edges: EdgesOptions,
  io: ProbeIo,
  context: ProbeContext,
): Promise<Observation> {
  const host = edges.host ?? parseHostPort(context.target.address)?.host ?? "";
  return observeEdges(
    { host, family: options.family ?? "any", options: edges },
    { io, context },
    ({ address }, ofEdge) => new LookAtServer(options, io, ofEdge, address).look(),
    atOnce,
  );
}
