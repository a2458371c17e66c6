import type { DeliveryOutcome, DeliveryReason } from "../../../core/alerting/notifier.ts";
import { isUrgentRow, type OutboxRow } from "../../../core/alerting/outbox.ts";
import type { Random } from "../../../core/ports/random.ts";
import { formatDuration } from "../../../core/time/duration.ts";
import type { EpochMs } from "../../../core/time/time.ts";
import { rejected } from "../../notifiers/outcome.ts";

const shortestDelayMs = 250;
const firstDelayMs = 1000;
const longestDelayMs = 60_000;
const longestRetryAfterMs = 3_600_000;
const lastAttemptLeadMs = 1000;
/** Who may have been rung is rung once more at the earliest after this; where nobody else would be, then more and more rarely. */
const ringsAgainMs = 30_000;
/** What may stand in a chat already, and is not urgent, is said again at the earliest after this, then more and more rarely. */
const saysAgainMs = 60_000;
const rarestMs: Readonly<Record<"warning" | "info", number>> = { warning: 1_800_000, info: 3_600_000 };

/** What is recorded of an attempt, and whether the row ends with it. */
export type Judged = Readonly<{
  outcome: DeliveryOutcome;
  notBeforeMs: EpochMs;
  end: "delivered" | "dead" | undefined;
}>;

type Failed = Exclude<DeliveryOutcome, { kind: "delivered" }>;

/** Delay before the next attempt after so many: full jitter under a cap that doubles from one second to one minute, or to `longestMs`. */
export function backOffMs(attempts: number, random: Random, longestMs: number = longestDelayMs): number {
  const capMs = Math.min(longestDelayMs, longestMs, firstDelayMs * 2 ** Math.min(attempts, 10));
  return Math.max(shortestDelayMs, Math.round(random.next() * capMs));
}

/** What the endpoint asked for, at most an hour; undefined when it asked for nothing. */
export function askedDelayMs(outcome: DeliveryOutcome): number | undefined {
  if (outcome.kind !== "retryable" || outcome.afterMs === undefined) return undefined;
  return Math.min(outcome.afterMs, longestRetryAfterMs);
}

/** True when the endpoint, not this one message, is what failed. */
export function isSick(outcome: DeliveryOutcome): boolean {
  return outcome.kind === "retryable" && outcome.next === undefined && outcome.reason !== "internal";
}

/** A row waits for its next attempt at most half of the time that it has left, so that the last attempt is near its end. */
export function longestWaitMs(row: OutboxRow, nowMs: EpochMs): number {
  return (row.giveUpAtMs - nowMs) / 2;
}

/** What else counts when an attempt is judged. */
export type Circumstances = Readonly<{
  random: Random;
  /** The endpoint's refusal may be a moment's fault, or nobody would take over: the message is tried on. */
  persists: boolean;
  /** Whom a message that arrives twice would trouble. */
  audience: "phone" | "people" | "program";
  /** Nobody has to be rung again: the receiver names who takes over, or somebody has taken the incident, or it is over. */
  isCovered: boolean;
  /** Another endpoint of the same pool takes it in so long, whatever this one asked for. */
  elsewhereMs?: number;
}>;

/**
 * Decides what follows an attempt: the end, or when to try again; a row that cannot be tried again before `giveUpAtMs` is given up
 * now. What an endpoint refuses for good is tried on as `persists` says. A call that may have rung twice is not made again where that
 * `isCovered`: somebody else is told soon, rather than one person rung all night.
 */
export function judgeAttempt(
  row: OutboxRow,
  outcome: DeliveryOutcome,
  nowMs: EpochMs,
  circumstances: Circumstances,
): Judged {
  if (outcome.kind === "delivered") return { outcome, notBeforeMs: nowMs, end: "delivered" };
  const isFinal = outcome.kind === "rejected" && !(outcome.scope === "endpoint" && circumstances.persists);
  if (isFinal) return { outcome, notBeforeMs: nowMs, end: "dead" };
  if (circumstances.audience === "phone" && circumstances.isCovered && isUnknown(outcome) && row.startedBefore) {
    const detail = `not called again, it may have rung twice: ${outcome.detail}`;
    return { outcome: rejected("message", outcome.reason as DeliveryReason, detail), notBeforeMs: nowMs, end: "dead" };
  }
  const notBeforeMs = nowMs + delayMs(row, outcome, nowMs, circumstances);
  if (notBeforeMs > row.giveUpAtMs - lastAttemptLeadMs) {
    return { outcome: givenUp(row, outcome, nowMs), notBeforeMs: nowMs, end: "dead" };
  }
  return { outcome, notBeforeMs, end: undefined };
}

function delayMs(row: OutboxRow, outcome: Failed, nowMs: EpochMs, circumstances: Circumstances): number {
  if (outcome.kind === "retryable" && outcome.next !== undefined) return askedDelayMs(outcome) ?? 0;
  const { random, elsewhereMs } = circumstances;
  const soonestMs = isUnknown(outcome) ? Math.min(longestWaitMs(row, nowMs), sparingMs(row, circumstances)) : 0;
  const askedMs = elsewhereMs ?? askedDelayMs(outcome);
  return Math.max(soonestMs, askedMs ?? backOffMs(row.attempts, random, longestWaitMs(row, nowMs)));
}

/** True when nobody knows whether the message arrived: to say it again may be to say it twice. */
function isUnknown(outcome: Failed): boolean {
  return outcome.kind === "retryable" && outcome.maybeDelivered;
}

/** How long people are spared what they may have heard; in a chat nothing urgent waits for that. */
function sparingMs(row: OutboxRow, { audience, random }: Circumstances): number {
  if (audience === "phone") return Math.min(rarestMs.warning, ringsAgainMs * 2 ** Math.min(row.attempts, 10));
  if (audience === "program" || isUrgentRow(row)) return 0;
  const { alerts } = row.notification;
  const isWarning = alerts.some(({ status, labels }) => status === "firing" && labels["severity"] !== "info");
  const capMs = Math.min(rarestMs[isWarning ? "warning" : "info"], saysAgainMs * 2 ** Math.min(row.attempts, 10));
  return Math.round(capMs * (0.5 + random.next() / 2));
}

function givenUp(row: OutboxRow, outcome: Failed, nowMs: EpochMs): DeliveryOutcome {
  const age = formatDuration(Math.max(0, Math.round((nowMs - row.notification.createdAtMs) / 1000) * 1000));
  const detail = `given up ${age} after it was made, at attempt ${row.attempts + 1}: ${outcome.detail}`;
  return { kind: "rejected", reason: outcome.reason, detail, scope: "message" };
}
