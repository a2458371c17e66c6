import type { DeliveryOutcome, Fate } from "../../../core/alerting/notifier.ts";
import type { AcceptedRow, OutboxRow, RowOutcome } from "../../../core/alerting/outbox.ts";
import { formatDuration } from "../../../core/time/duration.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { rejected } from "../../notifiers/outcome.ts";
import type { Member } from "../config/receivers.ts";

/** What a provider has not said by then it hardly says any more. */
const longestMs = 10 * 60_000;
const shortestPauseMs = 5000;
const longestPauseMs = 60_000;

/** What follows from what is known of a message that was taken: the end of its row, or when to ask again. */
export type JudgedFate =
  | Readonly<{ end: Extract<RowOutcome, { kind: "delivered" | "rejected" }> }>
  | Readonly<{ againAtMs: EpochMs }>;

/** What is kept of a message about something that fires when its endpoint took it and can be asked what became of it; else undefined. */
export function acceptedBy(
  { endpoint, notifier }: Member,
  { notification }: OutboxRow,
  outcome: DeliveryOutcome,
  atMs: EpochMs,
): AcceptedRow | undefined {
  if (outcome.kind !== "delivered" || outcome.final || outcome.externalId === undefined) return undefined;
  const isWorthIt = notification.intent !== "test" && notification.alerts.some(({ status }) => status === "firing");
  if (!isWorthIt || notifier.fate === undefined) return undefined;
  const { externalId, detail } = outcome;
  return { externalId, atMs, endpoint, ...(detail === undefined ? {} : { detail }) };
}

/** When what became of a message is asked first. */
export function firstAskMs(row: OutboxRow, nowMs: EpochMs): EpochMs {
  return Math.min(nowMs + 2 * shortestPauseMs, row.giveUpAtMs);
}

/**
 * Decides what follows from an answer. Until the end of the row's time, and at most ten minutes, what is open is asked again; then it
 * counts as delivered where no more was to be expected, else as not delivered. Where nothing can be learned, it stays as accepted.
 */
export function judgeFate(row: OutboxRow, fate: Fate, nowMs: EpochMs): JudgedFate {
  if (fate.kind === "rejected") return { end: fate };
  if (fate.kind === "delivered") return { end: { ...fate, ...wordsOf(row, fate.detail) } };
  const takenAtMs = row.accepted?.atMs ?? nowMs;
  const untilMs = Math.min(row.giveUpAtMs, takenAtMs + longestMs);
  const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, (nowMs - takenAtMs) / 4));
  if (nowMs < untilMs) return { againAtMs: Math.min(untilMs, Math.round(nowMs + pauseMs)) };
  if (fate.kind === "retryable")
    return { end: stillAccepted(row, `what became of it could not be asked: ${fate.detail}`) };
  if (fate.suffices) return { end: stillAccepted(row, fate.detail) };
  const age = formatDuration(Math.max(0, Math.round((nowMs - takenAtMs) / 1000) * 1000));
  return { end: rejected("recipient", "undelivered", `no end of it ${age} after it was taken: ${fate.detail}`) };
}

/** The end of a row of which no more is learned than that it was taken. */
export function stillAccepted(row: OutboxRow, why: string): Extract<RowOutcome, { kind: "delivered" }> {
  return { kind: "delivered", final: false, ...wordsOf(row, why) };
}

/** What was known when it was taken, such as the number, then what was learned. */
function wordsOf(row: OutboxRow, learned: string | undefined): Readonly<{ detail?: string }> {
  const words = [row.accepted?.detail, learned].filter((each) => each !== undefined);
  return words.length === 0 ? {} : { detail: words.join("; ") };
}
