import type { ConfirmedAddress } from "../../core/alerting/confirmed-address.ts";
import type { HeldAlert } from "../../core/alerting/held-alert.ts";
import type { MaintenanceRun } from "../../core/alerting/maintenance.ts";
import type { ReportedChange } from "../../core/alerting/reported-change.ts";
import type { ShadowNotice } from "../../core/alerting/shadow-notice.ts";
import type { Stage } from "../../core/alerting/stage.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { AlertBook, AlertTransition } from "../alert-book/alert-book.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import type { CheckSubject } from "../check-alerts/check-demands.ts";
import type { DependencyGraph } from "../correlation/dependency-graph.ts";
import type { Drill } from "../drills/drill.ts";
import type { IncidentBook } from "../escalation/incident-book.ts";
import type { HandoverWatch } from "../escalation/oncall/handover-watch.ts";
import type { GroupBook } from "../grouping/group-book.ts";
import type { Route } from "../routing/route-tree.ts";
import type { RuleBook } from "../rules/rule-book.ts";
import type { SilenceBook } from "../silences/silence-book.ts";
import type { TrackedMap } from "../tracked-map.ts";

/** What the stages work on. */
export type PipelineState = Readonly<{
  config: AlertingConfig;
  /** All routes by their id. */
  routes: ReadonlyMap<string, Route>;
  alerts: AlertBook;
  groups: GroupBook;
  /** Incidents that are not resolved, by id. */
  incidents: IncidentBook;
  handovers: HandoverWatch;
  /** When the first start was, under `since`: nothing is told of the time before. */
  watched: TrackedMap<EpochMs>;
  /** Drills that go on, by name; their alerts carry them over a restart. */
  drills: Map<string, Drill>;
  silences: SilenceBook;
  /** Maintenance that is under way or was ended before its time, by its id. */
  maintenance: TrackedMap<MaintenanceRun>;
  /** What was changed lately, by its id. */
  changes: TrackedMap<ReportedChange>;
  /** What routes hold back for a digest, by its key. */
  held: TrackedMap<HeldAlert>;
  /** Who depends on whom. */
  graph: DependencyGraph;
  /** Every check on every target, by its subject id. */
  subjects: ReadonlyMap<string, CheckSubject>;
  checkStates: TrackedMap<CheckState>;
  rules: RuleBook;
  /** Addresses by which somebody was reached, by person and receiver. */
  confirmed: TrackedMap<ConfirmedAddress>;
  /** What the old system told, and what would have been told here, in shadow mode. */
  shadowNotices: TrackedMap<ShadowNotice>;
}>;

/** A transition on its way through the stages; `routes` are filled in by routing. */
export type PipelineItem = AlertTransition & Readonly<{ routes: readonly Route[] }>;

/** A step that every transition of an alert passes, in the order of `transitionStages`. */
export type TransitionStage = Stage<PipelineState, readonly PipelineItem[], readonly PipelineItem[]>;
