import type { Incident } from "../../core/incident.ts";
import type { Json } from "../../core/json.ts";
import type { OutboxRow } from "../../core/outbox.ts";
import type { Result, SubjectKey } from "../../core/result.ts";
import type { Decision } from "../../core/stage.ts";
import { type Change, emptyChange } from "../../core/store.ts";
import type { EngineState } from "./engine-state.ts";
import { takeRecords } from "./records.ts";

/** What a step made besides the changes that the books remember. */
export type StepOutput = Readonly<{
  results?: readonly Result[];
  decisions?: readonly Decision[];
  outbox?: readonly OutboxRow[];
  audit?: readonly Json[];
}>;

/** Takes everything that changed since the last call out of the books, as one change; resolved incidents leave the memory. */
export function collectChange(state: EngineState, output: StepOutput = {}): Change {
  const checkStates = state.checkStates.takeChanges();
  const alerts = state.alerts.takeChanges();
  const groups = state.groups.takeChanges();
  const incidents = takeIncidents(state);
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
    audit: output.audit ?? [],
  };
}

function takeIncidents({ incidents }: EngineState): readonly Incident[] {
  const { changed } = incidents.takeChanges();
  for (const { id, status } of changed) if (status === "resolved") incidents.delete(id);
  incidents.takeChanges();
  return changed;
}

function subjectOf(id: string): SubjectKey {
  const [check = "", target = "", location = ""] = id.split("\n");
  return { check, target, location };
}
