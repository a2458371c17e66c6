import type { Alert } from "../../../core/alerting/alert.ts";
import type { EscalationStep } from "../../../core/alerting/escalation.ts";
import type { Severity } from "../../../core/severity.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { IntervalAt } from "../oncall/rotation.ts";

/** Why a step is passed over now; undefined when all its conditions hold. An interval that the config does not know any more counts as holding. */
export function unmetCondition(
  step: EscalationStep,
  severity: Severity,
  firing: readonly Alert[],
  time: Readonly<{ nowMs: EpochMs; intervals: ReadonlyMap<string, IntervalAt> }>,
): string | undefined {
  const { tiers, severities, during } = step;
  if (tiers !== undefined && !firing.some(({ labels }) => tiers.some((tier) => tier === labels["tier"])))
    return `no alert of tier ${tiers.join(", ")} fires`;
  if (severities?.includes(severity) === false) return `the incident is ${severity}, not ${severities.join(", ")}`;
  const isWithin = (name: string): boolean => time.intervals.get(name)?.(time.nowMs).isWithin ?? true;
  return during?.some(isWithin) === false ? `it is not ${during.join(", ")}` : undefined;
}
