import type { Labels } from "../labels.ts";

/** Phase of a run → the reason the runner records when the deadline falls into it. */
export const phases = {
  resolve: "dns_timeout",
  connect: "connect_timeout",
  tls: "tls_timeout",
  processing: "ttfb_timeout",
  transfer: "body_timeout",
  dialogue: "timeout",
  lookup: "lookup_failed",
  local: "overload",
  // Stored results count phases: a new one stands last.
  proxy: "proxy",
} as const;

export type Phase = keyof typeof phases;
export const phaseNames = Object.keys(phases) as readonly Phase[];
/** Labels that name a phase; one object each, so that equal ones are known at once. */
export const phaseLabels = Object.fromEntries(
  phaseNames.map((phase) => [phase, Object.freeze({ phase })]),
) as unknown as Readonly<Record<Phase, Labels>>;
