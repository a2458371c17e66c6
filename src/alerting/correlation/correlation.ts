import type { TransitionStage } from "../pipeline/pipeline-state.ts";

/** Lets a symptom be explained by its cause; without edges between services nothing explains anything, and every alert passes. */
export const correlation: TransitionStage = {
  run: (state, items, nowMs) => ({
    state,
    output: items,
    decisions: items.map(({ alert }) => ({
      atMs: nowMs,
      stage: "correlation",
      outcome: "pass",
      subject: alert.fingerprint,
      because: "no edges configured",
    })),
  }),
};
