import type { Statement } from "better-sqlite3";
import type { Clock } from "../../core/ports/clock.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { CheckStatesTable } from "./check-states-table.ts";
import type { HistoryTables } from "./history-tables.ts";
import type { ResultsTable } from "./results-table.ts";
import type { SeriesTable } from "./series-table.ts";
import type { Session } from "./session.ts";
import type { Subjects } from "./subjects.ts";

const hourMs = 3_600_000;
/** Results of an hour may arrive this much later than it ends before a second block is needed for them. */
const lateMs = 300_000;
const tailSlice = 2000;
const historySlice = 500;
/** From this part of the size limit on the oldest is dropped before its time … */
const fullRatio = 0.9;
/** … in this many steps for results, and as many again for series. */
const pressureSteps = 8;

export type RetentionBounds = Readonly<{
  keepResultsMs: number;
  keepFiveMinutesMs: number;
  keepHoursMs: number;
  keepSeriesMs: number;
  keepHistoryMs: number;
  maxPages: number;
}>;

type Parts = Readonly<{
  session: Session;
  subjects: Subjects;
  checkStates: CheckStatesTable;
  results: ResultsTable;
  history: HistoryTables;
  series: SeriesTable;
}>;

/** Packs finished hours and deletes what is over its time, once an hour in rounds of small transactions; under pressure of size more often. */
export class Retention {
  readonly #parts: Parts;
  readonly #bounds: RetentionBounds;
  readonly #clock: Clock;
  readonly #aged: readonly AgedTable[];
  readonly #deleteIncidents: Statement;
  #round: Generator<void> | undefined;
  #roundHour = -1;
  #pressure = 0;

  constructor(parts: Parts, bounds: RetentionBounds, clock: Clock) {
    this.#parts = parts;
    this.#bounds = bounds;
    this.#clock = clock;
    const tables = ["alert_history", "decisions", "deliveries", "audit", "outbox_ended"] as const;
    this.#aged = tables.map((table) => new AgedTable(parts.session, table));
    this.#deleteIncidents = parts.session.db.prepare(`
      DELETE FROM incidents WHERE id IN (
        SELECT id FROM incidents WHERE status = 'resolved' AND changed_at_ms < ? LIMIT ${historySlice})`);
  }

  /** Works for about the budget in one transaction; returns whether the round goes on. */
  work(nowMs: EpochMs, budgetMs: number): "done" | "more" {
    this.#round ??= this.#nextRound(nowMs);
    const round = this.#round;
    if (round === undefined) return "done";
    const deadlineMs = this.#clock.monotonicMs() + budgetMs;
    try {
      const ended = this.#parts.session.transaction(() => {
        for (;;) {
          if (round.next().done === true) return true;
          if (this.#clock.monotonicMs() >= deadlineMs) return false;
        }
      });
      if (!ended) return "more";
    } catch (error) {
      this.#round = undefined;
      this.#roundHour = -1;
      throw error;
    }
    this.#round = undefined;
    return this.#isFull() && this.#pressure < 2 * pressureSteps ? "more" : "done";
  }

  #nextRound(nowMs: EpochMs): Generator<void> | undefined {
    const full = this.#isFull();
    const hour = Math.floor((nowMs - lateMs) / hourMs);
    if (full) this.#pressure = Math.min(this.#pressure + 1, 2 * pressureSteps + 1);
    else if (hour !== this.#roundHour) this.#pressure = Math.max(0, this.#pressure - 1);
    const pressed = full && this.#pressure <= 2 * pressureSteps;
    if (!pressed && hour === this.#roundHour) return undefined;
    this.#roundHour = hour;
    return this.#roundOf(nowMs, hour * hourMs);
  }

  *#roundOf(nowMs: EpochMs, packBeforeMs: EpochMs): Generator<void> {
    yield* this.#subjects(nowMs, packBeforeMs);
    yield* this.#series(nowMs, packBeforeMs);
    for (const { ledger } of [this.#parts.results, this.#parts.series]) while (ledger.dropPackedTail(tailSlice)) yield;
    const beforeMs = nowMs - this.#bounds.keepHistoryMs;
    for (const table of this.#aged) while (table.deleteOldest(beforeMs)) yield;
    while (this.#deleteIncidents.run(beforeMs).changes > 0) yield;
  }

  *#subjects(nowMs: EpochMs, packBeforeMs: EpochMs): Generator<void> {
    const { subjects, results, history, checkStates } = this.#parts;
    const { keepResultsMs, keepFiveMinutesMs, keepHoursMs, keepHistoryMs } = this.#bounds;
    const left = Math.max(0, pressureSteps - this.#pressure) / pressureSteps;
    for (let subject = 1; subject < subjects.end; subject += 1) {
      if (subjects.keyOf(subject) === undefined) continue;
      while (results.packOldestHour(subject, packBeforeMs) > 0) yield;
      results.ledger.deletePacked(subject, nowMs - keepResultsMs * left);
      results.deleteRollUps(subject, 300_000, nowMs - keepFiveMinutesMs);
      results.deleteRollUps(subject, hourMs, nowMs - keepHoursMs);
      history.deleteMissed(subject, nowMs - keepHistoryMs);
      if (!checkStates.has(subject) && results.isEmpty(subject) && !history.hasMissed(subject))
        subjects.remove(subject);
      yield;
    }
  }

  *#series(nowMs: EpochMs, packBeforeMs: EpochMs): Generator<void> {
    const { series } = this.#parts;
    const left = Math.min(pressureSteps, Math.max(0, 2 * pressureSteps - this.#pressure)) / pressureSteps;
    for (let number = 1; number < series.end; number += 1) {
      if (!series.knows(number)) continue;
      while (series.packOldestHour(number, packBeforeMs) > 0) yield;
      series.ledger.deletePacked(number, nowMs - this.#bounds.keepSeriesMs * left);
      if (series.isEmpty(number)) series.remove(number);
      yield;
    }
  }

  #isFull(): boolean {
    const { db } = this.#parts.session;
    const pages = db.pragma("page_count", { simple: true }) as number;
    const free = db.pragma("freelist_count", { simple: true }) as number;
    return pages - free > this.#bounds.maxPages * fullRatio;
  }
}

/** A table that grows by id and time together, so that the oldest rows are the first ones. */
class AgedTable {
  readonly #oldest: Statement<[], { id: number; at_ms: EpochMs }>;
  readonly #delete: Statement;

  constructor({ db }: Session, table: "alert_history" | "decisions" | "deliveries" | "audit" | "outbox_ended") {
    this.#oldest = db.prepare(`SELECT id, at_ms FROM ${table} ORDER BY id LIMIT ${historySlice}`);
    this.#delete = db.prepare(`DELETE FROM ${table} WHERE id <= ?`);
  }

  /** Deletes one slice of rows from before the moment; returns whether there may be more. */
  deleteOldest(beforeMs: EpochMs): boolean {
    const rows = this.#oldest.all();
    const kept = rows.findIndex((row) => row.at_ms >= beforeMs);
    const last = rows[(kept === -1 ? rows.length : kept) - 1];
    if (last !== undefined) this.#delete.run(last.id);
    return kept === -1 && rows.length === historySlice;
  }
}
