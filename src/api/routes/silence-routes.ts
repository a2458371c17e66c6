import { z } from "zod";
import { readMatchers } from "../../alerting/routing/read-matchers.ts";
import type { SilenceWish } from "../../alerting/silences/check-silence.ts";
import { expireSilence, type SilenceOutcome, setSilence } from "../../alerting/silences/silence-actions.ts";
import { type Silence, type SilenceState, silenceState } from "../../core/alerting/silence.ts";
import { formatMatcher, makeMatcher, matches } from "../../core/matching/matcher.ts";
import { cleanText, cutText } from "../../core/message/clean-text.ts";
import { durationSchema } from "../../core/time/duration.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { ApiDependencies } from "../api-dependencies.ts";
import { isoTime, momentSchema, readBody } from "../json-words.ts";
import { type ApiAnswer, type ApiRequest, errorAnswer, jsonAnswer, type RouteSpec } from "../route-spec.ts";

const states = ["active", "pending", "expired"] as const satisfies readonly SilenceState[];

const wishSchema = z
  .strictObject({
    id: z.string().min(1).max(64).optional(),
    matchers: z.array(z.string().max(8192)),
    startsAt: momentSchema.optional(),
    endsAt: momentSchema.optional(),
    lasts: durationSchema({ minMs: 1000, maxMs: 366 * 86_400_000 }).optional(),
    createdBy: z.string().trim().min(1, "say who silences"),
    comment: z.string().trim().min(1, "say why"),
  })
  .refine(({ endsAt, lasts }) => (endsAt === undefined) !== (lasts === undefined), "give either endsAt or lasts");

const row = { surfaces: ["admin"], auth: "admin" } as const;

/** Silences: what is not told for a while because somebody said so. */
export const silenceRoutes: readonly RouteSpec[] = [
  { ...row, methods: ["GET", "HEAD"], path: "/api/v1/silences", body: "none", handle: list },
  { ...row, methods: ["POST"], path: "/api/v1/silences", body: "json", handle: set },
  { ...row, methods: ["GET", "HEAD"], path: "/api/v1/silences/:id", body: "none", handle: one },
  { ...row, methods: ["DELETE"], path: "/api/v1/silences/:id", body: "none", handle: expire },
];

/** Active ones first, the soonest to end first; then those that wait, then expired ones, the latest first. */
function list({ query }: ApiRequest, dependencies: ApiDependencies): ApiAnswer {
  const asked = query.getAll("state");
  const unknown = asked.find((state) => !states.some((each) => each === state));
  if (unknown !== undefined)
    return errorAnswer(422, "invalid", `state "${unknown}" is none of active, pending and expired`);
  const nowMs = dependencies.clock.now();
  const wanted = asked.length === 0 ? ["active", "pending"] : asked;
  const stateOf = (silence: Silence) => silenceState(silence, nowMs);
  const silences = dependencies
    .alerting()
    .silences.filter((silence) => wanted.includes(stateOf(silence)))
    .toSorted((a, b) => states.indexOf(stateOf(a)) - states.indexOf(stateOf(b)) || withinState(a, b, stateOf(a)));
  return jsonAnswer(200, { silences: silences.map((silence) => shown(silence, nowMs)) });
}

function withinState(a: Silence, b: Silence, state: SilenceState): number {
  if (state === "pending") return a.startsAtMs - b.startsAtMs;
  return state === "active" ? a.endsAtMs - b.endsAtMs : b.endsAtMs - a.endsAtMs;
}

function one({ params }: ApiRequest, dependencies: ApiDependencies): ApiAnswer {
  const silence = dependencies.alerting().silences.find(({ id }) => id === params["id"]);
  return silence === undefined
    ? unknownSilence(params["id"] ?? "")
    : jsonAnswer(200, shownWithReach(silence, dependencies));
}

async function set({ body }: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  const parsed = readBody(wishSchema, body);
  if (!parsed.ok) return parsed.answer;
  const wish = wishOf(parsed.value, dependencies);
  if (typeof wish === "string") return errorAnswer(422, "invalid", wish);
  return answerOf(await dependencies.perform(setSilence(wish)), wish.id ?? "", dependencies);
}

async function expire({ params }: ApiRequest, dependencies: ApiDependencies): Promise<ApiAnswer> {
  const id = params["id"] ?? "";
  return answerOf(await dependencies.perform(expireSilence(id, "the API")), id, dependencies);
}

/** A silence that is changed keeps what the body does not say of its start; a sentence when a matcher cannot be read. */
function wishOf(asked: z.output<typeof wishSchema>, { clock, alerting }: ApiDependencies): SilenceWish | string {
  const matchers = readMatchers(asked.matchers);
  if (!matchers.ok) return matchers.problem;
  const before = alerting().silences.find(({ id }) => id === asked.id);
  const startsAtMs = asked.startsAt ?? before?.startsAtMs ?? clock.now();
  const endsAtMs: EpochMs = asked.endsAt ?? Math.max(startsAtMs, clock.now()) + (asked.lasts ?? 0);
  const { createdBy, comment, id } = asked;
  return { matchers: matchers.value, startsAtMs, endsAtMs, createdBy, comment, ...(id === undefined ? {} : { id }) };
}

const longestId = 60;

function unknownSilence(id: string): ApiAnswer {
  const shownId = cutText(cleanText(id), longestId);
  return errorAnswer(404, "unknown", `There is no silence "${shownId}"; "watchfire silence list" shows them.`);
}

function answerOf(outcome: SilenceOutcome, id: string, dependencies: ApiDependencies): ApiAnswer {
  if (outcome.ok) return jsonAnswer(200, shownWithReach(outcome.silence, dependencies));
  return outcome.problem === "unknown" ? unknownSilence(id) : errorAnswer(422, outcome.problem, outcome.message);
}

/** With how many alerts it covers now, so that a typing error in a matcher is seen at once. */
function shownWithReach(silence: Silence, { clock, alerting }: ApiDependencies): object {
  const matchers = silence.matchers.flatMap((text) => {
    const matcher = makeMatcher(text);
    return matcher.ok ? [matcher.value] : [];
  });
  const firing = alerting().alerts.filter(({ status, labels }) => status === "firing" && matches(matchers, labels));
  return { ...shown(silence, clock.now()), firingAlerts: firing.length };
}

function shown(silence: Silence, nowMs: EpochMs): object {
  const { id, createdBy, comment } = silence;
  return {
    id,
    state: silenceState(silence, nowMs),
    matchers: silence.matchers.map(formatMatcher),
    startsAt: isoTime(silence.startsAtMs),
    endsAt: isoTime(silence.endsAtMs),
    updatedAt: isoTime(silence.updatedAtMs),
    createdBy,
    comment,
  };
}
