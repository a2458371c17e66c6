import type { Alert } from "../../../core/alerting/alert.ts";
import type { Incident, IncidentCause } from "../../../core/alerting/incident.ts";
import { compareSeverity } from "../../../core/severity.ts";
import { count } from "../../../core/text/count.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { Audible } from "../../incidents/audible-members.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import { decide, type EscalationStepContext } from "../escalation-context.ts";
import { causeDueMs, isCauseFiring, isCauseMuted } from "../incident-cause.ts";
import { knownThere, toldByGroups } from "./chat-knowledge.ts";
import type { Destination } from "./reach.ts";
import { tellingOf } from "./tell-news.ts";
import { storyOf } from "./telling.ts";

/** An incident whose cause is to be told, and what of it a destination hears; `shared`: where more than one person reads that. */
type Caused = Readonly<{
  incident: Incident;
  cause: IncidentCause;
  alerts: readonly Alert[];
  shared: readonly Alert[];
}>;

/**
 * Tells everybody who knows of incidents what their cause is, each destination once for all of them, except by what wakes people.
 * What is over by now is not told, what is muted when that ends. `stirred` are the incidents that are due or may be told of again;
 * `mayTell` says what of one may be.
 */
export function tellCauses(
  state: PipelineState,
  context: EscalationStepContext,
  stirred: Iterable<string>,
  mayTell: (incident: Incident) => Audible,
): void {
  const { nowMs } = context;
  const byDestination = new Map<string, { destination: Destination; caused: Caused[] }>();
  for (const id of stirred) {
    const incident = state.incidents.get(id);
    const cause = incident?.cause;
    if (incident === undefined || cause === undefined || !isDue(state, incident, nowMs)) continue;
    const audible = isCauseFiring(state, cause) ? mayTell(incident) : undefined;
    if (audible?.alerts.length === 0 && !audible.isAll) {
      state.incidents.settle(withMutedCause(incident, cause, Math.max(audible.moreAtMs, nowMs + 1)));
      continue;
    }
    const alerts = audible?.alerts ?? [];
    if (alerts.length === 0)
      decide(context, "drop", incident.id, "cause: it is over, or nothing that it explains fires");
    for (const { destination, ...heard } of hearersOf(state, incident, alerts)) {
      const key = `${destination.receiver}\n${destination.recipient ?? ""}`;
      const entry = byDestination.get(key) ?? { destination, caused: [] };
      entry.caused.push({ incident, cause, ...heard });
      byDestination.set(key, entry);
    }
    const { muted: _over, ...told } = cause;
    state.incidents.settle({ ...incident, cause: { ...told, toldAtMs: nowMs } });
  }
  for (const { destination, caused } of byDestination.values()) tellOne(state, context, destination, caused);
}

/** What a mute held back is looked at whenever its incident is: something may have ended it. A start is nothing of that. */
function isDue({ incidents }: PipelineState, incident: Incident, nowMs: EpochMs): boolean {
  if (incident.status === "resolved") return false;
  return (
    (isCauseMuted(incident) && !incidents.isUntouched(incident.id)) ||
    (causeDueMs(incident) ?? Number.POSITIVE_INFINITY) <= nowMs
  );
}

function withMutedCause(incident: Incident, cause: IncidentCause, moreAtMs: EpochMs): Incident {
  const muted = Number.isFinite(moreAtMs) ? { untilMs: moreAtMs } : {};
  if (cause.muted !== undefined && cause.muted.untilMs === muted.untilMs) return incident;
  return { ...incident, cause: { ...cause, muted } };
}

type Telling = Readonly<{ destination: Destination }> & Pick<Caused, "alerts" | "shared">;

/** Whom steps have told, and the receivers of groups with what they have told: nobody hears of what they do not hear the end of. */
function hearersOf(state: PipelineState, incident: Incident, alerts: readonly Alert[]): readonly Telling[] {
  const { told = [] } = incident;
  const groups = toldByGroups(state, alerts);
  const hearers: Telling[] = told.map((destination) => {
    const known = knownThere(incident, destination, { alerts, groups });
    return { destination, ...known, ...(destination.recipient === undefined ? { alerts: known.shared } : {}) };
  });
  const asWhole = new Set(told.flatMap(({ receiver, recipient }) => (recipient === undefined ? receiver : [])));
  for (const [receiver, own] of groups)
    if (!asWhole.has(receiver)) hearers.push({ destination: { receiver }, alerts: own, shared: own });
  return hearers.filter((each) => each.alerts.length > 0 && isQuiet(state.config, each.destination.receiver));
}

function isQuiet({ receivers }: PipelineState["config"], name: string): boolean {
  return receivers.get(name)?.integrations.some(({ interrupts }) => !interrupts) ?? false;
}

/** In the name of the gravest of them; who hears of an incident in this step anyway sees its chain there. */
function tellOne(
  state: PipelineState,
  context: EscalationStepContext,
  destination: Destination,
  caused: readonly Caused[],
): void {
  const { mailing } = context;
  const untold = caused.flatMap((each) => {
    const busy = mailing.busyFor(each.incident.id, destination);
    return busy === undefined ? [] : [{ ...each, busy }];
  });
  const [first] = untold.toSorted((a, b) => compareSeverity(b.incident.severity, a.incident.severity));
  if (first === undefined) return;
  const { incident, cause } = first;
  const kind = cause.isChange === true ? "cause_changed" : "cause";
  const alerts = untold.flatMap((each) => each.alerts);
  const news = { news: { kind } } as const;
  // One message for all of them: an integration that says something of one of them anyway says it, too.
  const busy = untold.map((each) => each.busy).reduce((all, each) => all.intersection(each));
  const shared = untold.flatMap((each) => each.shared);
  const saying = { ...tellingOf(incident, { kind, alerts, nowMs: context.nowMs }), shared, story: news };
  if (!mailing.add(destination, saying, busy)) return;
  mailing.complete(incident.id, () => storyOf(state, incident));
  for (const each of untold) {
    const who =
      destination.recipient === undefined
        ? destination.receiver
        : `${destination.recipient} by ${destination.receiver}`;
    decide(
      context,
      "pass",
      each.incident.id,
      `${kind}: told to ${who}, in one message about ${count(untold.length, "incident")}`,
    );
  }
}
