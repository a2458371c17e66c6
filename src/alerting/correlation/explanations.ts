import { type Alert, beganAtMs, type ChainLink } from "../../core/alerting/alert.ts";
import { type Tier, tiers } from "../../core/tier.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import { sinceOf } from "../grouping/told.ts";
import { Mutes } from "../muting/mutes.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { CauseIndex, hasAny } from "./cause-index.ts";
import type { Gate } from "./dependency-graph.ts";
import { type Cause, mappedNode, tierOf } from "./failing-nodes.ts";
import { heldUntilMs } from "./holding.ts";

/** What the graph says of an alert: told by others, to wait for something that is not confirmed, or nothing. */
export type Finding =
  | Readonly<{
      kind: "none";
      /** The nearest of what would explain it, had it not failed for so long before. */
      stale?: Alert;
    }>
  | Readonly<{ kind: "pending"; cause: Alert }>
  | Readonly<{
      kind: "explained";
      root: Alert;
      chain: readonly ChainLink[];
      /** Groups that tell the root. */
      groups: readonly string[];
      /** Until when the clock leaves the root told. */
      untilMs: EpochMs;
    }>;

type Explained = Extract<Finding, { kind: "explained" }>;

const none: Finding = { kind: "none" };
/** An explanation that holds is kept before a nearer one is looked for this far. */
const mostCompared = 50;

/** Says for one moment which alerts explain which; what is told must not change meanwhile. */
export class Explanations {
  readonly #state: PipelineState;
  readonly #nowMs: EpochMs;
  readonly #index: CauseIndex;
  readonly #found = new Map<string, Finding>();
  readonly #inProgress = new Set<string>();
  readonly #ways = new Map<string, readonly Iterable<Cause>[]>();

  readonly #isOfTold: boolean;

  /** `isOfTold` asks of alerts that were told on their own, too. */
  constructor(state: PipelineState, nowMs: EpochMs, mutes: Mutes = new Mutes(state, nowMs), isOfTold = false) {
    this.#state = state;
    this.#nowMs = nowMs;
    this.#isOfTold = isOfTold;
    this.#index = new CauseIndex(state, mutes, nowMs);
  }

  /** What explains an alert that fires; an alert that was told on its own stays so. */
  of(alert: Alert): Finding {
    const known = this.#found.get(alert.fingerprint);
    if (known !== undefined) return known;
    if (this.#inProgress.has(alert.fingerprint)) return none;
    this.#inProgress.add(alert.fingerprint);
    const found = !this.#isOfTold && isToldAlone(this.#state, alert) ? none : this.#search(alert);
    this.#inProgress.delete(alert.fingerprint);
    this.#found.set(alert.fingerprint, found);
    return found;
  }

  #search(alert: Alert): Finding {
    const latestMs = beganAtMs(alert) + this.#state.config.correlation.skewMs;
    const before = isActive(alert) ? alert.explanation?.root : undefined;
    let first: Explained | undefined;
    let pending: Alert | undefined;
    let compared = 0;
    let stale: Alert | undefined;
    for (const cause of this.#candidates(alert, latestMs)) {
      if (this.#isStale(cause, alert)) {
        stale ??= cause.alert;
        continue;
      }
      if (first !== undefined && ++compared > mostCompared) break;
      if (cause.isPending) {
        pending ??= cause.alert;
        continue;
      }
      const found = this.#through(cause);
      if (found.kind === "pending") pending ??= found.cause;
      if (found.kind !== "explained") continue;
      if (before === undefined || found.root.fingerprint === before) return found;
      first ??= found;
    }
    if (first !== undefined) return first;
    if (pending !== undefined) return { kind: "pending", cause: pending };
    return stale === undefined ? none : { kind: "none", stale };
  }

  /** What is not critical and has failed for long did not keep the symptom from being well. */
  #isStale({ alert, beganAtMs: sinceMs }: Cause, symptom: Alert): boolean {
    if (severityOf(alert.labels["severity"]) === "critical") return false;
    return sinceMs < beganAtMs(symptom) - this.#state.config.correlation.staleAfterMs;
  }

  /** Causes that began early enough, the nearest first. */
  *#candidates(alert: Alert, latestMs: EpochMs): Generator<Cause> {
    const { labels } = alert;
    const own = this.#state.graph.ownNode(labels);
    const hosts = this.#state.graph.hostsOf(labels);
    for (const causes of this.#waysOf(alert)) {
      for (const cause of causes) {
        if (cause.beganAtMs > latestMs) continue;
        const isOwn = cause.own === own || this.#inProgress.has(cause.alert.fingerprint);
        const isBeside =
          cause.alert.labels["tier"] === labels["tier"] && cause.hosts.some((host) => hosts.includes(host));
        const isForeign = (cause.alert.labels["env"] ?? "") !== (labels["env"] ?? "");
        if (!isOwn && !isBeside && !isForeign) yield cause;
      }
    }
  }

  *#waysOf({ labels }: Alert): Generator<Iterable<Cause>> {
    const { graph, config } = this.#state;
    const tier = tierOf(labels);
    for (const start of graph.startsOf(labels)) yield* this.#waysFrom(start, tier);
    for (const [id, { symptom, cause }] of Object.entries(config.correlation.mappings)) {
      const value = labels[symptom.label];
      if (symptom.tier === tier && value !== undefined) yield this.#index.causesAt(mappedNode(id, value), cause.tier);
    }
  }

  /** What fails below a node, one list per node and tier; alerts with the same start share it. */
  #waysFrom(start: string, tier: Tier): readonly Iterable<Cause>[] {
    const key = `${tier}\n${start}`;
    const known = this.#ways.get(key);
    if (known !== undefined) return known;
    const ways: Iterable<Cause>[] = [];
    for (const { node, isExplicit, gates, via } of this.#state.graph.reach(start)) {
      if (via.some((between) => this.#index.isSilent(between))) continue;
      if (!gates.every((gate) => this.#isOpen(gate))) continue;
      const from = tiers.indexOf(tier) + (isExplicit ? 0 : 1);
      for (const below of tiers.slice(from)) {
        const causes = this.#index.causesAt(node, below);
        if (hasAny(causes)) ways.push(causes);
      }
    }
    this.#ways.set(key, ways);
    return ways;
  }

  #isOpen({ of, mostFailing }: Gate): boolean {
    return of.filter((node) => this.#index.isFailing(node)).length > mostFailing;
  }

  /** A cause leads on to its own cause; one that still waits for its own lets its symptoms wait, too. */
  #through({ alert }: Cause): Finding {
    const up = this.of(alert);
    if (up.kind === "pending" && heldUntilMs(alert, this.#state.config.correlation.waitMs, this.#nowMs) !== undefined)
      return up;
    if (up.kind === "explained") return { ...up, chain: [...up.chain, linkOf(alert)] };
    return this.#root(alert);
  }

  #root(alert: Alert): Finding {
    const { keys, untilMs } = this.#index.groupsOf(alert);
    if (keys.length === 0) return none;
    return { kind: "explained", root: alert, chain: [linkOf(alert)], groups: keys, untilMs };
  }
}

/** True while an alert belongs to the incident of its cause. */
export function isActive({ explanation }: Alert): boolean {
  return explanation !== undefined && explanation.releasedAtMs === undefined;
}

/** True when nobody has been told of this occurrence of an alert yet. */
export function isWaiting({ groups }: PipelineState, { fingerprint, startsAtMs }: Alert): boolean {
  return !groups.groupsOf(fingerprint).some(({ told }) => sinceOf(told, fingerprint) === startsAtMs);
}

const shownAnnotations = ["title", "service_title", "summary", "reason", "what"] as const;

/** What messages need to name an alert after it is gone. */
export function linkOf(alert: Alert): ChainLink {
  const kept = shownAnnotations.flatMap((name) => {
    const text = alert.annotations[name];
    return text === undefined ? [] : [[name, text] as const];
  });
  return {
    fingerprint: alert.fingerprint,
    atMs: beganAtMs(alert),
    labels: alert.labels,
    annotations: Object.fromEntries(kept),
  };
}

function isToldAlone(state: PipelineState, alert: Alert): boolean {
  return !isActive(alert) && !isWaiting(state, alert);
}
