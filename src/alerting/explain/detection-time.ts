import type { Check } from "../../core/checks/check.ts";
import type { Labels } from "../../core/labels.ts";
import { severityOf } from "../alert-book/alert-severity.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import type { ConfiguredRule } from "../rules/configured-rule.ts";
import { minuteMs, settleMs } from "../rules/selection.ts";

/** Something that takes so long at most before an alert fires. */
export type Delay = Readonly<{ ms: number; words: string }>;

/**
 * Reckons what passes at most until an alert with these labels fires, one thing after the other: of a check that runs by an interval, or
 * of a rule; undefined for all else.
 */
export function detectionTime({ checks, rules }: AlertingConfig, labels: Labels): readonly Delay[] | undefined {
  const rule = rules.find(({ id }) => id === labels["alertname"]);
  if (rule !== undefined) return delaysOfRule(rule, labels);
  const check = checks.find(({ id }) => id === labels["check"]);
  return check === undefined ? undefined : delaysOfCheck(check);
}

function delaysOfCheck(check: Check): readonly Delay[] | undefined {
  const { schedule, jitterMs, timeoutMs, failureThreshold, retryIntervalMs } = check;
  if (schedule.kind !== "every") return undefined;
  const betweenMs = retryIntervalMs ?? schedule.everyMs;
  return [
    { ms: schedule.everyMs + jitterMs, words: "until the run that fails" },
    { ms: (failureThreshold - 1) * betweenMs + timeoutMs, words: "to confirm it" },
  ];
}

/** A rule sees a minute once it is complete, when its turn comes, and fires at a turn of its own. */
function delaysOfRule({ intervalMs, kOfN, forMs }: ConfiguredRule, labels: Labels): readonly Delay[] {
  const turnMs = Math.max(minuteMs, intervalMs);
  const heldMs = Math.ceil(forMs[severityOf(labels["severity"])] / intervalMs) * intervalMs;
  return [
    { ms: turnMs + settleMs, words: "until the rule sees the minute in which its condition holds" },
    ...(kOfN === undefined ? [] : [{ ms: (kOfN.k - 1) * turnMs, words: `to hold in ${kOfN.k} of ${kOfN.n} minutes` }]),
    ...(heldMs === 0 ? [] : [{ ms: heldMs, words: "of `for`" }]),
  ];
}
