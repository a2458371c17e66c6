import { type Alert, beganAtMs } from "../../core/alerting/alert.ts";
import { isOwnTrouble } from "../../core/alerting/own-trouble.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import type { Labels } from "../../core/labels.ts";
import { compareSeverity } from "../../core/severity.ts";
import { type Tier, tiers } from "../../core/tier.ts";
import type { EpochMs } from "../../core/time/time.ts";
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

/** Reads the `tier` label; an alert without one counts as application. */
export function tierOf({ tier }: Labels): Tier {
  return tiers.find((each) => each === tier) ?? "application";
}

function pendingAlert({ because: _why, ...demand }: AlertDemand, nowMs: EpochMs): Alert {
  const startsAtMs = demand.beganAtMs ?? nowMs;
  return { ...demand, status: "firing", startsAtMs, updatedAtMs: nowMs };
}

/**
 * What an alert may explain by, if anything. Machines count by the alerts of their own tier: an application that fails on a host says
 * nothing of the others there.
 */
export function causeOf(state: PipelineState, alert: Alert, isPending: boolean): Cause | undefined {
  const { labels } = alert;
  const { graph, config } = state;
  if (alert.unmeasured === true || isOwnTrouble(alert) || isDrill(labels)) return undefined;
  if (isHarmlessYet(alert) || state.rules.rule(labels["alertname"] ?? "")?.explains === false) return undefined;
  if (compareSeverity(severityOf(labels["severity"]), config.correlation.floor) < 0) return undefined;
  return { alert, beganAtMs: beganAtMs(alert), own: graph.ownNode(labels), hosts: graph.hostsOf(labels), isPending };
}

/** The alert that a subject's outage would be, while it is not confirmed. */
export function pendingOf({ subjects, checkStates }: PipelineState, id: string, nowMs: EpochMs): Alert | undefined {
  const [subject, checkState] = [subjects.get(id), checkStates.get(id)];
  const demand = subject === undefined || checkState === undefined ? undefined : pendingDemand(subject, checkState);
  return demand === undefined ? undefined : pendingAlert(demand, nowMs);
}

/** Alerts of rules whose condition does not hold for long enough yet. */
export function pendingOfRules({ rules, config }: PipelineState, nowMs: EpochMs): readonly Alert[] {
  return rules.states().flatMap((ruleState) => {
    const rule = rules.rule(ruleState.rule);
    const demand = rule === undefined ? undefined : pendingRuleDemand(rule, ruleState, config);
    return demand === undefined ? [] : [pendingAlert(demand, nowMs)];
  });
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
