import type { Clock } from "../../core/ports/clock.ts";
import type { Answer } from "./query.ts";

const shortestMs = 1000;
const longestMs = 5 * 60_000;
const longestFailureMs = 5000;

/** Answers by key for as long as their TTL allows: 1 s to 5 min, failures at most 5 s, the least recently used forgotten first. */
export class AddressCache {
  readonly #answers = new Map<string, Readonly<{ answer: Answer; untilMs: number }>>();
  readonly #clock: Clock;
  readonly #most: number;

  constructor(clock: Clock, most: number) {
    this.#clock = clock;
    this.#most = most;
  }

  get(key: string): Answer | undefined {
    const entry = this.#answers.get(key);
    if (entry === undefined) return undefined;
    this.#answers.delete(key);
    if (entry.untilMs <= this.#clock.monotonicMs()) return undefined;
    this.#answers.set(key, entry);
    return entry.answer;
  }

  put(key: string, answer: Answer): void {
    const livesMs = answer.ok ? Math.min(Math.max(answer.ttlMs, shortestMs), longestMs) : longestFailureMs;
    this.#answers.delete(key);
    this.#answers.set(key, { answer, untilMs: this.#clock.monotonicMs() + livesMs });
    if (this.#answers.size <= this.#most) return;
    for (const oldest of this.#answers.keys()) {
      this.#answers.delete(oldest);
      return;
    }
  }
}
