import type { Alert } from "../../../core/alerting/alert.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import { alertLine } from "../../../core/message/alert-words.ts";
import { sinceOf } from "../../grouping/told.ts";
import { hearsAlone } from "../../incidents/heard-ends.ts";
import { knownAlerts } from "../../incidents/hearers.ts";
import { hasRung, isForAll } from "../../incidents/knowing.ts";
import { knowledgeOf } from "../../incidents/knowledge.ts";
import { worstFirst } from "../../incidents/notification-frame.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import type { EscalationStepContext } from "../escalation-context.ts";
import { tellRecovery } from "./tell-news.ts";

const mostGoingOn = 3;

/** Tells those whom steps have told of an incident that it is over: what has ended, and what goes on as an incident of its own. */
export function tellEnd(state: PipelineState, context: EscalationStepContext, incident: Incident): void {
  const { alerts, incidents } = state;
  const members = incident.members.flatMap((member) => alerts.get(member) ?? []);
  const ended = members.filter(
    ({ fingerprint, status }) => status === "resolved" && incidents.owns(incident.id, fingerprint),
  );
  // An incident whose alerts have all moved to others is not over for anybody.
  if (ended.length === 0) return;
  const goingOn = worstFirst(members.filter(({ status }) => status === "firing"));
  const goesOn = goingOn.slice(0, mostGoingOn).map((alert) => alertLine(alert, state.config.locale));
  tellRecovery(context, incident, {
    newsFor: (destination) => {
      const knowing = knowledgeOf(incident, destination);
      const unheard = knownAlerts(incident, destination, ended);
      const shared = unheard.filter(
        (alert) => isForAll(knowing(alert.fingerprint)) && isNews(state, alert, destination.receiver),
      );
      const alerts = hearsAlone(state.config, destination) ? unheard : shared;
      return { alerts, shared, rung: alerts.filter(({ fingerprint }) => hasRung(knowing(fingerprint))) };
    },
    goesOn,
  });
}

/** What one of a receiver's own groups told, that group ends. */
function isNews({ groups }: PipelineState, { fingerprint }: Alert, receiver: string): boolean {
  return groups
    .groupsOf(fingerprint)
    .every((group) => group.receiver !== receiver || sinceOf(group.told, fingerprint) === undefined);
}
