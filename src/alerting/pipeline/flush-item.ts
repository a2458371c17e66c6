import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Stage } from "../../core/alerting/stage.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { FlushReason } from "../grouping/flush-decision.ts";
import type { Route } from "../routing/route-tree.ts";
import type { PipelineState } from "./pipeline-state.ts";

/** A group on its way through a flush. */
export type FlushItem = Readonly<{
  group: AlertGroup;
  route: Route;
  firing: readonly Alert[];
  /** Firing, but kept from being told now; taken out of `firing`. */
  muted: readonly Alert[];
  /** What mutes each of them, by fingerprint. */
  mutedBy: Readonly<Record<string, string>>;
  /** When the first of them may be told; infinite when no clock says so. */
  unmuteMs: EpochMs;
  /** Members that are told here because what explains them is; of `firing`, not routed here. */
  guests: ReadonlySet<string>;
  /** Firing, but told with their cause, or waiting for it; taken out of `firing`. */
  explained: readonly Alert[];
  /** Of `firing`: told once for information, in the incident of their cause. */
  informed: ReadonlySet<string>;
  /** When the explained ones are to be looked at again; infinite when no clock says so. */
  lookAgainMs: EpochMs;
  /** Told alerts that fire on but are routed elsewhere by now. */
  strays: readonly Alert[];
  /** Told as firing, resolved since. */
  recovered: readonly Alert[];
  /** Fired and resolved before anybody was told. */
  unheard: readonly Alert[];
  /** Absent: nothing is said. */
  reason?: FlushReason;
  incident?: Incident;
  outbox: readonly OutboxRow[];
}>;

/** A step that every due group passes, in the order of the flush stages. */
export type FlushStage = Stage<PipelineState, FlushItem, FlushItem>;

/** True when all that a group tells belongs to the incident of a cause that another group tells. */
export function isOnlyInformed({ firing, informed }: FlushItem): boolean {
  return informed.size > 0 && firing.every(({ fingerprint }) => informed.has(fingerprint));
}
