import { type Result, type SubjectKey, subjectId } from "../core/checks/result.ts";
import type { EpochMs } from "../core/time/time.ts";
import type { Batch, StartedRun } from "../scheduler/batch-collector.ts";
import type { Seed } from "../scheduler/subject.ts";

/** What main knows of the subjects in the workers: enough to say what a crash lost, and to go on above every slot that was told. */
export class SubjectLedger {
  readonly #underWay = new Map<string, StartedRun>();
  readonly #lastSlotMs = new Map<string, EpochMs>();

  note(batch: Pick<Batch, "started" | "results" | "missed">): void {
    for (const result of batch.results) {
      const id = subjectId(result);
      this.#underWay.delete(id);
      this.#raise(id, result.slotMs);
    }
    for (const missed of batch.missed) {
      const id = subjectId(missed);
      const run = this.#underWay.get(id);
      if (run !== undefined && run.slotMs <= missed.toSlotMs) this.#underWay.delete(id);
      this.#raise(id, missed.toSlotMs);
    }
    for (const run of batch.started) this.#underWay.set(subjectId(run), run);
  }

  /** The stored seed, raised to the newest slot that was told since. */
  seed(key: SubjectKey, stored: Seed | undefined): Seed | undefined {
    const toldMs = this.#lastSlotMs.get(subjectId(key));
    if (toldMs === undefined) return stored;
    const lastSlotMs = Math.max(toldMs, stored?.lastSlotMs ?? toldMs);
    return { check: key.check, target: key.target, location: key.location, ...stored, lastSlotMs };
  }

  /** Forgets all but these subjects. */
  keepOnly(ids: Readonly<{ has(id: string): boolean }>): void {
    for (const known of [this.#underWay, this.#lastSlotMs]) {
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    }
  }

  /** A worker has crashed: the runs under way of its subjects become unknown(internal). */
  takeLost(isLost: (id: string) => boolean, detail: string, nowMs: EpochMs): readonly Result[] {
    const lost: Result[] = [];
    for (const [id, run] of this.#underWay) {
      if (!isLost(id)) continue;
      this.#underWay.delete(id);
      this.#raise(id, run.slotMs);
      lost.push(lostRun(run, detail, nowMs));
    }
    return lost;
  }

  #raise(id: string, slotMs: EpochMs): void {
    this.#lastSlotMs.set(id, Math.max(slotMs, this.#lastSlotMs.get(id) ?? slotMs));
  }
}

function lostRun(run: StartedRun, detail: string, nowMs: EpochMs): Result {
  const finding = { is: "unknown", reason: "internal", detail: detail.slice(0, 500) } as const;
  return {
    ...run,
    findings: [finding],
    headline: finding,
    samples: [],
    verdict: "unknown",
    durationMs: Math.max(0, nowMs - run.startedAtMs),
    phasesMs: {},
  };
}
