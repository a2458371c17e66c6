import type { Alert } from "../../../core/alerting/alert.ts";
import type { ToldDestination } from "../../../core/alerting/escalation.ts";
import type { Incident } from "../../../core/alerting/incident.ts";
import type { NewsKind, Story } from "../../../core/message/story.ts";
import { count } from "../../../core/text/count.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import { decide, type EscalationStepContext } from "../escalation-context.ts";
import { knownThere, toldByGroups } from "./chat-knowledge.ts";
import type { Saying } from "./mailing.ts";
import type { Destination } from "./reach.ts";

/**
 * Tells everybody who knows of an incident what has become of it, except by what wakes people; who hears of it in this step anyway is
 * not told twice. Whom steps have told hears of the alerts that they know of: of others nobody would tell them the end.
 */
export function tellNews(
  state: Pick<PipelineState, "groups">,
  context: EscalationStepContext,
  incident: Incident,
  { news, alerts }: Readonly<{ news: NonNullable<Story["news"]>; alerts: readonly Alert[] }>,
): void {
  const { mailing, nowMs } = context;
  const audience = audienceOf(state, incident, alerts).flatMap((hearer) => {
    const busy = mailing.busyFor(incident.id, hearer.destination);
    return busy === undefined ? [] : [{ ...hearer, busy }];
  });
  for (const { destination, busy, ...known } of audience) {
    const saying = { ...tellingOf(incident, { kind: news.kind, alerts, nowMs }), ...known, story: { news } };
    mailing.add(destination, saying, busy);
  }
  decide(context, "pass", incident.id, `${news.kind}: told to ${count(audience.length, "destination")}`);
}

type Hearer = Readonly<{ destination: Destination }> & Pick<Saying, "alerts" | "shared">;

/** The receiver of the incident's group, and those told by steps as far as they know of any of the alerts. */
function audienceOf(
  state: Pick<PipelineState, "groups">,
  incident: Incident,
  alerts: readonly Alert[],
): readonly Hearer[] {
  const { receiver, told = [] } = incident;
  const groups = toldByGroups(state, alerts);
  const hearers = told.map((destination) => ({
    destination,
    ...knownThere(incident, destination, { alerts, groups }),
  }));
  const concerned = hearers.filter((each) => each.alerts.length > 0 || alerts.length === 0);
  // First: whoever reads along where the group speaks is mentioned in what says all of it.
  return [{ destination: { receiver }, alerts }, ...concerned];
}

/** News of an incident, whoever hears it. */
export function tellingOf(
  incident: Incident,
  { kind, alerts, nowMs }: Readonly<{ kind: NewsKind; alerts: readonly Alert[]; nowMs: EpochMs }>,
): Saying {
  return sayingOf(incident, { key: `news/${kind}@${nowMs}`, intent: "update", because: kind, alerts, nowMs });
}

/** What a destination is to hear the end of. */
type Ends = Pick<Saying, "alerts" | "shared" | "rung">;

/** Tells those whom steps have told of an incident that it is over, each what of that is news there, and what goes on without it. */
export function tellRecovery(
  context: EscalationStepContext,
  incident: Incident,
  { newsFor, goesOn }: Readonly<{ newsFor: (destination: ToldDestination) => Ends; goesOn: readonly string[] }>,
): void {
  const { told: destinations = [] } = incident;
  if (destinations.length === 0) return;
  let told = 0;
  for (const destination of destinations) {
    const ends = newsFor(destination);
    if (ends.alerts.length === 0) continue;
    const key = `resolved@${context.nowMs}`;
    const because = "all alerts resolved";
    const saying = sayingOf(incident, { key, intent: "resolved", because, ...ends, nowMs: context.nowMs });
    const story = goesOn.length === 0 ? {} : { story: { goesOn } };
    // Whether a telephone rings hangs on what it has rung for.
    const { isCopy: _rings, ...hearer } = destination;
    if (context.mailing.add(hearer, { ...saying, ...story })) told += 1;
  }
  decide(context, "pass", incident.id, `over: told to ${count(told, "destination")} that had heard of it`);
}

function sayingOf(incident: Incident, rest: Omit<Saying, "about">): Saying {
  return { about: { ...incident, isIncident: true }, ...rest };
}
