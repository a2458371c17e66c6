import { z } from "zod";
import { actOnIncident, type IncidentDeed, type IncidentOutcome } from "../../alerting/escalation/incident-actions.ts";
import { confirmAddress } from "../../alerting/escalation/people/confirm-address.ts";
import type { Alert } from "../../core/alerting/alert.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { cleanText, cutText } from "../../core/message/clean-text.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { localTime } from "../../core/time/local-time.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime, readBody } from "../json-words.ts";
import { subjectsOf } from "../overview.ts";
import { pastAlerts } from "../past-alerts.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, notFound, type RouteSpec } from "../route-spec.ts";

const mostListed = 200;
const longestId = 60;
const states = ["open", "acknowledged", "resolved"] as const satisfies readonly Incident["status"][];
const days30Ms = 30 * 86_400_000;

const wishShape = {
  by: z.string().trim().min(1, "say who does this").max(100),
  via: z.enum(["api", "cli"]).default("api"),
  comment: z.string().trim().min(1).max(1000).optional(),
};
const forSchema = durationSchema({ minMs: 60_000, maxMs: days30Ms });

/** What each action takes, and what it does. */
const actions = {
  acknowledge: z
    .strictObject({ ...wishShape, for: forSchema.optional(), reached_by: z.string().min(1).optional() })
    .transform(({ for: forMs, reached_by: reachedBy, ...rest }) => ({
      ...rest,
      ...(forMs === undefined ? {} : { forMs }),
      ...(reachedBy === undefined ? {} : { reachedBy }),
    })),
  unacknowledge: z.strictObject(wishShape),
  assign: z.strictObject({ ...wishShape, person: z.string().min(1) }),
  comment: z.strictObject({ ...wishShape, comment: wishShape.comment.unwrap() }),
  snooze: z.strictObject({ ...wishShape, for: forSchema }),
  resolve: z.strictObject(wishShape),
} as const;
type ActionName = keyof typeof actions;

const row = { surfaces: ["admin"], auth: "admin" } as const;

/** Incidents, and what people do about them. */
export const incidentRoutes: readonly RouteSpec[] = [
  { ...row, methods: ["GET", "HEAD"], path: "/api/v1/incidents", body: "none", handle: list },
  { ...row, methods: ["GET", "HEAD"], path: "/api/v1/incidents/:id", body: "none", handle: one },
  { ...row, methods: ["POST"], path: "/api/v1/incidents/:id/:action", body: "json", handle: act },
];

/** Open and acknowledged ones where nothing else is asked for; the newest first. */
async function list({ query }: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  const asked = query.getAll("state");
  const unknown = asked.find((state) => !states.some((each) => each === state));
  if (unknown !== undefined) return errorAnswer(422, "invalid", `state "${unknown}" is none of ${states.join(", ")}`);
  const wanted = asked.length === 0 ? ["open", "acknowledged"] : asked;
  const open = dependencies.alerting().incidents;
  const known = new Set(open.map(({ id }) => id));
  const stored = wanted.includes("resolved") ? await dependencies.incidents(mostListed) : [];
  const over = stored.filter(({ id, status }) => status === "resolved" && !known.has(id));
  const found = [...open, ...over].filter(({ status }) => wanted.includes(status));
  const sorted = found.toSorted((a, b) => b.openedAtMs - a.openedAtMs).slice(0, mostListed);
  return jsonAnswer(200, { incidents: await shownAll(sorted, dependencies) });
}

async function one({ params }: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  const incident = await findIncident(params["id"] ?? "", dependencies);
  return incident === undefined
    ? unknownIncident(params["id"] ?? "")
    : jsonAnswer(200, await shownWhole(incident, dependencies));
}

async function act({ params, body }: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  const { id = "", action = "" } = params;
  if (!Object.hasOwn(actions, action)) return notFound;
  const parsed = readBody(actions[action as ActionName], body);
  if (!parsed.ok) return parsed.answer;
  const { by, via, ...rest }: Wish = parsed.value;
  const receiver = rest.reachedBy;
  if (receiver !== undefined) {
    const noted = await dependencies.perform(confirmAddress({ person: by, receiver, by, via, incident: id }));
    if (!noted.ok) return errorAnswer(422, "invalid", noted.message);
  }
  const deed = deedOf(action as ActionName, rest, dependencies.clock.now());
  const outcome = await dependencies.perform(actOnIncident(id, deed, { by, via }));
  const untried = outcome.ok && deed.kind === "acknowledge" ? unconfirmedWays(outcome.incident, by, dependencies) : [];
  return answerOf(outcome, { id, ...(untried.length === 0 ? {} : { unconfirmed: untried }) }, dependencies);
}

type Rest = Readonly<{
  comment?: string | undefined;
  forMs?: number;
  person?: string;
  for?: number;
  reachedBy?: string;
}>;
type Wish = Rest & Readonly<{ by: string; via: "api" | "cli" }>;

/** By which addresses of their own somebody was told of an incident that were never confirmed; only they know which of them worked. */
function unconfirmedWays({ told = [] }: Incident, by: string, { unconfirmed }: ApiDependencies): readonly string[] {
  const receivers = unconfirmed().find(({ person }) => person === by)?.receivers ?? [];
  return receivers.filter((name) => told.some(({ receiver, recipient }) => receiver === name && recipient === by));
}

function deedOf(kind: ActionName, rest: Rest, nowMs: EpochMs): IncidentDeed {
  const comment = rest.comment === undefined ? {} : { comment: rest.comment };
  switch (kind) {
    case "acknowledge":
      return { kind, ...comment, ...(rest.forMs === undefined ? {} : { forMs: rest.forMs }) };
    case "snooze":
      return { kind, ...comment, untilMs: nowMs + (rest.for ?? 0) };
    case "assign":
      return { kind, ...comment, person: rest.person ?? "" };
    case "unacknowledge":
    case "comment":
    case "resolve":
      return { kind, ...comment };
  }
}

async function answerOf(
  outcome: IncidentOutcome,
  { id, ...more }: Readonly<{ id: string; unconfirmed?: readonly string[] }>,
  dependencies: ApiDependencies,
): Promise<ApiAnswer> {
  if (outcome.ok) return jsonAnswer(200, { ...(await shownWhole(outcome.incident, dependencies)), ...more });
  if (outcome.problem === "invalid") return errorAnswer(422, "invalid", outcome.message);
  const known = await dependencies.incident(id);
  if (known === undefined) return unknownIncident(id);
  const endedAt =
    known.resolvedAtMs === undefined ? "" : ` since ${localTime(known.resolvedAtMs, dependencies.timeZone())}`;
  return errorAnswer(409, "over", `The incident is over${endedAt}; nothing can be done to it any more.`);
}

/** An incident that is open, else one that was. */
export async function findIncident(id: string, dependencies: ApiDependencies): Promise<Incident | undefined> {
  const open = dependencies.alerting().incidents.find((incident) => incident.id === id);
  return open ?? (await dependencies.incident(id));
}

function unknownIncident(id: string): ApiAnswer {
  return errorAnswer(
    404,
    "unknown",
    `There is no incident "${cutText(cleanText(id), longestId)}"; "watchfire incident list" shows those that are open.`,
  );
}

/** Alerts that may belong to the incidents, and what each of these is about. */
async function knownOf(
  incidents: readonly Incident[],
  { alerting, language, history, clock }: ApiDependencies,
): Promise<Readonly<{ alerts: readonly Alert[]; subjects: Readonly<Record<string, string>> }>> {
  const inMemory = alerting().alerts;
  const alerts = [...inMemory, ...(await pastAlerts(incidents, inMemory, history, clock.now()))];
  return { alerts, subjects: subjectsOf(incidents, { alerts, language: language() }) };
}

async function shownAll(incidents: readonly Incident[], dependencies: ApiDependencies): Promise<readonly object[]> {
  const { subjects } = await knownOf(incidents, dependencies);
  return incidents.map((incident) => shown(incident, subjects[incident.id]));
}

function shown(incident: Incident, subject: string | undefined): object {
  const { id, status, severity, receiver, groupLabels, acknowledgement, assignee, escalation } = incident;
  return {
    id,
    status,
    severity,
    receiver,
    ...(subject === undefined ? {} : { subject }),
    labels: groupLabels,
    openedAt: isoTime(incident.openedAtMs),
    ...(incident.resolvedAtMs === undefined ? {} : { resolvedAt: isoTime(incident.resolvedAtMs) }),
    ...(acknowledgement === undefined ? {} : { acknowledgement: shownAcknowledgement(acknowledgement) }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(escalation === undefined ? {} : { policy: escalation.policy.id }),
    alerts: incident.members.length,
  };
}

function shownAcknowledgement({
  by,
  person,
  atMs,
  untilMs,
  isSnooze,
}: NonNullable<Incident["acknowledgement"]>): object {
  return {
    by,
    ...(person === undefined ? {} : { person }),
    at: isoTime(atMs),
    ...(untilMs === undefined ? {} : { until: isoTime(untilMs) }),
    ...(isSnooze === true ? { snoozed: true } : {}),
  };
}

async function shownWhole(incident: Incident, dependencies: ApiDependencies): Promise<object> {
  const { alerts: all, subjects } = await knownOf([incident], dependencies);
  const members = new Set(incident.members);
  const alerts = all.filter(({ fingerprint }) => members.has(fingerprint));
  return {
    ...shown(incident, subjects[incident.id]),
    alerts: alerts.map(({ fingerprint, labels, status, annotations, startsAtMs }) => ({
      fingerprint,
      status,
      labels,
      summary: annotations["summary"] ?? annotations["title"] ?? labels["alertname"],
      startsAt: isoTime(startsAtMs),
    })),
    told: (incident.told ?? []).map(({ receiver, recipient, atMs, isCopy, answer }) => ({
      receiver,
      recipient,
      isCopy,
      answer,
      at: isoTime(atMs),
    })),
    timeline: incident.timeline.map(({ atMs, ...event }) => ({ at: isoTime(atMs), ...event })),
  };
}
