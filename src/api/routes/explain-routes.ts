import type { DeliveryRecord } from "../../core/alerting/outbox.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { type ExplainedAlert, explainPast } from "../explain.ts";
import { isoTime } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

const mostAlerts = 50;
const fingerprintPattern = /^[0-9a-f]{16}$/;
const labelPattern = /^([a-zA-Z_][a-zA-Z0-9_]*)=(.*)$/s;

/** Why past alerts were told or not. */
export const explainRoutes: readonly RouteSpec[] = [
  {
    surfaces: ["admin"],
    auth: "admin",
    methods: ["GET", "HEAD"],
    path: "/api/v1/explain",
    body: "none",
    handle: explain,
  },
];

/** `alert` is a fingerprint, `label` may come several times as name=value, `limit` is how many occurrences, the newest first. */
async function explain({ query }: ApiRequest, { history, clock }: ApiDependencies): Promise<ApiAnswer> {
  const fingerprint = query.get("alert") ?? undefined;
  if (fingerprint !== undefined && !fingerprintPattern.test(fingerprint))
    return errorAnswer(422, "invalid", `alert "${fingerprint}" is no fingerprint: 16 of 0-9 a-f`);
  const labels: Record<string, string> = {};
  for (const text of query.getAll("label")) {
    const [, name, value] = labelPattern.exec(text) ?? [];
    if (name === undefined || value === undefined)
      return errorAnswer(422, "invalid", `label "${text}" is not name=value`);
    labels[name] = value;
  }
  if (fingerprint === undefined && Object.keys(labels).length === 0)
    return errorAnswer(422, "invalid", "name an alert by its fingerprint or by labels");
  const limit = Number(query.get("limit") ?? "5");
  if (!Number.isInteger(limit) || limit < 1 || limit > mostAlerts)
    return errorAnswer(422, "invalid", `limit must be 1 to ${mostAlerts}`);
  const asked = { labels, limit, ...(fingerprint === undefined ? {} : { fingerprint }) };
  const found = await explainPast(history, asked, clock.now());
  return jsonAnswer(200, { alerts: found.map(shown) });
}

function shown({ alert, incidents, trail, deliveries }: ExplainedAlert) {
  const { fingerprint, labels, status, annotations, startsAtMs, endsAtMs, explanation } = alert;
  return {
    fingerprint,
    labels: { ...labels },
    status,
    summary: annotations["summary"] ?? "",
    startsAt: isoTime(startsAtMs),
    endsAt: endsAtMs === undefined ? null : isoTime(endsAtMs),
    explainedBy: explanation?.chain.map((link) => link.annotations["summary"] ?? link.fingerprint) ?? [],
    incidents: [...incidents],
    trail: trail.map(decisionShown),
    deliveries: deliveries.map(deliveryShown),
  };
}

function decisionShown({ atMs, stage, outcome, because, by }: Decision) {
  return { at: isoTime(atMs), stage, outcome, because, by: by ?? null };
}

function deliveryShown({ atMs, receiver, endpoint, attempt, outcome, reason, detail }: DeliveryRecord) {
  const words = [reason, detail].filter((word) => word !== undefined).join(": ");
  return { at: isoTime(atMs), receiver, endpoint, attempt, outcome, detail: words };
}
