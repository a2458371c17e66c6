import type { Alert } from "../../core/alert.ts";
import type { Incident } from "../../core/incident.ts";
import { alertLine } from "../../core/message/alert-words.ts";
import type { EpochMs } from "../../core/time.ts";
import { sinceOf } from "../grouping/told.ts";
import { worstFirst } from "../incidents/notification-frame.ts";
import type { PipelineState } from "../pipeline/pipeline-state.ts";
import { matchRoutes } from "../routing/route-tree.ts";
import type { EscalationStepContext } from "./escalation-context.ts";
import { tellRecovery } from "./tell-news.ts";

const mostGoingOn = 3;

/** Tells those whom steps have told of an incident that it is over: what has ended, and what goes on as an incident of its own. */
export function tellEnd(state: PipelineState, context: EscalationStepContext, incident: Incident): void {
  const goingOn = worstFirst(
    incident.members.flatMap((member) => {
      const alert = state.alerts.get(member);
      return alert?.status === "firing" ? [alert] : [];
    }),
  );
  const ended = endedOf(state, incident);
  const causes = lostCauses(goingOn, new Set(ended.map(({ fingerprint }) => fingerprint)), context.nowMs);
  // An incident whose alerts have all moved to others is not over for anybody.
  if (goingOn.length > 0 && ended.length + causes.length === 0) return;
  const newsFor = (receiver: string): readonly Alert[] => [
    ...ended.filter(
      (alert) =>
        isNews(state, alert, receiver) && !context.mailing.isEndSaidBeside(incident.id, alert.fingerprint, receiver),
    ),
    ...causes.filter(({ labels }) =>
      matchRoutes(state.config.route, labels).every((route) => route.receiver !== receiver),
    ),
  ];
  const goesOn = goingOn.slice(0, mostGoingOn).map((alert) => alertLine(alert, state.config.locale));
  tellRecovery(context, incident, { newsFor, goesOn });
}

/** What ended with the incident: groups that told it in this step have let go of it already. */
function endedOf({ alerts }: PipelineState, { members }: Incident): readonly Alert[] {
  return members.flatMap((member) => {
    const alert = alerts.get(member) ?? alerts.endedNow(member);
    return alert === undefined || alert.status === "firing" ? [] : [alert];
  });
}

/** Causes that ended before what they explained and are forgotten, as what goes on remembers them. */
function lostCauses(goingOn: readonly Alert[], known: ReadonlySet<string>, nowMs: EpochMs): readonly Alert[] {
  const causes = new Map<string, Alert>();
  for (const { explanation } of goingOn) {
    const [link] = explanation?.chain ?? [];
    const endsAtMs = explanation?.releasedAtMs === undefined ? undefined : explanation.endedAtMs;
    if (link === undefined || endsAtMs === undefined || known.has(link.fingerprint)) continue;
    const { fingerprint, labels, annotations, atMs } = link;
    const cause = { fingerprint, labels, annotations, startsAtMs: atMs, endsAtMs, updatedAtMs: nowMs };
    causes.set(fingerprint, { ...cause, status: "resolved" });
  }
  return [...causes.values()];
}

/** What one of a receiver's own groups told, that group ends. */
function isNews({ groups }: PipelineState, { fingerprint }: Alert, receiver: string): boolean {
  return groups
    .groupsOf(fingerprint)
    .every((group) => group.receiver !== receiver || sinceOf(group.told, fingerprint) === undefined);
}
