import { handoverWords } from "../../../core/message/handover-words.ts";
import type { PlainWords } from "../../../core/message/story.ts";
import { clockTime } from "../../../core/message/time-words.ts";
import { type Severity, severities } from "../../../core/severity.ts";
import { count } from "../../../core/text/count.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import type { PipelineState } from "../../pipeline/pipeline-state.ts";
import { decide, type EscalationStepContext } from "../escalation-context.ts";
import type { People } from "../people/people.ts";
import { type Destination, resolveReach } from "../telling/reach.ts";
import { personTitle } from "../telling/telling.ts";
import { arrangedAt, onCallAt, type Schedule, type Schedules, type Shift, shiftsBetween } from "./schedule.ts";

/** After a start, changes of shift of the last hour are told, but none of before the first start; what was told before that is not told again (equal outbox keys). */
const lookBackMs = 3_600_000;
const lookAheadMs = 60 * 86_400_000;

/** Tells changes of the person on call, each once: the two people, and whom the schedule names. */
export function handOver(state: PipelineState, context: EscalationStepContext): void {
  const { handovers, config } = state;
  const { schedules } = config.escalation;
  const { nowMs } = context;
  if (schedules.size === 0 || (nowMs < handovers.nextMs && handovers.seenMs <= nowMs)) return;
  const seenMs =
    handovers.seenMs <= nowMs
      ? handovers.seenMs
      : Math.min(nowMs, Math.max(nowMs - (Number.isNaN(handovers.seenMs) ? lookBackMs : 0), watchedSinceMs(state)));
  for (const schedule of schedules.values()) {
    const [before, now] = shiftsBetween(schedule, seenMs, nowMs + 1).slice(-2);
    if (before !== undefined && now !== undefined) tellChange(state, context, { schedule, before, now });
  }
  handovers.seenMs = nowMs;
  handovers.nextMs = nextChangeMs(schedules, nowMs);
}

/** Since when anything was watched; what changes in that very moment is told. */
function watchedSinceMs({ watched }: PipelineState): EpochMs {
  return (watched.get("since") ?? Number.NEGATIVE_INFINITY) - 1;
}

/** When somebody may be relieved next; undefined when nobody ever is. */
export function nextHandoverMs({ handovers, config }: PipelineState): EpochMs | undefined {
  if (config.escalation.schedules.size === 0 || handovers.nextMs === Number.POSITIVE_INFINITY) return undefined;
  return handovers.nextMs;
}

function nextChangeMs(schedules: Schedules, nowMs: EpochMs): EpochMs {
  return Math.min(...[...schedules.values()].map((schedule) => onCallAt(schedule, nowMs).untilMs));
}

type Change = Readonly<{ schedule: Schedule; before: Shift; now: Shift }>;

function tellChange(state: PipelineState, context: EscalationStepContext, { schedule, before, now }: Change): void {
  const { mailing, nowMs } = context;
  const text = wordsOf(state, context, { schedule, before, now });
  const id = `handover/${schedule.id}`;
  const about = { id, groupKey: id, groupLabels: {}, severity: "info", isIncident: false } as const;
  const saying = {
    about,
    key: `@${now.fromMs}`,
    intent: "meta",
    because: "hand-over",
    alerts: [],
    text,
    nowMs,
  } as const;
  const destinations = audience(context, { schedule, before, now });
  for (const destination of destinations) mailing.add(destination, saying);
  const names = `${now.person ?? "nobody"} follows ${before.person ?? "nobody"}`;
  decide(
    context,
    destinations.length > 0 ? "pass" : "drop",
    id,
    `${names}: told to ${count(destinations.length, "destination")}`,
  );
}

function wordsOf(
  { incidents }: PipelineState,
  { config, nowMs }: EscalationStepContext,
  { schedule, before, now }: Change,
): PlainWords {
  const text = handoverWords[config.locale];
  const name = ({ person }: Shift): string => (person === undefined ? "" : personTitle(config, person));
  const endMs = shiftsBetween(schedule, nowMs, nowMs + lookAheadMs)[0]?.untilMs ?? Number.POSITIVE_INFINITY;
  const arranged = arrangedAt(schedule, now.fromMs);
  const open = incidents.values().filter(({ status }) => status !== "resolved").length;
  return {
    title: text.title(name(now)),
    lines: [
      text.change(schedule.title, name(before), name(now)),
      ...(endMs < nowMs + lookAheadMs ? [text.until(clockTime(endMs, nowMs, schedule.timeZone))] : []),
      ...(arranged === undefined
        ? []
        : [
            text.arranged(
              personTitle(config, arranged.by),
              name(now),
              personTitle(config, arranged.instead ?? ""),
              arranged.comment ?? "",
            ),
          ]),
      ...(open > 0 ? [text.open(open)] : []),
    ],
  };
}

/** Whom the schedule names, then who begins; who ends hears of it where that is not the same chat. */
function audience({ config }: EscalationStepContext, { schedule, before, now }: Change): readonly Destination[] {
  const { people } = config.escalation;
  const named = schedule.handover.flatMap(
    (reference) => resolveReach(reference, "info", now.fromMs, config.escalation).destinations,
  );
  const beginning = [...named, ...quietly(people, now.person)];
  const told = new Set(beginning.map(({ receiver }) => receiver));
  return [...beginning, ...quietly(people, before.person).filter(({ receiver }) => !told.has(receiver))];
}

/** By what a person is told of the mildest severity that there is a receiver for. */
function quietly(people: People, id: string | undefined): readonly Destination[] {
  const person = people.get(id ?? "");
  const mildest: Severity | undefined = severities.find((severity) => person?.reach[severity].length);
  if (person === undefined || mildest === undefined) return [];
  return person.reach[mildest].map((receiver) => ({ receiver, recipient: person.id }));
}
