import type { ConfirmedAddress } from "../../core/alerting/confirmed-address.ts";
import type { HeldAlert } from "../../core/alerting/held-alert.ts";
import type { MaintenanceRun } from "../../core/alerting/maintenance.ts";
import type { OncallOverride } from "../../core/alerting/oncall-override.ts";
import type { ReportedChange } from "../../core/alerting/reported-change.ts";
import type { ShadowNotice } from "../../core/alerting/shadow-notice.ts";
import type { CheckState, NextCheckState } from "../../core/checks/check-state.ts";
import { type SubjectKey, subjectId } from "../../core/checks/result.ts";
import type { Said } from "../../core/message/said.ts";
import type { Service } from "../../core/service.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { Alarms } from "../alarms.ts";
import { AlertBook } from "../alert-book/alert-book.ts";
import type { AlertingConfig } from "../alerting-config.ts";
import type { CheckSubject } from "../check-alerts/check-demands.ts";
import { checkStateMachine } from "../check-state/check-state-machine.ts";
import { DependencyGraph } from "../correlation/dependency-graph.ts";
import type { Drill } from "../drills/drill.ts";
import { IncidentBook } from "../escalation/incident-book.ts";
import { type HandoverWatch, newHandoverWatch } from "../escalation/oncall/handover-watch.ts";
import type { Schedules } from "../escalation/oncall/schedule.ts";
import { GroupBook } from "../grouping/group-book.ts";
import { type Route, routesById } from "../routing/route-tree.ts";
import { RuleBook } from "../rules/rule-book.ts";
import { SilenceBook } from "../silences/silence-book.ts";
import { TrackedMap } from "../tracked-map.ts";

/** A subject of the config with the transition that its thresholds make. */
export type ConfiguredSubject = CheckSubject & Readonly<{ next: NextCheckState; key: SubjectKey }>;

/** Trouble of the daemon itself that goes on; `untilMs` ends it unless it is raised again (after a restart). */
export type Trouble = Readonly<{ component: string; detail: Said; untilMs?: EpochMs }>;

/** Everything the engine holds between two steps. */
export type EngineState = {
  config: AlertingConfig;
  routes: ReadonlyMap<string, Route>;
  graph: DependencyGraph;
  subjects: ReadonlyMap<string, ConfiguredSubject>;
  readonly checkStates: TrackedMap<CheckState>;
  /** Subjects that are not measured now and are not blind yet. */
  readonly blind: Alarms;
  readonly rules: RuleBook;
  readonly alerts: AlertBook;
  readonly groups: GroupBook;
  readonly incidents: IncidentBook;
  readonly handovers: HandoverWatch;
  readonly drills: Map<string, Drill>;
  readonly silences: SilenceBook;
  readonly maintenance: TrackedMap<MaintenanceRun>;
  readonly changes: TrackedMap<ReportedChange>;
  readonly held: TrackedMap<HeldAlert>;
  /** Exceptions to schedules, by their id; `config` has the schedules with them, `schedules` is what the config says. */
  readonly overrides: TrackedMap<OncallOverride>;
  schedules: Schedules;
  /** Addresses by which somebody was reached, by person and receiver. */
  readonly confirmed: TrackedMap<ConfirmedAddress>;
  /** What the old system told, and what would have been told here, in shadow mode. */
  readonly shadowNotices: TrackedMap<ShadowNotice>;
  readonly troubles: Map<string, Trouble>;
  /** Fingerprint of the config that everything was last brought in line with, under `config`. */
  readonly judgedBy: TrackedMap<string>;
  /** When the first start was, under `since`: nothing is told of the time before. */
  readonly watched: TrackedMap<EpochMs>;
  /** The latest time of any step so far. */
  newestMs: EpochMs;
};

/** An engine that knows its config and nothing else. */
export function emptyEngineState(config: AlertingConfig): EngineState {
  return {
    config,
    routes: routesById(config.route),
    graph: new DependencyGraph(config),
    subjects: subjectsOf(config),
    checkStates: new TrackedMap(),
    blind: new Alarms(),
    rules: new RuleBook(config.rules),
    alerts: new AlertBook(),
    groups: new GroupBook(),
    incidents: new IncidentBook(),
    handovers: newHandoverWatch(),
    drills: new Map(),
    silences: new SilenceBook(),
    maintenance: new TrackedMap(),
    changes: new TrackedMap(),
    held: new TrackedMap(),
    overrides: new TrackedMap(),
    confirmed: new TrackedMap(),
    shadowNotices: new TrackedMap(),
    schedules: config.escalation.schedules,
    troubles: new Map(),
    judgedBy: new TrackedMap(),
    watched: new TrackedMap(),
    newestMs: 0,
  };
}

/** Returns every check on every target of the config by its subject id. */
export function subjectsOf({ checks, services }: AlertingConfig): ReadonlyMap<string, ConfiguredSubject> {
  const subjects = new Map<string, ConfiguredSubject>();
  for (const check of checks) {
    const next = checkStateMachine(check);
    const service = check.service === undefined ? undefined : services.get(check.service);
    for (const target of check.targets) {
      const key = { check: check.id, target: target.id, location: check.location };
      subjects.set(subjectId(key), { check, target, ...serviceOf(service), next, key });
    }
  }
  return subjects;
}

function serviceOf(service: Service | undefined): Readonly<{ service?: Service }> {
  return service === undefined ? {} : { service };
}
