import type { EpochMs } from "../../core/time.ts";
import type { Judged } from "./judge-attempt.ts";

const failingIsStillMs = 10 * 60_000;

/** One way to people: a receiver at one of its endpoints. */
export type Channel = Readonly<{ receiver: string; endpoint: string }>;

type Trouble = Readonly<{ reason: string; detail: string }>;
type Hooks = Readonly<{ onTrouble(channel: Channel, trouble: Trouble | undefined): void }>;

/** Knows which channels lose messages, and whether sending as a whole makes progress. */
export class ChannelHealth {
  readonly #hooks: Hooks;
  readonly #troubled = new Set<string>();
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
  attempted(channel: Channel, { outcome, end }: Judged, nowMs: EpochMs): void {
    if (outcome.kind !== "delivered") {
      this.#failingSinceMs ??= nowMs;
      if (end === "dead") this.lost(channel, outcome);
      return;
    }
    this.#failingSinceMs = undefined;
    if (this.#troubled.delete(keyOf(channel))) this.#hooks.onTrouble(channel, undefined);
  }

  /** A message was lost; tells the trouble once until the channel delivers again. */
  lost(channel: Channel, { reason, detail }: Trouble): void {
    if (this.#troubled.has(keyOf(channel))) return;
    this.#troubled.add(keyOf(channel));
    this.#hooks.onTrouble(channel, { reason, detail });
  }
}

function keyOf({ receiver, endpoint }: Channel): string {
  return `${receiver}\n${endpoint}`;
}
