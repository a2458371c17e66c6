import type { Decision } from "../../core/alerting/stage.ts";
import type { PipelineItem, TransitionStage } from "../pipeline/pipeline-state.ts";
import { matchRoutes } from "./route-tree.ts";

/** Finds the routes of alerts that began; an alert that ended goes where its beginning was told, whatever the routes say now. */
export const routing: TransitionStage = {
  run(state, items, nowMs) {
    const decisions: Decision[] = [];
    const output = items.map((item): PipelineItem => {
      if (item.kind === "resolved") return item;
      const routes = matchRoutes(state.config.route, item.alert.labels);
      for (const route of routes) {
        decisions.push({
          atMs: nowMs,
          stage: "routing",
          outcome: "pass",
          subject: item.alert.fingerprint,
          because: `matches ${route.id}, receiver ${route.receiver}`,
          by: route.id,
        });
      }
      return { ...item, routes };
    });
    return { state, output, decisions };
  },
};
