import type { Alert } from "../../core/alerting/alert.ts";
import { type Tier, tiers } from "../../core/tier.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import type { Mutes } from "../muting/mutes.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { type FailingIndex, failingNow } from "./failing-index.ts";
import type { Cause } from "./failing-nodes.ts";

/** So many spans of time are told apart until a cause is too old to explain what begins. */
const spansUntilStale = 8;

/** Knows for one moment what fails at every node of the graph and is told, or would be; the alerts must not begin or end meanwhile. */
export class CauseIndex {
  readonly #state: PipelineState;
  readonly #mutes: Mutes;
  readonly #nowMs: EpochMs;
  #failing: FailingIndex | undefined;
  readonly #told = new Map<string, Told>();
  readonly #silent = new Map<string, boolean>();

  constructor(state: PipelineState, mutes: Mutes, nowMs: EpochMs) {
    this.#state = state;
    this.#mutes = mutes;
    this.#nowMs = nowMs;
  }

  /**
   * What fails at a node in a tier and is told, the earliest first. Of each check or rule there is one for each span of time in which
   * it began, so that what has failed for days hides nothing that began just now. Looked for as far as it is read: mostly the first will do.
   */
  causesAt(node: string, tier: Tier): Iterable<Cause> {
    const key = `${tier}\n${node}`;
    let known = this.#told.get(key);
    if (known === undefined) {
      known = new Told(this.#at(node, tier), (cause) => this.#isTold(cause), this.#spanMs);
      this.#told.set(key, known);
    }
    return known;
  }

  /** True when something fails at the node and nobody is told of any of it: no explanation goes past it. */
  isSilent(node: string): boolean {
    const known = this.#silent.get(node);
    if (known !== undefined) return known;
    // Confirmed ones stand first.
    const failing = tiers.map((tier) => this.#at(node, tier)).filter(([first]) => first?.isPending === false);
    const isHeard = (cause: Cause): boolean => !cause.isPending && this.#isTold(cause);
    const isSilent = failing.length > 0 && !failing.some((causes) => causes.some(isHeard));
    this.#silent.set(node, isSilent);
    return isSilent;
  }

  /** True when something fails at the node and is told. */
  isFailing(node: string): boolean {
    return tiers.some((tier) => hasAny(this.causesAt(node, tier)));
  }

  /** Keys of the groups that tell an alert now, and until when the clock leaves that so. */
  groupsOf(alert: Alert): Readonly<{ keys: readonly string[]; untilMs: EpochMs }> {
    const { routes, untilMs } = this.#mutes.speaking(alert);
    const keys = routes
      .map((route) => groupKeyOf(route, groupLabelsOf(route, alert.labels)))
      .filter((key) => this.#state.groups.isMember(key, alert.fingerprint));
    return { keys: [...new Set(keys)], untilMs };
  }

  get #spanMs(): number {
    return this.#state.config.correlation.staleAfterMs / spansUntilStale;
  }

  #isTold({ alert }: Cause): boolean {
    return this.#mutes.isSpoken(alert);
  }

  #at(node: string, tier: Tier): readonly Cause[] {
    this.#failing ??= failingNow(this.#state, this.#nowMs);
    return this.#failing.at(node, tier);
  }
}

/** Of causes in their order those that are told, read on as somebody asks for more, and remembered. */
class Told implements Iterable<Cause> {
  readonly #causes: readonly Cause[];
  readonly #isTold: (cause: Cause) => boolean;
  readonly #spanMs: number;
  readonly #found: Cause[] = [];
  readonly #names = new Set<string>();
  #read = 0;

  constructor(causes: readonly Cause[], isTold: (cause: Cause) => boolean, spanMs: number) {
    this.#causes = causes;
    this.#isTold = isTold;
    this.#spanMs = spanMs;
  }

  *[Symbol.iterator](): Generator<Cause> {
    for (let index = 0; index < this.#found.length || this.#readOn(); index += 1) {
      const found = this.#found[index];
      if (found !== undefined) yield found;
    }
  }

  /** Looks for one more; false when there is none. */
  #readOn(): boolean {
    while (this.#read < this.#causes.length) {
      const cause = this.#causes[this.#read];
      this.#read += 1;
      if (cause === undefined || this.#names.has(this.#nameOf(cause)) || !this.#isTold(cause)) continue;
      this.#names.add(this.#nameOf(cause));
      this.#found.push(cause);
      return true;
    }
    return false;
  }

  #nameOf({ own, isPending, beganAtMs, alert: { labels } }: Cause): string {
    const span = Math.floor(beganAtMs / this.#spanMs);
    return `${own}\n${labels["env"] ?? ""}\n${isPending}\n${labels["severity"] ?? ""}\n${span}`;
  }
}

/** True when there is something to read. */
export function hasAny(causes: Iterable<Cause>): boolean {
  for (const _cause of causes) return true;
  return false;
}
