import { type Finding, verdictOf } from "../checks/finding.ts";
import { gather } from "../checks/gather.ts";
import type { ProbeContext } from "../checks/probe.ts";
import type { Observation } from "../checks/result.ts";
import type { Json } from "../json.ts";
import { formatDuration } from "../time/duration.ts";
import { differenceFindings, differencesOf, memoryOf, nextSince, sinceOf } from "./differences.ts";
import { type Edge, type EdgeSight, type EdgeState, type SeenEdge } from "./edge.ts";
import { edgeSamples } from "./edge-metrics.ts";
import { type EdgeScene, type EdgeSearch, findEdges } from "./find-edges.ts";
import { judgeEdges } from "./judge-edges.ts";

/** Looks at one address as a kind of check does, with the name of the target kept. */
export type LookAtEdge = (edge: Edge, context: ProbeContext) => Promise<EdgeSight>;

/**
 * Looks at every address of a name by itself, so many at a time, and judges them together: series of the kind are those of
 * the first address that works.
 */
export async function observeEdges(
  search: EdgeSearch,
  scene: EdgeScene,
  look: LookAtEdge,
  atOnce: number,
): Promise<Observation> {
  const { context } = scene;
  const { edges, findings, left } = await findEdges(search, scene);
  context.note(`${edges.length + left} addresses of ${search.host}: ${edges.map(({ address }) => address).join(", ")}`);
  if (left > 0) context.note(`${left} of them are not looked at (max_addresses)`);
  // Many addresses are looked at from here on; at the deadline the whole run is late, and no single phase of it.
  context.phase("dialogue");
  const all = withoutForeignFamily(await lookAtAll(edges, search, scene, { look, atOnce }));
  context.phase("local");
  const { options } = search;
  const nowMs = context.startedAtMs;
  const differences = differencesOf(all, options.compare);
  const since = nextSince(sinceOf(context.memory), all, differences, nowMs);
  const shown = all.find(({ state }) => state === "good") ?? all.find(({ state }) => state !== "skipped");
  const bad = all.find(({ state }) => state === "failed") ?? all.find(({ state }) => state === "flawed") ?? shown;
  return {
    findings: [
      ...findings,
      ...(edges.length === 0 ? [] : judgeEdges(all, options)),
      ...differenceFindings(differences, all, { since, nowMs, differsForMs: options.differs_for }),
    ],
    ...(hasExpired(all) ? { silentOn: ["expiring"] as const } : {}),
    samples: [
      ...(shown?.observation.samples ?? []),
      ...edgeSamples(all, new Set(differences.map(({ seen }) => seen)), left),
    ],
    evidence: evidenceOf(all, bad),
    ...memoryOf(since),
  };
}

/** A certificate that has expired at one address ends no warning that it would: it only is worse. */
function hasExpired(all: readonly SeenEdge[]): boolean {
  return all.some(({ observation }) => observation.findings.some(({ reason }) => reason === "tls_expired"));
}

type Looking = Readonly<{ look: LookAtEdge; atOnce: number }>;

async function lookAtAll(
  edges: readonly Edge[],
  { options }: EdgeSearch,
  { io, context }: EdgeScene,
  { look, atOnce }: Looking,
): Promise<readonly SeenEdge[]> {
  const seen = new Map<Edge, SeenEdge>();
  const work = async (edge: Edge): Promise<void> => {
    const startedMs = io.monotonicMs();
    const deadline = io.deadlines.within(options.timeout, context.signal);
    const note = (line: string): void => context.note(`${edge.address}: ${line}`);
    // Phases of many addresses at once mean nothing.
    const looked = await look(edge, { ...context, signal: deadline.signal, phase: () => {}, note });
    const sight = deadline.signal.aborted ? late(looked, options.timeout) : looked;
    deadline.end();
    seen.set(edge, { ...sight, edge, state: stateOf(sight), durationMs: io.monotonicMs() - startedMs });
  };
  const limits = { perHost: atOnce, total: atOnce };
  await gather(edges, () => "", work, { limits, signal: context.signal });
  return edges.flatMap((edge) => seen.get(edge) ?? []);
}

/** A unit that leaves the deadline to the runner does not say itself that it was late. */
function late(sight: EdgeSight, timeoutMs: number): EdgeSight {
  const { observation } = sight;
  if (verdictOf(observation.findings) !== "up") return sight;
  const detail = `not finished within ${formatDuration(timeoutMs)}`;
  const finding: Finding = { is: "down", reason: "timeout", phase: "dialogue", detail };
  return { ...sight, observation: { ...observation, findings: [finding, ...observation.findings] } };
}

function stateOf({ observation: { findings } }: EdgeSight): EdgeState {
  const verdict = verdictOf(findings);
  if (verdict !== "up") return verdict === "down" ? "failed" : "unknown";
  return findings.length === 0 ? "good" : "flawed";
}

/** A machine without IPv6 reaches no address of it, which says nothing of them; the same for IPv4. */
function withoutForeignFamily(all: readonly SeenEdge[]): readonly SeenEdge[] {
  const foreign = ([4, 6] as const).filter((family) => {
    const its = all.filter(({ edge }) => edge.family === family);
    return its.length > 0 && its.length < all.length && its.every(isOutOfReach);
  });
  if (foreign.length !== 1) return all;
  return all.map((seen) => (seen.edge.family === foreign[0] ? { ...seen, state: "skipped" as const } : seen));
}

function isOutOfReach({ observation: { findings } }: SeenEdge): boolean {
  return findings.some(({ is, reason }) => is === "down" && reason === "unreachable");
}

const evidenceEdges = 32;
const worstFirst: readonly EdgeState[] = ["failed", "unknown", "flawed", "good", "skipped"];

function evidenceOf(all: readonly SeenEdge[], bad: SeenEdge | undefined): Json {
  const listed = all
    .toSorted((a, b) => worstFirst.indexOf(a.state) - worstFirst.indexOf(b.state))
    .slice(0, evidenceEdges);
  return {
    edges: listed.map(({ edge, state, durationMs, traits, observation: { findings } }) => ({
      address: edge.address,
      ...(edge.networks.length > 0 && { providers: edge.networks.map(({ title }) => title) }),
      state,
      ms: Math.round(durationMs),
      ...Object.fromEntries(
        traits.filter(({ of }) => of === undefined).map(({ trait, shown, value }) => [trait, shown ?? value]),
      ),
      ...(findings[0] && { reason: findings[0].reason, detail: findings[0].detail.slice(0, 160) }),
    })),
    ...(bad?.observation.evidence !== undefined && {
      at: { address: bad.edge.address, evidence: bad.observation.evidence },
    }),
  };
}
