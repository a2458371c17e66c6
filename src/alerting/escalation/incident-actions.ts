import type { Alert } from "../../core/alerting/alert.ts";
import type { Acknowledgement } from "../../core/alerting/escalation.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { Json } from "../../core/json.ts";
import type { Story } from "../../core/message/story.ts";
import { nearestName } from "../../core/nearest-name.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { followFiring } from "../incidents/chain-severity.ts";
import { membersToClose, membersToName } from "../incidents/firing-members.ts";
import { withHearer } from "../incidents/hearers.ts";
import { note, resolveIncident } from "../incidents/incident-record.ts";
import type { Action } from "../pipeline/action.ts";
import { reopen } from "./chain/acknowledgement.ts";
import { decide, type EscalationStepContext } from "./escalation-context.ts";
import type { Person } from "./people/people.ts";
import { Mailing } from "./telling/mailing.ts";
import { resolveReach } from "./telling/reach.ts";
import { tellNews } from "./telling/tell-news.ts";
import { personTitle, storyOf } from "./telling/telling.ts";

/** Who acts, and from where. `by` is a name as people write it, or the id of a person of the config. */
export type Actor = Readonly<{ by: string; via: "api" | "cli" | "page" }>;

/** What can be done to an incident by hand; `comment` is why. */
export type IncidentDeed = Readonly<{ comment?: string }> &
  Readonly<
    | { kind: "acknowledge"; forMs?: number }
    | { kind: "unacknowledge" | "resolve" | "comment" }
    | { kind: "snooze"; untilMs: EpochMs }
    | { kind: "assign"; person: string }
  >;

/** How an action on an incident ended; the message is one sentence for whoever asked. */
export type IncidentOutcome = Readonly<
  { ok: true; incident: Incident } | { ok: false; problem: "unknown" | "invalid"; message: string }
>;

type News = NonNullable<Story["news"]>;
type Deeds = Readonly<{ incident: Incident; news?: News; detail: string } | { refused: string }>;
type Acting = Readonly<{
  incident: Incident;
  by: string;
  person: string | undefined;
  context: EscalationStepContext;
  /** Lets the chain of an open incident go by what still fires. */
  follow: (incident: Incident) => Incident;
}>;

/** Does something to an incident that is not over: it is noted with who and from where, and told to everybody who knows of the incident. */
export function actOnIncident(id: string, deed: IncidentDeed, actor: Actor): Action<IncidentOutcome> {
  return (context) => {
    const before = context.state.incidents.get(id);
    if (before === undefined || before.status === "resolved")
      return { outcome: { ok: false, problem: "unknown", message: `there is no open incident "${id}"` } };
    const { config } = context.state;
    const person = config.escalation.people.has(actor.by) ? actor.by : undefined;
    const by = person === undefined ? actor.by : personTitle(config, person);
    const mailing = new Mailing([], config, context.ids);
    const step: EscalationStepContext = { config, mailing, nowMs: context.nowMs, decisions: [] };
    const follow = (incident: Incident): Incident => followFiring(context.state, incident, context.nowMs);
    const done = perform(deed, { incident: withSunkChain(before, follow), by, person, context: step, follow });
    if ("refused" in done) return { outcome: { ok: false, problem: "invalid", message: done.refused } };
    const why = deed.comment === undefined ? "" : `: ${deed.comment}`;
    const event = { atMs: context.nowMs, kind: deed.kind, detail: `${done.detail}${why}`, by, via: actor.via };
    const noted = note(done.incident, event);
    decide(step, "pass", id, `${by} by ${actor.via}: ${event.detail}`);
    const alerts = (deed.kind === "resolve" ? membersToClose : membersToName)(context.state, noted);
    if (done.news !== undefined) tellNews(context.state, step, noted, { news: done.news, alerts });
    const incident = deed.kind === "assign" ? tellAssignee(step, noted, { by, alerts }) : noted;
    context.state.incidents.set(id, incident);
    mailing.complete(id, () => storyOf(context.state, incident));
    const audit: Json = { action: `incident_${deed.kind}`, incident: id, by, via: actor.via, detail: event.detail };
    return { outcome: { ok: true, incident }, outbox: mailing.rows, decisions: step.decisions, audit: [audit] };
  };
}

/** Whoever takes an incident takes what fires of it now, though no group has told yet that what was graver is over. */
function withSunkChain(incident: Incident, follow: Acting["follow"]): Incident {
  const followed = follow(incident);
  return followed.escalation?.sunkTo === undefined ? incident : followed;
}

function perform(deed: IncidentDeed, acting: Acting): Deeds {
  switch (deed.kind) {
    case "acknowledge":
      return acknowledge(deed.forMs, acting);
    case "snooze":
      return snooze(deed.untilMs, acting);
    case "unacknowledge":
      return unacknowledge(acting);
    case "assign":
      return assign(deed.person, acting);
    case "resolve":
      return {
        incident: resolveIncident(acting.incident, acting.context.nowMs, `closed by ${acting.by}`),
        news: { kind: "closed", who: acting.by },
        detail: "closed by hand",
      };
    case "comment":
      return deed.comment === undefined
        ? { refused: "a comment needs a text" }
        : { incident: acting.incident, detail: "said" };
  }
}

/** Of two who take it the later one has it; both stand in the timeline. The same person again only makes it last longer. */
function acknowledge(forMs: number | undefined, { incident, by, person, context }: Acting): Deeds {
  const { acknowledgement: before, escalation, severity } = incident;
  const lastsMs = forMs ?? escalation?.policy.acknowledgementLastsMs[severity];
  const untilMs = lastsMs === undefined ? undefined : context.nowMs + lastsMs;
  const acknowledgement = taken({ by, person, untilMs }, context.nowMs);
  const isAgain = before !== undefined && before.by === by && before.isSnooze !== true;
  return {
    incident: { ...incident, status: "acknowledged", acknowledgement },
    detail: `${isAgain ? "goes on" : "taken"}${untilMs === undefined ? "" : ` until ${new Date(untilMs).toISOString()}`}`,
    ...(isAgain ? {} : { news: newsOf("taken", by, untilMs) }),
  };
}

function snooze(untilMs: EpochMs, { incident, by, person, context }: Acting): Deeds {
  if (untilMs <= context.nowMs) return { refused: "the time to put it off to has passed" };
  const acknowledgement: Acknowledgement = { ...taken({ by, person, untilMs }, context.nowMs), isSnooze: true };
  return {
    incident: { ...incident, status: "acknowledged", acknowledgement },
    news: newsOf("snoozed", by, untilMs),
    detail: `put off until ${new Date(untilMs).toISOString()}`,
  };
}

function unacknowledge({ incident, by, context, follow }: Acting): Deeds {
  if (incident.status !== "acknowledged") return { refused: "nobody has taken it" };
  const open = follow({ ...incident, status: "open" });
  return { incident: reopen(context, open), news: { kind: "released", who: by }, detail: "given back" };
}

/** People are named by their ids; whoever writes a name hears which id that is. */
function noPerson(name: string, people: readonly Person[]): string {
  const meant = people.find(({ contact }) => contact.title.toLowerCase() === name.toLowerCase());
  if (meant !== undefined) return `there is no person "${name}"; ${meant.contact.title} is "${meant.id}"`;
  const ids = people.map(({ id }) => id);
  const nearest = nearestName(name, ids);
  const others = ids.length === 0 ? "none is configured" : `there are ${ids.slice(0, 10).join(", ")}`;
  return `there is no person "${name}"; ${nearest === undefined ? others : `did you mean "${nearest}"?`}`;
}

function assign(person: string, { incident, context }: Acting): Deeds {
  const { escalation } = context.config;
  if (!escalation.people.has(person)) return { refused: noPerson(person, [...escalation.people.values()]) };
  return { incident: { ...incident, assignee: person }, detail: `assigned to ${personTitle(context.config, person)}` };
}

/** Whoever is told that an incident is theirs hears of its end, too. */
function tellAssignee(
  context: EscalationStepContext,
  incident: Incident,
  { by, alerts }: Readonly<{ by: string; alerts: readonly Alert[] }>,
): Incident {
  const { config, mailing, nowMs } = context;
  const reach = resolveReach(`person/${incident.assignee ?? ""}`, incident.severity, nowMs, config.escalation);
  const about = { ...incident, isIncident: true };
  const key = `assigned@${nowMs}`;
  const news = { kind: "assigned", who: by } as const;
  for (const destination of reach.destinations)
    mailing.add(destination, { about, key, intent: "update", because: "assigned", alerts, story: { news }, nowMs });
  decide(context, reach.destinations.length > 0 ? "pass" : "drop", incident.id, `assigned: ${reach.nobody ?? "told"}`);
  const firing = alerts.flatMap(({ status, fingerprint }) => (status === "firing" ? fingerprint : []));
  return reach.destinations.reduce(
    (told, destination) => withHearer(told, { ...destination, isQuiet: true }, nowMs, firing),
    incident,
  );
}

function taken(
  { by, person, untilMs }: Readonly<{ by: string; person: string | undefined; untilMs: EpochMs | undefined }>,
  atMs: EpochMs,
): Acknowledgement {
  return {
    by,
    atMs,
    ...(person === undefined ? {} : { person }),
    ...(untilMs === undefined ? {} : { untilMs }),
  };
}

function newsOf(kind: "taken" | "snoozed", who: string, untilMs: EpochMs | undefined): News {
  return { kind, who, ...(untilMs === undefined ? {} : { untilMs }) };
}
