import type { AlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { type Said, saidIn } from "../../core/message/said.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Change } from "../../core/store.ts";

export type TroubleParts = Readonly<{
  engine: AlertingEngine;
  clock: Clock;
  log: Logger;
  commit(change: Change): void;
}>;

/** Turns trouble of the daemon itself into alerts, and says it in the log. */
export class Trouble {
  readonly #parts: TroubleParts;
  readonly #current = new Map<string, string>();

  constructor(parts: TroubleParts) {
    this.#parts = parts;
  }

  /** A component has this trouble now, or none when nothing is said; `sum` is then what it came to, where that is known. */
  set(component: string, said: Said | undefined, sum?: Said): void {
    const detail = said === undefined ? undefined : saidIn(said, "en");
    if (this.#current.get(component) === detail) return;
    const { engine, clock, log, commit } = this.#parts;
    if (detail === undefined) {
      this.#current.delete(component);
      log.info("trouble_over", { component, ...(sum === undefined ? {} : { sum: saidIn(sum, "en") }) });
    } else {
      this.#current.set(component, detail);
      log.error("trouble", { component, detail });
    }
    commit(engine.trouble(component, said !== undefined, said ?? sum ?? "", clock.now()));
  }
}
