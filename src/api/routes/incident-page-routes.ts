import { z } from "zod";
import { actOnIncident, type IncidentDeed } from "../../alerting/escalation/incident-actions.ts";
import { confirmAddress } from "../../alerting/escalation/people/confirm-address.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import { parseDuration } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { evidenceOfAlerts } from "../incident-evidence.ts";
import {
  gravestFirst,
  type IncidentPage,
  renderIncidentPage,
  renderLinkFault,
  snoozeChoices,
} from "../page/incident-page.ts";
import { incidentWords } from "../page/incident-words.ts";
import { type PageAction, type PageGrant, pageActions, readPage } from "../page-tokens.ts";
import { pastAlerts } from "../past-alerts.ts";
import { type ApiAnswer, type ApiRequest, type RouteSpec } from "../route-spec.ts";
import { findIncident } from "./incident-routes.ts";

const limit = { count: 60, perMs: 60_000 } as const;
const row = { path: "/i/:token", surfaces: ["admin", "public"], auth: "link", limit } as const;

const formSchema = z.object({
  action: z.enum(pageActions),
  by: z.string().trim().max(60).default(""),
  comment: z.string().trim().max(500).default(""),
  for: z.enum(snoozeChoices).default("30m"),
  person: z.string().max(63).default(""),
});
type Form = z.output<typeof formSchema>;
type Notice = NonNullable<IncidentPage["notice"]>;

/** The page behind the link of a message: looking changes nothing, a button acts; whoever has the link needs no login. */
export const incidentPageRoutes: readonly RouteSpec[] = [
  { ...row, methods: ["GET", "HEAD"], body: "none", handle: show },
  { ...row, methods: ["POST"], body: "form", handle: act },
];

async function show(request: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  return answerFor(request, dependencies, ({ incident, grant }) => {
    const done = pageActions.find((action) => action === request.query.get("done"));
    const text = incidentWords[dependencies.language()];
    const notice = done === undefined ? undefined : { text: text.done[done], isBad: false };
    return page(200, { incident, grant, notice }, dependencies, request);
  });
}

async function act(request: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  return answerFor(request, dependencies, async ({ incident, grant }) => {
    const text = incidentWords[dependencies.language()];
    const refuse = (status: number, words: string): Promise<ApiAnswer> =>
      page(status, { incident, grant, notice: { text: words, isBad: true } }, dependencies, request);
    const parsed = formSchema.safeParse(Object.fromEntries(request.form ?? []));
    if (!parsed.success || !grant.actions.includes(parsed.data.action)) return refuse(422, text.invalid);
    const by = actorOf(parsed.data.by, grant, dependencies);
    if (by === "") return refuse(422, text.nameMissing);
    const deed = deedOf(parsed.data, dependencies.clock.now());
    const outcome = await dependencies.perform(actOnIncident(grant.incident, deed, { by, via: "page" }));
    if (outcome.ok) {
      await noteReached(grant, by, dependencies);
      return seeOther(request, parsed.data.action);
    }
    const now = await findIncident(grant.incident, dependencies);
    const notice = { text: text.invalid, isBad: true };
    return page(409, { incident: now ?? incident, grant, notice }, dependencies, request);
  });
}

/** Who answers by a link that was sent to one's own address has shown that it is right. */
async function noteReached(
  { recipient, receiver }: PageGrant,
  by: string,
  { perform }: ApiDependencies,
): Promise<void> {
  if (recipient === undefined || receiver === undefined || by !== recipient) return;
  await perform(confirmAddress({ person: recipient, receiver, by, via: "page" }));
}

/** The person the link was sent to, unless another name was written over that one. */
function actorOf(written: string, { recipient }: PageGrant, { escalation }: ApiDependencies): string {
  const title = escalation().people.get(recipient ?? "")?.contact.title ?? recipient;
  return written === title && recipient !== undefined ? recipient : written;
}

type Found = Readonly<{ incident: Incident; grant: PageGrant; notice?: Notice | undefined }>;

async function answerFor(
  { params }: ApiRequest,
  dependencies: ApiDependencies,
  answer: (found: Found) => ApiAnswer | Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const language = dependencies.language();
  const ticket = readPage(dependencies.pageKey, params["token"] ?? "", dependencies.clock.now());
  if (ticket.is === "forged") return document(404, renderLinkFault(language, "forged"));
  if (ticket.is === "expired") return document(410, renderLinkFault(language, "expired"));
  const incident = await findIncident(ticket.grant.incident, dependencies);
  if (incident === undefined) return document(410, renderLinkFault(language, "gone"));
  return answer({ incident, grant: ticket.grant });
}

function deedOf({ action, comment, for: choice, person }: Form, nowMs: EpochMs): IncidentDeed {
  const why = comment === "" ? {} : { comment };
  if (action === "assign") return { kind: action, person, ...why };
  return action === "snooze"
    ? { kind: action, untilMs: nowMs + (parseDuration(choice) ?? 0), ...why }
    : { kind: action, ...why };
}

async function page(
  status: number,
  { incident, grant, notice }: Found,
  { language, timeZone, clock, alerting, escalation, history, overview }: ApiDependencies,
  { params }: ApiRequest,
): Promise<ApiAnswer> {
  const { people } = escalation();
  const titleOf = (id: string): string => people.get(id)?.contact.title ?? id;
  const members = new Set(incident.members);
  const inMemory = alerting().alerts;
  const past = await pastAlerts([incident], inMemory, history, clock.now());
  const alerts = [...inMemory, ...past].filter(({ fingerprint }) => members.has(fingerprint));
  const body = renderIncidentPage({
    language: language(),
    timeZone: timeZone(),
    nowMs: clock.now(),
    incident,
    alerts,
    evidence: await evidenceOfAlerts(gravestFirst(alerts), overview().checks, history, clock.now()),
    actions: grant.actions,
    actor: grant.recipient === undefined ? undefined : titleOf(grant.recipient),
    titleOf,
    people: [...people.keys()].map((id) => ({ id, title: titleOf(id) })),
    ...(notice === undefined ? {} : { notice }),
    path: `/i/${params["token"] ?? ""}`,
  });
  return document(status, body);
}

/** The form may be sent to where the page came from, and the address, which is the key, is told to nobody else. */
const headers = {
  "content-security-policy":
    "default-src 'none';style-src 'self';img-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'",
  "referrer-policy": "same-origin",
} as const;

function document(status: number, body: string): ApiAnswer {
  return { status, contentType: "text/html; charset=utf-8", body, headers };
}

/** Reloading the page afterwards does nothing again. */
function seeOther({ params }: ApiRequest, action: PageAction): ApiAnswer {
  return { ...document(303, ""), headers: { ...headers, location: `./${params["token"] ?? ""}?done=${action}` } };
}
