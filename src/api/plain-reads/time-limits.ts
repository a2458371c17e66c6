import type { Clock } from "../../core/ports/clock.ts";
import type { HeldConnection } from "./held-connection.ts";

const lookEveryMs = 5000;

/** Ends what has waited too long on the connections that are held, at most 5 s late: one timer looks at all of them, since one for each costs as much as reading its request. */
export class TimeLimits {
  readonly #held: ReadonlySet<HeldConnection>;
  readonly #clock: Clock;
  #cancel: (() => void) | undefined;

  constructor(held: ReadonlySet<HeldConnection>, clock: Clock) {
    this.#held = held;
    this.#clock = clock;
  }

  /** Looks as long as there are connections. */
  watch(): void {
    this.#cancel ??= this.#clock.setTimer(lookEveryMs, () => {
      const nowMs = this.#clock.monotonicMs();
      for (const connection of this.#held) connection.expire(nowMs);
      this.#cancel = undefined;
      if (this.#held.size > 0) this.watch();
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
