import type { Alert } from "../../core/alerting/alert.ts";
import { type Tier, tiers } from "../../core/tier.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertBook } from "../alert-book/alert-book.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { type Cause, causeOf, mappedNode, nodesOf, pendingOf, pendingOfRules, tierOf } from "./failing-nodes.ts";

/** Where an alert stands: at which nodes it fails, and where the search for its own causes begins. */
type Place = Readonly<{ cause?: Cause; nodes: readonly string[]; starts: readonly string[] }>;

/** The moment of an index: what was read of each book. */
type Versions = Readonly<{ alerts: number; states: number; rules: number }>;

const nowhere: readonly Cause[] = [];

/** One for each engine: in an outage of everything each moment changes a little of it, and several ask within one. */
const indexes = new WeakMap<AlertBook, FailingIndex>();

/** What fails at every node of the graph, told or not, confirmed or not, as it is now. */
export function failingNow(state: PipelineState, nowMs: EpochMs): FailingIndex {
  let index = indexes.get(state.alerts);
  if (index === undefined || !index.isOf(state)) {
    index = new FailingIndex(state);
    indexes.set(state.alerts, index);
  }
  index.follow(state, nowMs);
  return index;
}

/** Follows what changes in the books of an engine, so that thousands of alerts are not walked again for each that begins. */
export class FailingIndex {
  readonly #config: PipelineState["config"];
  readonly #graph: PipelineState["graph"];
  readonly #causes = new Map(tiers.map((tier) => [tier, new Map<string, readonly Cause[]>()]));
  readonly #waiting = new Map<string, Set<string>>();
  readonly #alerts = new Map<string, Place>();
  readonly #states = new Map<string, Place>();
  #rules: readonly Place[] = [];
  #versions: Versions = { alerts: -1, states: -1, rules: -1 };

  constructor({ config, graph }: PipelineState) {
    this.#config = config;
    this.#graph = graph;
  }

  /** Made by this config. */
  isOf({ config, graph }: PipelineState): boolean {
    return config === this.#config && graph === this.#graph;
  }

  /** What fails at a node in a tier: confirmed before pending ones, then by when they began. The list never changes. */
  at(node: string, tier: Tier): readonly Cause[] {
    return this.#causes.get(tier)?.get(node) ?? nowhere;
  }

  /** Fingerprints of alerts that fire and whose causes are looked for from a node on. */
  startingAt(node: string): Iterable<string> {
    return this.#waiting.get(node) ?? [];
  }

  follow(state: PipelineState, nowMs: EpochMs): void {
    const { alerts, checkStates, rules } = state;
    const before = this.#versions;
    if (alerts.version !== before.alerts)
      for (const fingerprint of alerts.changedSince(before.alerts) ?? allOf(this.#alerts, alerts.fingerprints()))
        this.#replace(this.#alerts, fingerprint, this.#placeOf(state, alerts.get(fingerprint)));
    if (checkStates.version !== before.states)
      for (const id of checkStates.changedSince(before.states) ?? allOf(this.#states, checkStates.keys()))
        this.#replace(this.#states, id, this.#pendingPlaceOf(state, pendingOf(state, id, nowMs)));
    if (rules.version !== before.rules) {
      for (const place of this.#rules) this.#leave("", place);
      this.#rules = pendingOfRules(state, nowMs).flatMap((alert) => this.#pendingPlaceOf(state, alert) ?? []);
      for (const place of this.#rules) this.#enter("", place);
    }
    this.#versions = { alerts: alerts.version, states: checkStates.version, rules: rules.version };
  }

  #placeOf(state: PipelineState, alert: Alert | undefined): Place | undefined {
    if (alert?.status !== "firing") return undefined;
    const cause = causeOf(state, alert, false);
    const starts = startsOf(state, alert);
    return cause === undefined ? { nodes: [], starts } : { cause, nodes: nodesOf(state, alert.labels), starts };
  }

  #pendingPlaceOf(state: PipelineState, alert: Alert | undefined): Place | undefined {
    const cause = alert === undefined ? undefined : causeOf(state, alert, true);
    return cause === undefined ? undefined : { cause, nodes: nodesOf(state, cause.alert.labels), starts: [] };
  }

  #replace(places: Map<string, Place>, key: string, after: Place | undefined): void {
    const before = places.get(key);
    if (before !== undefined) this.#leave(key, before);
    if (after === undefined) places.delete(key);
    else {
      places.set(key, after);
      this.#enter(key, after);
    }
  }

  #enter(key: string, { cause, nodes, starts }: Place): void {
    for (const start of starts) this.#waiting.set(start, (this.#waiting.get(start) ?? new Set()).add(key));
    if (cause === undefined) return;
    const tier = tierOf(cause.alert.labels);
    for (const node of nodes) {
      const causes = this.at(node, tier);
      this.#causes.get(tier)?.set(node, causes.toSpliced(placeIn(causes, cause), 0, cause));
    }
  }

  #leave(key: string, { cause, nodes, starts }: Place): void {
    for (const start of starts) {
      const waiting = this.#waiting.get(start);
      waiting?.delete(key);
      if (waiting?.size === 0) this.#waiting.delete(start);
    }
    if (cause === undefined) return;
    const tier = tierOf(cause.alert.labels);
    for (const node of nodes) {
      const causes = this.at(node, tier);
      const left = causes.toSpliced(causes.indexOf(cause, placeIn(causes, cause)), 1);
      if (left.length === 0) this.#causes.get(tier)?.delete(node);
      else this.#causes.get(tier)?.set(node, left);
    }
  }
}

/** Confirmed before pending ones, then by when they began. */
function earlierFirst(a: Cause, b: Cause): number {
  if (a.isPending !== b.isPending) return a.isPending ? 1 : -1;
  return a.beganAtMs - b.beganAtMs || compareText(a.alert.fingerprint, b.alert.fingerprint);
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** Where a cause stands in an ordered list, or is to stand: before all that are not earlier. */
function placeIn(causes: readonly Cause[], cause: Cause): number {
  let [low, high] = [0, causes.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const there = causes[middle];
    if (there !== undefined && earlierFirst(there, cause) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function startsOf({ graph, config }: PipelineState, { labels }: Alert): readonly string[] {
  const mapped = Object.entries(config.correlation.mappings).flatMap(([id, { symptom }]) => {
    const value = labels[symptom.label];
    return value === undefined ? [] : [mappedNode(id, value)];
  });
  return mapped.length === 0 ? graph.startsOf(labels) : [...graph.startsOf(labels), ...mapped];
}

function allOf(known: ReadonlyMap<string, Place>, keys: readonly string[]): ReadonlySet<string> {
  return new Set([...known.keys(), ...keys]);
}
