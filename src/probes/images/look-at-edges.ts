import type { ProbeContext, ProbeIo } from "../../core/checks/probe.ts";
import type { Observation } from "../../core/checks/result.ts";
import { certificateSight } from "../../core/edges/certificate-sight.ts";
import type { EdgeSight, Trait } from "../../core/edges/edge.ts";
import type { EdgesOptions } from "../../core/edges/edges-options.ts";
import { observeEdges } from "../../core/edges/observe-edges.ts";
import { bareHost, urlOf } from "../../core/http/address.ts";
import type { ImagesOptions } from "./options.ts";
import { isMeasured, type Outcome, shownAddress } from "./outcome.ts";
import { type Looked, lookAtImages } from "./run.ts";

/** Each has up to a dozen connections and a page's images under way. */
const atOnce = 4;
const mostImages = 100;

/** Observes the page and its images at each address of its name, or of the host in `edges`. */
export function lookAtEdges(
  options: ImagesOptions,
  edges: EdgesOptions,
  io: ProbeIo,
  context: ProbeContext,
): Promise<Observation> {
  const host = edges.host ?? urlOf(context.target.address).hostname;
  return observeEdges(
    { host: bareHost(host), family: options.family, options: edges },
    { io, context },
    async ({ address }, ofEdge) => sightOf(await lookAtImages(options, io, ofEdge, { host, address }), host),
    atOnce,
  );
}

function sightOf({ observation, visited, outcomes }: Looked, host: string): EdgeSight {
  const isPageThere = visited.urls.at(-1)?.hostname === host;
  const { traits, ...certificate } = certificateSight(isPageThere ? visited.last.tls : undefined);
  const there = outcomes.filter((outcome) => isMeasured(outcome) && outcome.resource.url.hostname === host);
  return { observation, ...certificate, traits: [...traits, ...there.slice(0, mostImages).flatMap(imageTrait)] };
}

function imageTrait({ resource: { url }, sizeBytes }: Outcome): readonly Trait[] {
  if (sizeBytes === 0) return [];
  return [{ trait: "image", of: shownAddress(url), value: String(sizeBytes), shown: `${sizeBytes} bytes` }];
}
