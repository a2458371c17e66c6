import { type Alert, beganAtMs } from "../../core/alert.ts";
import type { Labels } from "../../core/labels.ts";
import type { Reason } from "../../core/reasons.ts";
import { compareSeverity } from "../../core/severity.ts";
import { type Tier, tiers } from "../../core/tier.ts";
import type { EpochMs } from "../../core/time.ts";
import type { AlertBook } from "../alert-book/alert-book.ts";
import type { AlertDemand } from "../alert-book/alert-demand.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import { isDrill } from "../alert-book/drill-labels.ts";
import { pendingDemand } from "../check-alerts/check-demands.ts";
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

export type CausesByNode = ReadonlyMap<string, readonly Cause[]>;

/** Reads the `tier` label; an alert without one counts as application. */
export function tierOf({ tier }: Labels): Tier {
  return tiers.find((each) => each === tier) ?? "application";
}

type Built = Readonly<{ from: readonly unknown[]; failing: CausesByNode }>;

/** What was worked out last for each engine: in an outage of everything several ask within one moment, and each would walk all that fires. */
const lastBuilt = new WeakMap<AlertBook, Built>();

/** What fails at every node of the graph, told or not, confirmed or not. */
export function failingByNode(state: PipelineState, nowMs: EpochMs): CausesByNode {
  const { alerts, checkStates, rules, config, graph } = state;
  const from = [alerts.version, checkStates.version, rules.version, config, graph, nowMs];
  const known = lastBuilt.get(alerts);
  if (known?.from.every((part, index) => part === from[index]) === true) return known.failing;
  const failing = built(state, nowMs);
  lastBuilt.set(alerts, { from, failing });
  return failing;
}

function built(state: PipelineState, nowMs: EpochMs): CausesByNode {
  const { alerts, checkStates, subjects, rules, config } = state;
  const failing = new Map<string, Cause[]>();
  for (const alert of alerts.all()) if (alert.status === "firing") add(failing, state, alert, false);
  for (const [id, checkState] of checkStates.entries()) {
    const subject = subjects.get(id);
    const demand = subject === undefined ? undefined : pendingDemand(subject, checkState);
    if (demand !== undefined) add(failing, state, pendingAlert(demand, nowMs), true);
  }
  for (const ruleState of rules.states()) {
    const rule = rules.rule(ruleState.rule);
    const demand = rule === undefined ? undefined : pendingRuleDemand(rule, ruleState, config);
    if (demand !== undefined) add(failing, state, pendingAlert(demand, nowMs), true);
  }
  return failing;
}

function pendingAlert({ because: _why, ...demand }: AlertDemand, nowMs: EpochMs): Alert {
  const startsAtMs = demand.beganAtMs ?? nowMs;
  return { ...demand, status: "firing", startsAtMs, updatedAtMs: nowMs };
}

/** Machines count by the alerts of their own tier: an application that fails on a host says nothing of the others there. */
function add(failing: Map<string, Cause[]>, state: PipelineState, alert: Alert, isPending: boolean): void {
  const { labels } = alert;
  const { graph, config } = state;
  if (alert.unmeasured === true || labels["alertname"] === "WatchfireTrouble" || isDrill(labels)) return;
  if (isHarmlessYet(alert) || state.rules.rule(labels["alertname"] ?? "")?.explains === false) return;
  if (compareSeverity(severityOf(labels["severity"]), config.correlation.floor) < 0) return;
  const [own, hosts] = [graph.ownNode(labels), graph.hostsOf(labels)];
  const cause: Cause = { alert, beganAtMs: beganAtMs(alert), own, hosts, isPending };
  for (const node of nodesOf(state, labels)) {
    const causes = failing.get(node);
    if (causes === undefined) failing.set(node, [cause]);
    else causes.push(cause);
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
