import type { DeliveryRecord } from "../../core/alerting/outbox.ts";
import { unknownOf } from "../../core/schema/unknown-name.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

const mostRead = 10_000;
const mostShown = 1000;
const usuallyShown = 200;
const filters = ["outcome", "reason", "receiver", "incident", "recipient", "message"] as const;

/** What became of messages: every attempt, with the answer's class. */
export const deliveryRoutes: readonly RouteSpec[] = [
  {
    methods: ["GET", "HEAD"],
    path: "/api/v1/deliveries",
    surfaces: ["admin"],
    auth: "admin",
    body: "none",
    handle: list,
  },
];

/** The newest first; a filter takes one value, `receiver` one of the config or of a record, `state` is `failed` (ended without a delivery) or `waiting` (is tried again). */
async function list({ query }: ApiRequest, { deliveries, receivers }: ApiDependencies): Promise<ApiAnswer> {
  const limit = Number(query.get("limit") ?? usuallyShown);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostShown)
    return errorAnswer(422, "invalid", `limit is a whole number from 1 to ${mostShown}`);
  const state = query.get("state");
  if (state !== null && state !== "failed" && state !== "waiting")
    return errorAnswer(422, "invalid", `state "${state}" is neither failed nor waiting`);
  const records = await deliveries(mostRead);
  const receiver = query.get("receiver");
  const known = [...new Set([...receivers(), ...records.map((record) => record.receiver)])];
  if (receiver !== null && !known.includes(receiver))
    return errorAnswer(404, "unknown", unknownOf("receiver", receiver, known));
  const ended = new Set(records.filter((record) => record.ended === true).map(({ outboxId }) => outboxId));
  const wanted = records.filter((record) => {
    if (state === "failed" && !(record.ended === true && record.outcome === "rejected")) return false;
    if (state === "waiting" && ended.has(record.outboxId)) return false;
    return filters.every((name) => query.get(name) === null || query.get(name) === valueOf(record, name));
  });
  return jsonAnswer(200, { deliveries: wanted.slice(0, limit).map(shown) });
}

function valueOf(record: DeliveryRecord, name: (typeof filters)[number]): string | undefined {
  return name === "message" ? record.outboxId : record[name];
}

function shown({ outboxId, atMs, ended, ...rest }: DeliveryRecord): object {
  return { message: outboxId, at: isoTime(atMs), ended: ended === true, ...rest };
}
