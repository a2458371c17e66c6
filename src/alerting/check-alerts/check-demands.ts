import type { Check, CheckTarget } from "../../core/checks/check.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import type { Service } from "../../core/service.ts";
import type { Severity } from "../../core/severity.ts";
import { formatDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { type AlertDemand, type LabelParts, makeDemand } from "../alert-book/alert-demand.ts";
import { serviceAnnotations } from "../alert-book/service-annotations.ts";
import { flappingPercent } from "../check-state/flapping.ts";
import { ringRuns } from "../check-state/run-ring.ts";

/** A check on one of its targets, with the service it belongs to. */
export type CheckSubject = Readonly<{ check: Check; target: CheckTarget; service?: Service }>;

/** When the subject becomes blind if nothing is measured before; undefined while it is measured. */
export function blindAtMs(check: Check, state: CheckState): EpochMs | undefined {
  return state.blindSinceMs === undefined ? undefined : state.blindSinceMs + check.blindAfterMs;
}

/**
 * Returns what the state of a check on a target wants to be firing: `CheckDown`, `CheckFlapping`, one `CheckFlaw` per flaw, `CheckBlind`
 * unless one alert tells it for many (`toldForAll`).
 */
export function checkDemands(
  subject: CheckSubject,
  state: CheckState,
  nowMs: EpochMs,
  toldForAll = false,
): readonly AlertDemand[] {
  const demands: AlertDemand[] = [];
  const isFlapping = state.flapping && subject.check.flapDetection !== false;
  if (state.confirmed === "down" || (isFlapping && state.heldDown === true)) demands.push(downDemand(subject, state));
  if (isFlapping) demands.push(flappingDemand(subject, state));
  for (const [reason, severity] of Object.entries(state.flaws) as [Reason, Severity][]) {
    demands.push(flawDemand(subject, state, reason, severity));
  }
  const blindMs = blindAtMs(subject.check, state);
  const isBlind = blindMs !== undefined && blindMs <= nowMs;
  if (isBlind && !toldForAll && !isToldOnce(state)) demands.push(blindDemand(subject, state));
  return demands;
}

/** A lost uplink blinds everything outside: one alert about the daemon tells it for all. */
function isToldOnce({ confirmed, headline }: CheckState): boolean {
  return confirmed !== "down" && headline?.reason === "uplink";
}

/** The demand of an outage that is not confirmed yet; undefined while the newest measurement is good or the outage is confirmed. */
export function pendingDemand(subject: CheckSubject, state: CheckState): AlertDemand | undefined {
  return state.streak?.verdict === "down" && state.confirmed !== "down" ? downDemand(subject, state) : undefined;
}

/** The alert of an outage of the subject, whether it wants to be firing or not. */
export function downDemand(subject: CheckSubject, state: CheckState): AlertDemand {
  const { check, target } = subject;
  const demand = makeDemand(
    { alertname: "CheckDown", severity: check.severity, labels: labelsOf(subject) },
    {
      ...annotationsOf(subject, state.sinceMs),
      summary: `${check.title} is down: ${target.display}`,
      reason: state.headline?.reason,
      detail: state.headline?.detail,
      what: statusOf(state.headline),
      quote: state.quote,
      last_well: state.lastWellMs === undefined ? undefined : new Date(state.lastWellMs).toISOString(),
    },
    `${confirmingRuns(check)} found the target down`,
  );
  return state.failingSinceMs === undefined ? demand : { ...demand, beganAtMs: state.failingSinceMs };
}

/** A number says more than that the status is wrong; whether it is 502 or 404 decides who gets up. */
function statusOf(headline: CheckState["headline"]): string | undefined {
  const [, code] = headline?.reason === "status" ? (/^status (\d{3})\b/.exec(headline.detail) ?? []) : [];
  return code === undefined ? undefined : `HTTP ${code}`;
}

/** Never more than a warning: an outage that is confirmed meanwhile has its own alert. */
function flappingDemand(subject: CheckSubject, state: CheckState): AlertDemand {
  const { check, target } = subject;
  const percent = Math.round(flappingPercent(state.changeBits ?? 0));
  return makeDemand(
    {
      alertname: "CheckFlapping",
      severity: check.severity === "info" ? "info" : "warning",
      labels: labelsOf(subject),
    },
    {
      ...annotationsOf(subject, state.lastSlotMs),
      summary: `${check.title} changes between up and down again and again: ${target.display}`,
      reason: state.headline?.reason,
      detail: state.headline?.detail,
    },
    `the verdict changed in ${percent} % (weighted) of the last ${ringRuns} runs; its ups and downs are not told until it stays`,
  );
}

function flawDemand(subject: CheckSubject, state: CheckState, reason: Reason, severity: Severity): AlertDemand {
  const { check, target } = subject;
  return makeDemand(
    { alertname: "CheckFlaw", severity, labels: { ...labelsOf(subject), reason } },
    {
      ...annotationsOf(subject, state.lastSlotMs),
      summary: `${check.title} works, but: ${reason} (${target.display})`,
      reason,
      detail: state.flawDetails?.[reason],
    },
    `${runs(check.failureThreshold)} found the flaw "${reason}"`,
  );
}

/** The alert of a subject that is not measured, whether it wants to be firing or not. */
export function blindDemand(subject: CheckSubject, state: CheckState): AlertDemand {
  const { check, target } = subject;
  const blindFor = formatDuration(check.blindAfterMs);
  const headline = state.confirmed === "down" ? undefined : state.headline;
  const demand = makeDemand(
    { alertname: "CheckBlind", severity: "warning", labels: labelsOf(subject) },
    {
      ...annotationsOf(subject, state.blindSinceMs ?? state.lastSlotMs),
      summary: `${check.title} could not be measured for ${blindFor}: ${target.display}`,
      reason: headline?.reason,
      detail: headline?.detail,
    },
    `no run could measure the target for ${blindFor}`,
  );
  return { ...demand, unmeasured: true };
}

function labelsOf({ check, target }: CheckSubject): LabelParts {
  return checkLabels(check, target);
}

/** Labels that every alert of a check has, and those of one of its targets where it is known. */
export function checkLabels(check: Check, target?: CheckTarget): LabelParts {
  return {
    ...target?.labels,
    ...check.labels,
    check: check.id,
    tier: check.tier,
    instance: target?.display,
    env: check.env,
    service: check.service,
  };
}

function annotationsOf({ check, service }: CheckSubject, aroundMs: EpochMs): LabelParts {
  return { ...serviceAnnotations(service, aroundMs), title: check.title };
}

function confirmingRuns({ failureThreshold, failureWindow }: Check): string {
  return failureWindow === undefined ? runs(failureThreshold) : `${failureThreshold} of the last ${failureWindow} runs`;
}

function runs(count: number): string {
  return count === 1 ? "1 run" : `${count} runs in a row`;
}
