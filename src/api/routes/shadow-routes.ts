import { z } from "zod";
import { compareShadow } from "../../alerting/shadow/compare-shadow.ts";
import { noteShadow } from "../../alerting/shadow/note-shadow.ts";
import type { ShadowNotice } from "../../core/alerting/shadow-notice.ts";
import { fingerprint } from "../../core/labels.ts";
import { parseDuration } from "../../core/time/duration.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime, readBody } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

/** Two systems that ask, confirm and group by their own clocks tell the same within so long. */
const withinMs = 600_000;
const mostAlerts = 1000;

/** What of Alertmanager's webhook is read; what else it says is let pass, as newer versions say more. */
const webhookSchema = z.object({
  receiver: z.string().max(200),
  alerts: z
    .array(
      z.object({
        status: z.enum(["firing", "resolved"]),
        labels: z.record(z.string().max(256), z.string().max(2048)),
        startsAt: z.iso.datetime({ offset: true }),
      }),
    )
    .max(mostAlerts),
});

const base = "/api/v1/shadow";

/** What the old system tells while this daemon only watches beside it, and how the two compare. */
export const shadowRoutes: readonly RouteSpec[] = [
  {
    path: `${base}/alertmanager`,
    methods: ["POST"],
    surfaces: ["admin", "push"],
    auth: "pipeline",
    body: "json",
    handle: take,
  },
  {
    path: `${base}/report`,
    methods: ["GET", "HEAD"],
    surfaces: ["admin"],
    auth: "admin",
    body: "none",
    handle: report,
  },
];

/** A receiver of Alertmanager with this address as its webhook says here what it tells everybody else. */
async function take({ body }: ApiRequest, { clock, isShadow, perform }: ApiDependencies): Promise<ApiAnswer> {
  if (!isShadow)
    return errorAnswer(409, "conflict", "This daemon sends itself; only one in shadow mode is compared with another.");
  const parsed = readBody(webhookSchema, body);
  if (!parsed.ok) return parsed.answer;
  const { receiver, alerts } = parsed.value;
  const notices = alerts
    .filter(({ status }) => status === "firing")
    .map(({ labels, startsAt }): ShadowNotice => {
      const times = { startsAtMs: Date.parse(startsAt), atMs: clock.now() };
      return { side: "there", fingerprint: fingerprint(labels), labels, receiver, ...times };
    });
  return jsonAnswer(200, { noted: await perform(noteShadow(notices)) });
}

function report({ query }: ApiRequest, { alerting }: ApiDependencies): ApiAnswer {
  const asked = query.get("within");
  const within = asked === null ? withinMs : parseDuration(asked);
  if (within === undefined)
    return errorAnswer(422, "invalid", `within: "${asked}" is no duration; write one such as 10m`);
  const notices = alerting().shadowNotices;
  const { both, onlyThere, onlyHere } = compareShadow(notices, within);
  return jsonAnswer(200, {
    there: notices.filter(({ side }) => side === "there").length,
    here: notices.filter(({ side }) => side === "here").length,
    both: both.map(({ there, here, laterMs }) => ({
      there: shown(there),
      here: shown(here),
      laterSeconds: laterMs / 1000,
    })),
    onlyThere: onlyThere.map(shown),
    onlyHere: onlyHere.map(shown),
  });
}

function shown({ labels, receiver, atMs, startsAtMs }: ShadowNotice): object {
  return { at: isoTime(atMs), startsAt: isoTime(startsAtMs), receiver, labels };
}
