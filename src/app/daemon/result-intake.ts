import type { AlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import type { Check } from "../../core/checks/check.ts";
import { type Missed, type Result, type RunKey, subjectId } from "../../core/checks/result.ts";
import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Change, Store } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Exposition } from "../../exporters/prometheus/exposition.ts";
import type { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import type { HistoryPoints } from "./history-points.ts";

export type LastRun = Readonly<{ atMs: EpochMs; durationMs: number }>;

export type IntakeParts = Readonly<{
  clock: Clock;
  log: Logger;
  engine: AlertingEngine;
  store: Store;
  exposition: Exposition;
  metrics: SelfMetrics;
  history: HistoryPoints;
  confirm(key: RunKey, confirming: boolean): void;
  /** Commits a change and lets the senders know when it holds messages. */
  commit(change: Change): void;
}>;

/** Takes what the probe workers hand over and passes it to alerting, store and exposition. */
export class ResultIntake {
  readonly #parts: IntakeParts;
  readonly #lastRuns = new Map<string, LastRun>();

  constructor(parts: IntakeParts) {
    this.#parts = parts;
  }

  /** When each subject ran last, by subject id. */
  get lastRuns(): ReadonlyMap<string, LastRun> {
    return this.#lastRuns;
  }

  /** Takes the configured checks: what is known of others is forgotten. */
  setChecks(checks: readonly Check[]): void {
    const subjects = new Set(
      checks.flatMap(({ id, location, targets }) =>
        targets.map((target) => subjectId({ check: id, target: target.id, location })),
      ),
    );
    for (const id of this.#lastRuns.keys()) if (!subjects.has(id)) this.#lastRuns.delete(id);
  }

  /** Takes one batch; missed ranges and results are committed together. */
  take(results: readonly Result[], missed: readonly Missed[]): void {
    const { engine, clock, metrics } = this.#parts;
    for (const range of missed) metrics.countMissed(range);
    if (results.length === 0 && missed.length === 0) return;
    const { change, confirms } = engine.onResults(results, clock.now());
    const slots = new Map(results.map((result) => [subjectId(result), result]));
    for (const { subject, confirming } of confirms) {
      const result = slots.get(subjectId(subject));
      if (result !== undefined) this.#parts.confirm(result, confirming);
    }
    this.#expose(results, change);
    this.#parts.commit({ ...change, missed });
    this.#keepHistory(results);
  }

  #expose(results: readonly Result[], change: Change): void {
    const { exposition, metrics } = this.#parts;
    const states = new Map(change.checkStates.map((state) => [subjectId(state), state]));
    for (const result of results) {
      const id = subjectId(result);
      metrics.countRun(result.verdict, result.headline?.reason);
      exposition.record(result, states.get(id));
      this.#lastRuns.set(id, { atMs: result.startedAtMs, durationMs: result.durationMs });
    }
  }

  #keepHistory(results: readonly Result[]): void {
    const points = results.flatMap((result) => this.#parts.history.of(result));
    if (points.length === 0) return;
    this.#parts.store.appendSeries(points).catch((error: unknown) => {
      this.#parts.log.warn("series were not stored", { "error.message": messageOf(error), points: points.length });
    });
  }
}
