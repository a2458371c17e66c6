import type { Check } from "../../core/checks/check.ts";
import type { CheckState } from "../../core/checks/check-state.ts";
import { type Result, type SubjectKey, subjectId } from "../../core/checks/result.ts";
import type { Seed } from "../../scheduler/subject.ts";

/** What a probe worker needs to know of each subject when it begins: its newest slot and what its probe remembers. */
export class SeedBook {
  readonly #seeds = new Map<string, Seed>();

  /** Takes over a stored state. */
  load({ check, target, location, lastSlotMs, memory }: CheckState): void {
    const seed = { check, target, location, lastSlotMs, ...(memory === undefined ? {} : { memory }) };
    this.#seeds.set(subjectId(seed), seed);
  }

  /** Takes what runs remembered; a run that remembers nothing new leaves what was there. */
  note(results: readonly Result[]): void {
    for (const { check, target, location, slotMs, memory } of results) {
      const id = subjectId({ check, target, location });
      const kept = memory ?? this.#seeds.get(id)?.memory;
      this.#seeds.set(id, {
        check,
        target,
        location,
        lastSlotMs: slotMs,
        ...(kept === undefined ? {} : { memory: kept }),
      });
    }
  }

  /** Forgets all subjects but those of these checks: what comes back later begins anew. */
  keepOnly(checks: readonly Check[]): void {
    const subjects = new Set(
      checks.flatMap(({ id, location, targets }) =>
        targets.map((target) => subjectId({ check: id, target: target.id, location })),
      ),
    );
    for (const id of this.#seeds.keys()) if (!subjects.has(id)) this.#seeds.delete(id);
  }

  get(key: SubjectKey): Seed | undefined {
    return this.#seeds.get(subjectId(key));
  }
}
