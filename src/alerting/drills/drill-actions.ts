import type { EscalationPolicy } from "../../core/alerting/escalation.ts";
import type { Json } from "../../core/json.ts";
import type { Severity } from "../../core/severity.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { type AlertDemand, makeDemand } from "../alert-book/alert-demand.ts";
import { drillAlertname, drillLabel, drillPolicyLabel } from "../alert-book/drill-labels.ts";
import { serviceAnnotations } from "../alert-book/service-annotations.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import { policyOf } from "../escalation/chain/consider-policy.ts";
import { resolveReach } from "../escalation/telling/reach.ts";
import { Mutes } from "../muting/mutes.ts";
import type { Action } from "../pipeline/action.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { passTransitions } from "../pipeline/transitions.ts";
import { matchRoutes } from "../routing/route-tree.ts";
import { type Drill, drillLastsMs, drillSource, drillSummary, withEnd } from "./drill.ts";

/** What is rehearsed; `name` is a service, else a policy. */
export type DrillWish = Readonly<{ name: string; severity: Severity; by: string; lastsMs?: number }>;

/**
 * How an action on a drill ended; the message is one sentence for whoever asked, `heldBy` what keeps the drill from being told now,
 * `missed` why people that the chain names are not told at this severity.
 */
export type DrillOutcome = Readonly<
  | { ok: true; name: string; policy: string; untilMs: EpochMs; heldBy?: string; missed: readonly string[] }
  | { ok: false; problem: "unknown" | "invalid"; message: string }
>;

/** Begins a drill: an alert that goes the whole way to a person, every text marked. A second one of the same name takes its place. */
export function startDrill(wish: DrillWish): Action<DrillOutcome> {
  return ({ state, nowMs }) => {
    const { config } = state;
    const rehearsed = rehearsalOf(config, wish, nowMs);
    if (typeof rehearsed === "string") return { outcome: { ok: false, problem: "invalid", message: rehearsed } };
    const { drill, policy } = rehearsed;
    const because = `${wish.by} rehearses ${wish.name}`;
    state.drills.set(wish.name, drill);
    const transitions = state.alerts.demand(drillSource(wish.name), [drill.demand], nowMs, {
      kind: "drill_over",
      because,
    });
    const decisions = passTransitions(state, transitions, nowMs);
    const audit: Json = { action: "drill_started", name: wish.name, by: wish.by, severity: wish.severity };
    const heldBy = heldByOf(state, drill.demand, nowMs);
    const missed = missedBy(config, policy, wish.severity, nowMs);
    const outcome = {
      ok: true,
      name: wish.name,
      policy: policy.id,
      untilMs: drill.untilMs,
      missed,
      ...heldBy,
    } as const;
    return { outcome, decisions, audit: [audit] };
  };
}

/** Maintenance or a silence holds a drill as it would the real thing; whoever waits for the telephone must know. */
function heldByOf(state: PipelineState, { fingerprint }: AlertDemand, nowMs: EpochMs): Readonly<{ heldBy?: string }> {
  const alert = state.alerts.get(fingerprint);
  const [first] = alert === undefined ? [] : matchRoutes(state.config.route, alert.labels);
  const mute = alert === undefined || first === undefined ? undefined : new Mutes(state, nowMs).of(alert, first);
  return mute === undefined ? {} : { heldBy: mute.because };
}

/** Each step's people as they are on call when it is due. */
function missedBy(
  { escalation }: AlertingConfig,
  { steps }: EscalationPolicy,
  severity: Severity,
  nowMs: EpochMs,
): readonly string[] {
  const said = steps.flatMap(({ atMs, notify }) =>
    notify.flatMap((reference) => resolveReach(reference, severity, nowMs + atMs, escalation).nobody ?? []),
  );
  return [...new Set(said)];
}

/** Ends a drill now; whoever was told is told that it is over. */
export function endDrill(name: string, by: string): Action<DrillOutcome> {
  return ({ state, nowMs }) => {
    const drill = state.drills.get(name);
    if (drill === undefined)
      return { outcome: { ok: false, problem: "unknown", message: `there is no drill of "${name}"` } };
    state.drills.delete(name);
    const transitions = state.alerts.demand(drillSource(name), [], nowMs, {
      kind: "drill_over",
      because: `${by} has ended the drill`,
    });
    const decisions = passTransitions(state, transitions, nowMs);
    const audit: Json = { action: "drill_ended", name, by };
    return { outcome: { ok: true, name, policy: "", untilMs: nowMs, missed: [] }, decisions, audit: [audit] };
  };
}

function rehearsalOf(
  config: AlertingConfig,
  { name, severity, by, lastsMs }: DrillWish,
  nowMs: EpochMs,
): Readonly<{ drill: Drill; policy: EscalationPolicy }> | string {
  const service = config.services.get(name);
  if (service === undefined && !config.escalation.policies.has(name))
    return `there is no service and no policy "${name}"`;
  const of = service === undefined ? { [drillPolicyLabel]: name } : { service: name };
  const labels = { ...of, [drillLabel]: "true", drill_name: name, tier: "application", env: config.env };
  const named = makeDemand({ alertname: drillAlertname, severity, labels }, {}, `${by} rehearses ${name}`);
  const policy = policyOf(config, named.labels);
  if (policy === undefined) return `the service "${name}" has no policy: there is no chain to rehearse`;
  const longMs = lastsMs ?? drillLastsMs(policy.steps.map(({ atMs }) => atMs));
  const untilMs = nowMs + longMs;
  const title = service?.title ?? policy.title;
  const annotations = {
    ...present(serviceAnnotations(service, nowMs)),
    title,
    summary: drillSummary(title, longMs, config.locale),
  };
  return { drill: { name, untilMs, demand: withEnd({ ...named, annotations }, untilMs) }, policy };
}

function present(parts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(parts).flatMap(([key, text]) => (text === undefined ? [] : [[key, text]])));
}
