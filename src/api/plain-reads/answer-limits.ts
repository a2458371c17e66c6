import type { Clock } from "../../core/ports/clock.ts";
import type { HeldConnection } from "./held-connection.ts";

const lookEveryMs = 5000;

/** Breaks off answers that take too long, at most 5 s late: one timer looks at all of them, since one for each costs as much as reading its request. */
export class AnswerLimits {
  readonly #held: ReadonlySet<HeldConnection>;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(held: ReadonlySet<HeldConnection>, clock: Clock) {
    this.#held = held;
    this.#clock = clock;
  }

  /** The answer that is due on a connection has to be sent within so long. */
  within(limitMs: number, connection: HeldConnection): void {
    connection.answerDueMs = this.#clock.monotonicMs() + limitMs;
    if (this.#cancel === undefined) this.#lookLater();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #lookLater(): void {
    this.#cancel = this.#clock.setTimer(lookEveryMs, () => this.#look());
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    let isAnyDue = false;
    for (const { socket, answerDueMs } of this.#held) {
      if (answerDueMs === undefined) continue;
      isAnyDue = true;
      if (nowMs >= answerDueMs) socket.destroy();
    }
    if (isAnyDue) this.#lookLater();
    else this.#cancel = undefined;
  }
}
