import type { Alert } from "../../core/alert.ts";
import type { Labels } from "../../core/labels.ts";
import type { Reason } from "../../core/reasons.ts";
import { compareSeverity } from "../../core/severity.ts";
import { type Tier, tiers } from "../../core/tier.ts";
import type { EpochMs } from "../../core/time.ts";
import type { AlertDemand } from "../alert-book/alert-demand.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import { isDrill } from "../alert-book/drill-labels.ts";
import { pendingDemand } from "../check-alerts/check-demands.ts";
import { groupKeyOf, groupLabelsOf } from "../grouping/group-key.ts";
import type { Mutes } from "../muting/mutes.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { pendingRuleDemand } from "../rules/rule-demands.ts";

/** An alert that may explain others; a pending one is not confirmed yet and can only let them wait. */
export type Cause = Readonly<{
  alert: Alert;
  beganAtMs: EpochMs;
  /** The check or rule it comes from. */
  own: string;
  hosts: readonly string[];
  isPending: boolean;
}>;

/** Reads the `tier` label; an alert without one counts as application. */
export function tierOf({ tier }: Labels): Tier {
  return tiers.find((each) => each === tier) ?? "application";
}

/** When what an alert is about began. */
export function beganAtMs({ beganAtMs, startsAtMs }: Alert): EpochMs {
  return beganAtMs ?? startsAtMs;
}

/** Knows for one moment what fails at every node of the graph and is told, or would be; the alerts must not begin or end meanwhile. */
export class CauseIndex {
  readonly #state: PipelineState;
  readonly #mutes: Mutes;
  readonly #nowMs: EpochMs;
  readonly #failing = new Map<string, Cause[]>();
  readonly #told = new Map<string, readonly Cause[]>();
  readonly #silent = new Map<string, boolean>();
  #isBuilt = false;

  constructor(state: PipelineState, mutes: Mutes, nowMs: EpochMs) {
    this.#state = state;
    this.#mutes = mutes;
    this.#nowMs = nowMs;
  }

  /** What fails at a node in a tier and is told, one per check or rule, the earliest first. */
  causesAt(node: string, tier: Tier): readonly Cause[] {
    const key = `${tier}\n${node}`;
    const known = this.#told.get(key);
    if (known !== undefined) return known;
    const earliest = new Map<string, Cause>();
    for (const cause of this.#at(node)) {
      if (tierOf(cause.alert.labels) !== tier || !this.#isTold(cause)) continue;
      const env = cause.alert.labels["env"] ?? "";
      const name = `${cause.own}\n${env}\n${cause.isPending}`;
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
    if (!this.#isBuilt) this.#build();
    return this.#failing.get(node) ?? [];
  }

  #build(): void {
    this.#isBuilt = true;
    const { alerts, checkStates, subjects, rules, config } = this.#state;
    for (const alert of alerts.all()) if (alert.status === "firing") this.#add(alert, false);
    for (const [id, checkState] of checkStates.entries()) {
      const subject = subjects.get(id);
      const demand = subject === undefined ? undefined : pendingDemand(subject, checkState);
      if (demand !== undefined) this.#add(this.#pendingAlert(demand), true);
    }
    for (const ruleState of rules.states()) {
      const rule = rules.rule(ruleState.rule);
      const demand = rule === undefined ? undefined : pendingRuleDemand(rule, ruleState, config);
      if (demand !== undefined) this.#add(this.#pendingAlert(demand), true);
    }
  }

  #pendingAlert({ because: _why, ...demand }: AlertDemand): Alert {
    const startsAtMs = demand.beganAtMs ?? this.#nowMs;
    return { ...demand, status: "firing", startsAtMs, updatedAtMs: this.#nowMs };
  }

  /** Machines count by the alerts of their own tier: an application that fails on a host says nothing of the others there. */
  #add(alert: Alert, isPending: boolean): void {
    const { labels } = alert;
    const { graph, config } = this.#state;
    if (alert.unmeasured === true || labels["alertname"] === "WatchfireTrouble" || isDrill(labels)) return;
    if (isHarmlessYet(alert) || this.#state.rules.rule(labels["alertname"] ?? "")?.explains === false) return;
    if (compareSeverity(severityOf(labels["severity"]), config.correlation.floor) < 0) return;
    const [own, hosts] = [graph.ownNode(labels), graph.hostsOf(labels)];
    const cause: Cause = { alert, beganAtMs: beganAtMs(alert), own, hosts, isPending };
    for (const node of nodesOf(this.#state, labels)) {
      const causes = this.#failing.get(node);
      if (causes === undefined) this.#failing.set(node, [cause]);
      else causes.push(cause);
    }
  }
}

const harmlessReasons: readonly string[] = ["expiring", "too_old", "too_small"] satisfies readonly Reason[];

/** A backup that is missing or a certificate that ends in a week will hurt; nothing is broken by it now. */
function isHarmlessYet({ labels, annotations }: Alert): boolean {
  const reason = labels["reason"] ?? annotations["reason"];
  if (reason === undefined) return false;
  return harmlessReasons.includes(reason) || (reason === ("late" satisfies Reason) && tierOf(labels) === "os");
}

/** Where something fails by an alert with these labels. */
export function nodesOf({ graph, config }: Pick<PipelineState, "graph" | "config">, labels: Labels): readonly string[] {
  const { service } = labels;
  const nodes = [graph.ownNode(labels), ...(service === undefined ? [] : [`service/${service}`])];
  if (tierOf(labels) === "os") nodes.push(...graph.hostsOf(labels));
  for (const [id, { cause }] of Object.entries(config.correlation.mappings)) {
    const value = labels[cause.label];
    if (cause.tier === tierOf(labels) && value !== undefined) nodes.push(mappedNode(id, value));
  }
  return nodes;
}

/** The place where the alerts of both sides of a mapping meet. */
export function mappedNode(mapping: string, value: string): string {
  return `mapping/${mapping}\n${value}`;
}

/** Confirmed before pending ones, then by when they began. */
function earlierFirst(a: Cause, b: Cause): number {
  if (a.isPending !== b.isPending) return a.isPending ? 1 : -1;
  return a.beganAtMs - b.beganAtMs || (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1);
}
