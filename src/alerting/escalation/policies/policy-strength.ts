import type { EscalationPolicy } from "../../../core/alerting/escalation.ts";

/**
 * True when a policy is stronger than another: it reaches a person sooner; of those that do so at the same time the one that begins
 * again sooner; then the one with more steps; then the one whose id comes first, so that the order never decides.
 */
export function isStronger(a: EscalationPolicy, b: EscalationPolicy): boolean {
  const sooner = firstPersonMs(a) - firstPersonMs(b) || 0;
  const again = (a.repeatMs ?? Number.MAX_SAFE_INTEGER) - (b.repeatMs ?? Number.MAX_SAFE_INTEGER);
  const fewer = b.steps.length - a.steps.length;
  const [decisive] = [sooner, again, fewer].filter((difference) => difference !== 0);
  return decisive === undefined ? a.id < b.id : decisive < 0;
}

/** The strongest of them; undefined of none. */
export function strongestOf(policies: readonly EscalationPolicy[]): EscalationPolicy | undefined {
  return policies.reduce<EscalationPolicy | undefined>(
    (best, each) => (best === undefined || isStronger(each, best) ? each : best),
    undefined,
  );
}

function firstPersonMs({ steps }: EscalationPolicy): number {
  const step = steps.find(({ notify }) => notify.some((reference) => reference.includes("/")));
  return step?.atMs ?? Number.MAX_SAFE_INTEGER;
}
