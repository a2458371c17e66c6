import type { Alert, ChainLink } from "../../core/alerting/alert.ts";
import type { Incident, IncidentCause } from "../../core/alerting/incident.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isDrill } from "../alert-book/drill-labels.ts";
import { firingMembers } from "../incidents/firing-members.ts";
import { note } from "../incidents/incident-record.ts";
import { worstFirst } from "../incidents/notification-frame.ts";
import { Mutes } from "../muting/mutes.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { Explanations, isActive, linkOf } from "./explanations.ts";
import { failingNow } from "./failing-index.ts";
import { mappedNode, nodesOf } from "./failing-nodes.ts";
import { mostNoticed } from "./story.ts";
import { wayOf } from "./way-words.ts";

/** Of an incident with thousands of alerts the most noticed are asked for their cause. */
const mostAsked = 10;

/**
 * Looks for causes that were told after what they explain: such an incident stays one of its own, but those who know of it are to
 * hear its cause. `told` are the fingerprints of what was told just now.
 */
export function findCauses(state: PipelineState, told: Iterable<string>, nowMs: EpochMs): readonly Decision[] {
  const decisions: Decision[] = [];
  const hanging = new Hanging(state, nodesTold(state, told));
  const concerned = hanging.incidents(nowMs);
  const times = new NewsTimes(state, nowMs);
  let explanations: Explanations | undefined;
  for (const incident of state.incidents.values()) {
    const hasCause = incident.cause !== undefined && incident.cause.isOver !== true;
    if (!hasCause && !concerned.has(incident.id)) continue;
    if (incident.status === "resolved" || isStillSo(state, incident)) continue;
    const asked = askedOf(state, incident);
    if (!hasCause && !asked.some((alert) => hanging.has(alert))) continue;
    explanations ??= new Explanations(state, nowMs, new Mutes(state, nowMs), true);
    const found = firstCause(asked, explanations);
    if (found === undefined) {
      if (hasCause) state.incidents.set(incident.id, { ...incident, cause: { ...incident.cause, isOver: true } });
      continue;
    }
    const way = wayOf(found.chain.slice(0, -1));
    const cause = causeOf(state, incident, found.chain, { nowMs, times });
    const kind = cause.isChange === true ? "cause changed" : "cause found";
    state.incidents.set(incident.id, note({ ...incident, cause }, { atMs: nowMs, kind, detail: way }));
    decisions.push({
      atMs: nowMs,
      stage: "correlation",
      outcome: "pass",
      subject: found.alert.fingerprint,
      because: `${kind}: ${way}, told after it; it stays an incident of its own`,
      by: `alert/${found.chain[0]?.fingerprint ?? ""}`,
    });
  }
  return decisions;
}

/** Nodes at which something was told just now. */
function nodesTold(state: PipelineState, told: Iterable<string>): ReadonlySet<string> {
  const nodes = new Set<string>();
  for (const fingerprint of told) {
    const alert = state.alerts.get(fingerprint);
    if (alert?.status !== "firing") continue;
    for (const node of nodesOf(state, alert.labels)) nodes.add(node);
  }
  return nodes;
}

/** Knows which alerts hang on one of the nodes at all: most of what is open has nothing to do with what is told, and is asked at each telling. */
class Hanging {
  readonly #state: PipelineState;
  readonly #failing: ReadonlySet<string>;
  readonly #above: ReadonlySet<string>;

  constructor(state: PipelineState, failing: ReadonlySet<string>) {
    this.#state = state;
    this.#failing = failing;
    this.#above = state.graph.above(failing);
  }

  /** Ids of the incidents of all that does. */
  incidents(nowMs: EpochMs): ReadonlySet<string> {
    const found = new Set<string>();
    if (this.#failing.size === 0) return found;
    const { incidents } = this.#state;
    const index = failingNow(this.#state, nowMs);
    for (const node of this.#above.union(this.#failing))
      for (const fingerprint of index.startingAt(node)) {
        const owner = incidents.ownerOf(fingerprint);
        if (owner !== undefined) found.add(owner.id);
      }
    return found;
  }

  has(alert: Alert | undefined): boolean {
    if (this.#failing.size === 0 || alert?.status !== "firing") return false;
    const { graph, config } = this.#state;
    if (graph.startsOf(alert.labels).some((start) => this.#above.has(start))) return true;
    for (const [id, { symptom }] of Object.entries(config.correlation.mappings))
      if (this.#failing.has(mappedNode(id, alert.labels[symptom.label] ?? ""))) return true;
    return false;
  }
}

/** A cause holds as long as it fires. */
function isStillSo({ alerts }: PipelineState, { cause }: Incident): boolean {
  return alerts.get(cause?.chain[0]?.fingerprint ?? "")?.status === "firing";
}

/** What was told on its own, the gravest first; the rest of the incident is explained by that. */
function askedOf(state: PipelineState, incident: Incident): readonly Alert[] {
  const own = firingMembers(state, incident).filter((alert) => !isActive(alert) && !isDrill(alert.labels));
  return own.length <= 1 ? own : worstFirst(own).slice(0, mostAsked);
}

type Found = Readonly<{ alert: Alert; chain: readonly ChainLink[] }>;

function firstCause(asked: readonly Alert[], explanations: Explanations): Found | undefined {
  for (const alert of asked) {
    const finding = explanations.of(alert);
    if (finding.kind === "explained") return { alert, chain: [...finding.chain, linkOf(alert)] };
  }
  return undefined;
}

/** The same cause that came back is no news. */
function causeOf(
  state: PipelineState,
  incident: Incident,
  way: readonly ChainLink[],
  { nowMs, times }: Readonly<{ nowMs: EpochMs; times: NewsTimes }>,
): IncidentCause {
  const { cause: before } = incident;
  const chain = [...way, ...beyond(state, incident, way.at(-1))];
  if (before !== undefined && before.chain[0]?.fingerprint === chain[0]?.fingerprint) {
    const { isOver: _over, ...known } = before;
    return { ...known, chain, foundAtMs: nowMs };
  }
  const isChange = before?.toldAtMs === undefined ? {} : { isChange: true as const };
  return { chain, foundAtMs: nowMs, ...isChange, dueMs: times.nextFor(incident) };
}

/** From what was told on its own to what people notice of what it explains. */
function beyond(state: PipelineState, incident: Incident, own: ChainLink | undefined): readonly ChainLink[] {
  const guests = firingMembers(state, incident).filter(({ explanation }) => explanation?.root === own?.fingerprint);
  const noticed = mostNoticed(guests.filter(isActive));
  if (noticed?.explanation === undefined) return [];
  return [...noticed.explanation.chain.slice(1), linkOf(noticed)];
}

/** When each receiver hears such news next, or did last; walked once however many causes are found at once. */
class NewsTimes {
  readonly #state: PipelineState;
  readonly #nowMs: EpochMs;
  #dueMs: Map<string, EpochMs> | undefined;
  readonly #toldMs = new Map<string, EpochMs>();

  constructor(state: PipelineState, nowMs: EpochMs) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** Two hundred causes are no two hundred messages: what comes together is told together, and keeps the distance of the receiver's group. */
  nextFor({ receiver, groupKey }: Incident): EpochMs {
    const { groups, routes, config } = this.#state;
    this.#dueMs ??= this.#walked();
    const dueMs = this.#dueMs.get(receiver);
    if (dueMs !== undefined) return dueMs;
    const route = routes.get(groups.get(groupKey)?.route ?? "") ?? config.route;
    const lastMs = this.#toldMs.get(receiver) ?? Number.NEGATIVE_INFINITY;
    const nextMs = Math.max(this.#nowMs + route.groupWaitMs, lastMs + route.groupIntervalMs);
    this.#dueMs.set(receiver, nextMs);
    return nextMs;
  }

  #walked(): Map<string, EpochMs> {
    const dueMs = new Map<string, EpochMs>();
    for (const { receiver, cause, status } of this.#state.incidents.values()) {
      if (cause === undefined) continue;
      const isWaiting = cause.toldAtMs === undefined && status !== "resolved" && cause.dueMs >= this.#nowMs;
      if (isWaiting && !dueMs.has(receiver)) dueMs.set(receiver, cause.dueMs);
      if (cause.toldAtMs !== undefined) {
        const toldMs = Math.min(this.#nowMs, cause.toldAtMs);
        this.#toldMs.set(receiver, Math.max(this.#toldMs.get(receiver) ?? toldMs, toldMs));
      }
    }
    return dueMs;
  }
}
