import type { Alert } from "../../core/alert.ts";
import { type Tier, tiers } from "../../core/tier.ts";
import type { EpochMs } from "../../core/time.ts";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import type { Mutes } from "../muting/mutes.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { type Cause, type CausesByNode, failingByNode, tierOf } from "./failing-nodes.ts";

/** So many spans of time are told apart until a cause is too old to explain what begins. */
const spansUntilStale = 8;

/** Knows for one moment what fails at every node of the graph and is told, or would be; the alerts must not begin or end meanwhile. */
export class CauseIndex {
  readonly #state: PipelineState;
  readonly #mutes: Mutes;
  readonly #nowMs: EpochMs;
  #failing: CausesByNode | undefined;
  readonly #told = new Map<string, readonly Cause[]>();
  readonly #silent = new Map<string, boolean>();

  constructor(state: PipelineState, mutes: Mutes, nowMs: EpochMs) {
    this.#state = state;
    this.#mutes = mutes;
    this.#nowMs = nowMs;
  }

  /**
   * What fails at a node in a tier and is told, the earliest first. Of each check or rule there is one for each span of time in which
   * it began, so that what has failed for days hides nothing that began just now.
   */
  causesAt(node: string, tier: Tier): readonly Cause[] {
    const key = `${tier}\n${node}`;
    const known = this.#told.get(key);
    if (known !== undefined) return known;
    const earliest = new Map<string, Cause>();
    const spanMs = this.#state.config.correlation.staleAfterMs / spansUntilStale;
    for (const cause of this.#at(node)) {
      if (tierOf(cause.alert.labels) !== tier || !this.#isTold(cause)) continue;
      const { labels } = cause.alert;
      const span = Math.floor(cause.beganAtMs / spanMs);
      const name = `${cause.own}\n${labels["env"] ?? ""}\n${cause.isPending}\n${labels["severity"] ?? ""}\n${span}`;
      const other = earliest.get(name);
      if (other === undefined || earlierFirst(cause, other) < 0) earliest.set(name, cause);
    }
    const causes = [...earliest.values()].sort(earlierFirst);
    this.#told.set(key, causes);
    return causes;
  }

  /** True when something fails at the node and nobody is told of any of it: no explanation goes past it. */
  isSilent(node: string): boolean {
    const known = this.#silent.get(node);
    if (known !== undefined) return known;
    const failing = this.#at(node).filter((cause) => !cause.isPending);
    const isSilent = failing.length > 0 && !failing.some((cause) => this.#isTold(cause));
    this.#silent.set(node, isSilent);
    return isSilent;
  }

  /** True when something fails at the node and is told. */
  isFailing(node: string): boolean {
    return tiers.some((tier) => this.causesAt(node, tier).length > 0);
  }

  /** Keys of the groups that tell an alert now, and until when the clock leaves that so. */
  groupsOf(alert: Alert): Readonly<{ keys: readonly string[]; untilMs: EpochMs }> {
    const { routes, untilMs } = this.#mutes.speaking(alert);
    const keys = routes
      .map((route) => groupKeyOf(route, groupLabelsOf(route, alert.labels)))
      .filter((key) => this.#state.groups.isMember(key, alert.fingerprint));
    return { keys: [...new Set(keys)], untilMs };
  }

  #isTold({ alert }: Cause): boolean {
    return this.#mutes.speaking(alert).routes.length > 0;
  }

  #at(node: string): readonly Cause[] {
    this.#failing ??= failingByNode(this.#state, this.#nowMs);
    return this.#failing.get(node) ?? [];
  }
}

/** Confirmed before pending ones, then by when they began. */
function earlierFirst(a: Cause, b: Cause): number {
  if (a.isPending !== b.isPending) return a.isPending ? 1 : -1;
  return a.beganAtMs - b.beganAtMs || (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1);
}
