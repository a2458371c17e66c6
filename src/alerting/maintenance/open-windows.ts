import type { MaintenanceRun, MaintenanceScope } from "../../core/alerting/maintenance.ts";
import type { Labels } from "../../core/labels.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { MaintenanceWindow } from "../muting/muting-config.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { coversOf } from "./scope.ts";

type Known = Pick<PipelineState, "config" | "maintenance">;

/** Maintenance that is under way. */
export type OpenWindow = Readonly<{
  id: string;
  title: string;
  scope: MaintenanceScope;
  untilMs: EpochMs;
  covers(labels: Labels): boolean;
}>;

/** All maintenance that is under way: windows of the config by the clock, and what commands have begun and not ended. */
export function openWindows(known: Known, nowMs: EpochMs): readonly OpenWindow[] {
  const { maintenance, config } = known;
  const windows = config.muting.maintenance.flatMap((window) => openWindow(window, maintenance.get(window.id), nowMs));
  const ids = new Set(config.muting.maintenance.map(({ id }) => id));
  const started = maintenance.values().flatMap((run) => {
    const { id, title, scope, plannedEndMs } = run;
    if (ids.has(id) || scope === undefined || !isUnderWay(run, nowMs)) return [];
    return [{ id, title, scope, untilMs: plannedEndMs, covers: coversOf(scope) }];
  });
  return [...windows, ...started];
}

/** True from its start to its planned end, unless it was ended before. */
export function isUnderWay({ endedAtMs, plannedEndMs }: MaintenanceRun, nowMs: EpochMs): boolean {
  return endedAtMs === undefined && nowMs < plannedEndMs;
}

function openWindow(window: MaintenanceWindow, run: MaintenanceRun | undefined, nowMs: EpochMs): readonly OpenWindow[] {
  const { isWithin, untilMs } = window.stateAt(nowMs);
  const wasEnded = run?.endedAtMs !== undefined && nowMs < run.plannedEndMs;
  if (wasEnded) return [];
  const startedUntilMs = run?.byCommand === true && isUnderWay(run, nowMs) ? run.plannedEndMs : 0;
  const endMs = Math.max(startedUntilMs, isWithin ? untilMs : 0);
  if (endMs === 0) return [];
  const { id, title, scope } = window;
  return [{ id, title, scope, untilMs: endMs, covers: coversOf(scope) }];
}
