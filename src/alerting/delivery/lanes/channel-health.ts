import type { EpochMs } from "../../../core/time/time.ts";
import { isSick, type Judged } from "../outcome/judge-attempt.ts";

const failingIsStillMs = 10 * 60_000;
/** A channel that nothing has reached for so long is dead, however long its messages may still be tried. */
const deadAfterMs = 5 * 60_000;

/** One way to people: a receiver at one of its endpoints. */
export type Channel = Readonly<{ receiver: string; endpoint: string }>;

/** What is wrong with a channel; `isLost` when a critical message reached nobody because of it. */
export type ChannelTrouble = Readonly<{ reason: string; detail: string; isLost: boolean }>;

type Hooks = Readonly<{ onTrouble(channel: Channel, trouble: ChannelTrouble | undefined): void }>;

/** Knows which channels lose messages, and whether sending as a whole makes progress. */
export class ChannelHealth {
  readonly #hooks: Hooks;
  /** Channels with trouble, and whether a critical message was lost. */
  readonly #troubled = new Map<string, boolean>();
  /** Channels of which every attempt has failed, and since when. */
  readonly #sickSince = new Map<string, EpochMs>();
  #turnedAtMs: EpochMs;
  #failingSinceMs: EpochMs | undefined;

  constructor(hooks: Hooks, nowMs: EpochMs) {
    this.#hooks = hooks;
    this.#turnedAtMs = nowMs;
  }

  get progressAtMs(): EpochMs {
    const failingMs = this.#failingSinceMs ?? Number.POSITIVE_INFINITY;
    return Math.min(this.#turnedAtMs, failingMs + failingIsStillMs);
  }

  /** The outbox was read. */
  turned(nowMs: EpochMs): void {
    this.#turnedAtMs = nowMs;
  }

  /** An attempt ended. */
  attempted(channel: Channel, { outcome }: Judged, nowMs: EpochMs): void {
    if (outcome.kind !== "delivered") {
      this.#failingSinceMs ??= nowMs;
      // One that is asked to slow down is slow, not dead.
      if (outcome.kind === "retryable" && isSick(outcome) && outcome.reason !== "rate_limited")
        this.#failed(channel, outcome, nowMs);
      return;
    }
    this.#failingSinceMs = undefined;
    this.#sickSince.delete(keyOf(channel));
    if (this.#troubled.delete(keyOf(channel))) this.#hooks.onTrouble(channel, undefined);
  }

  #failed(channel: Channel, { reason, detail }: Readonly<{ reason: string; detail: string }>, nowMs: EpochMs): void {
    const key = keyOf(channel);
    const sinceMs = this.#sickSince.get(key) ?? nowMs;
    this.#sickSince.set(key, sinceMs);
    if (nowMs - sinceMs < deadAfterMs || this.#troubled.has(key)) return;
    this.#troubled.set(key, false);
    this.#hooks.onTrouble(channel, { reason, detail, isLost: false });
  }

  /** A message was lost; tells the trouble once until the channel delivers again, and once more when it was a critical one. */
  lost(channel: Channel, { reason, detail, isLost }: ChannelTrouble): void {
    const before = this.#troubled.get(keyOf(channel));
    if (before === true || before === isLost) return;
    this.#troubled.set(keyOf(channel), isLost);
    this.#hooks.onTrouble(channel, { reason, detail, isLost });
  }
}

function keyOf({ receiver, endpoint }: Channel): string {
  return `${receiver}\n${endpoint}`;
}
