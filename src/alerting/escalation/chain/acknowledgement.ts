import type { Incident } from "../../../core/alerting/incident.ts";
import { note } from "../../incidents/incident-record.ts";
import { decide, type EscalationStepContext } from "../escalation-context.ts";
import { resolveReach } from "../telling/reach.ts";
import { goOnNow, nextMove, stepDone } from "./chain.ts";

/** Ends an acknowledgement that has run out: the chain goes on at once with the next step that reaches somebody else. */
export function endAcknowledgement(context: EscalationStepContext, incident: Incident): Incident {
  const by = incident.acknowledgement?.by ?? "";
  const isSnooze = incident.acknowledgement?.isSnooze === true;
  const because = isSnooze ? `the time that ${by} put it off is over` : `the acknowledgement of ${by} ran out`;
  decide(context, "pass", incident.id, because);
  const opened = reopen(context, incident);
  return note(opened, {
    atMs: context.nowMs,
    kind: isSnooze ? "snooze ended" : "acknowledgement ended",
    detail: because,
  });
}

/** Opens an incident again that somebody had taken; the person who had it is not the next who is told, where anybody else is. */
export function reopen(context: EscalationStepContext, incident: Incident): Incident {
  const { acknowledgement, ...rest } = incident;
  const opened: Incident = { ...rest, status: "open" };
  if (opened.escalation === undefined) return opened;
  const { nowMs } = context;
  const due = goOnNow(opened.escalation, nowMs);
  const besides = acknowledgement?.isSnooze === true ? undefined : acknowledgement?.person;
  const skipped = besides === undefined ? [] : stepsBefore(context, { ...opened, escalation: due }, besides);
  for (const index of skipped) decide(context, "drop", incident.id, `step ${index + 1} would reach ${besides} alone`);
  return { ...opened, escalation: goOnNow(skipped.reduce(stepDone, due), nowMs) };
}

/** Positions of the pending steps before the first that reaches somebody else; none where no step does. */
function stepsBefore({ config, nowMs }: EscalationStepContext, incident: Incident, person: string): readonly number[] {
  const { escalation } = incident;
  const severity = escalation?.sunkTo ?? incident.severity;
  const skipped: number[] = [];
  let rest = escalation;
  while (rest !== undefined) {
    const move = nextMove(rest, false);
    if (move?.kind !== "step") return [];
    const reached = move.step.notify.flatMap(
      (reference) => resolveReach(reference, severity, nowMs, config.escalation).destinations,
    );
    const people = reached.filter(({ isCopy }) => isCopy !== true).flatMap(({ recipient }) => recipient ?? []);
    if (people.some((id) => id !== person)) return skipped;
    skipped.push(move.index);
    rest = stepDone(rest, move.index);
  }
  return [];
}
