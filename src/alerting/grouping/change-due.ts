import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Route } from "../routing/route-tree.ts";

/** When a change of a group is to be told: changes that come together shall be one message, and messages shall keep their distance. */
export function changeDueMs({ told }: AlertGroup, route: Route, nowMs: EpochMs): EpochMs {
  const waitedMs = nowMs + route.groupWaitMs;
  return told === undefined ? waitedMs : Math.max(waitedMs, told.atMs + route.groupIntervalMs);
}
