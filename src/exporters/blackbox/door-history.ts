import type { DoorRun } from "./probe-text.ts";

/** A run with the number that `/logs?id=` asks for. */
export type DoorEntry = Readonly<{ id: number; run: DoorRun }>;

/** The latest runs, and as many failed ones that the latest have pushed out, so that failures outlive successes. */
export class DoorHistory {
  readonly #limit: number;
  #latest: DoorEntry[] = [];
  #failures: DoorEntry[] = [];
  #nextId = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(run: DoorRun): void {
    this.#latest.push({ id: this.#nextId, run });
    this.#nextId += 1;
    if (this.#latest.length <= this.#limit) return;
    const oldest = this.#latest.shift();
    if (oldest === undefined || oldest.run.probed.verdict === "up") return;
    this.#failures.push(oldest);
    if (this.#failures.length > this.#limit) this.#failures = this.#failures.slice(-this.#limit);
  }

  /** Newest first. */
  all(): readonly DoorEntry[] {
    return [...this.#failures, ...this.#latest].toReversed();
  }

  byId(id: number): DoorEntry | undefined {
    return this.all().find((entry) => entry.id === id);
  }

  /** The newest run of a target, where peers give the oldest. */
  byTarget(target: string, moduleName: string | undefined): DoorEntry | undefined {
    return this.all().find(
      ({ run }) => run.target === target && (moduleName === undefined || run.module.name === moduleName),
    );
  }
}
