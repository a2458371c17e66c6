import type { Incident } from "../../core/alerting/incident.ts";
import type { OutboxRow } from "../../core/alerting/outbox.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { Result, SubjectKey } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import { type Change, emptyChange, type Settlement } from "../../core/store.ts";
import type { EngineState } from "./engine-state.ts";
import { takeRecords } from "./records.ts";

/** What a step made besides the changes that the books remember. */
export type StepOutput = Readonly<{
  results?: readonly Result[];
  decisions?: readonly Decision[];
  outbox?: readonly OutboxRow[];
  settlements?: readonly Settlement[];
  audit?: readonly Json[];
}>;

/** Takes everything that changed since the last call out of the books, as one change; resolved incidents leave the memory. */
export function collectChange(state: EngineState, output: StepOutput = {}): Change {
  const checkStates = state.checkStates.takeChanges();
  const incidents = takeIncidents(state);
  const alerts = state.alerts.takeChanges();
  const groups = state.groups.takeChanges();
  return {
    ...emptyChange,
    results: output.results ?? [],
    checkStates: checkStates.changed,
    removedCheckStates: checkStates.removed.map(subjectOf),
    ruleStates: state.rules.takeChanges(),
    alerts: alerts.changed,
    removedAlerts: alerts.removed,
    endedAlerts: alerts.ended,
    groups: groups.changed,
    removedGroups: groups.removed,
    incidents,
    ...takeRecords(state),
    decisions: output.decisions ?? [],
    outbox: output.outbox ?? [],
    settlements: output.settlements ?? [],
    audit: output.audit ?? [],
  };
}

function takeIncidents(state: EngineState): readonly Incident[] {
  const { incidents } = state;
  const { changed } = incidents.takeChanges();
  for (const incident of changed) {
    if (incident.status !== "resolved") continue;
    forgetEnded(state, incident);
    incidents.delete(incident.id);
  }
  incidents.takeChanges();
  return changed;
}

/** Forgets what ended within an incident and was kept until those whom steps had told of it heard so. */
function forgetEnded({ alerts, groups, incidents }: EngineState, { id, members }: Incident): void {
  for (const member of members) {
    const isKept = alerts.get(member)?.status === "resolved" && incidents.owns(id, member) && !groups.holds(member);
    if (isKept) alerts.forget(member);
  }
}

function subjectOf(id: string): SubjectKey {
  const [check = "", target = "", location = ""] = id.split("\n");
  return { check, target, location };
}
