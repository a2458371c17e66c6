import type { Database } from "better-sqlite3";
import type { Alert } from "../../core/alerting/alert.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { DeliveryRecord, OutboxRow } from "../../core/alerting/outbox.ts";
import type { Spending } from "../../core/alerting/spending.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { Missed, Result, SubjectKey } from "../../core/checks/result.ts";
import type { Series, SeriesPoint, SeriesQuery } from "../../core/checks/series.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { DataFiles } from "../../core/ports/data-files.ts";
import type { AlertHistoryQuery, Change, Loaded, RollUp, Settling, Store, StoreFacts } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { RollUpStepMs } from "../roll-up.ts";
import { LabelReader } from "../series-catalogue.ts";
import { AlertingTables } from "./alerting-tables.ts";
import { CheckStatesTable } from "./check-states-table.ts";
import { FencesTable } from "./fences-table.ts";
import { HistoryTables } from "./history-tables.ts";
import { OutboxTable } from "./outbox-table.ts";
import { Reserve } from "./reserve.ts";
import { ResultsTable } from "./results-table.ts";
import { Retention, type RetentionBounds } from "./retention.ts";
import { SeriesTable } from "./series-table.ts";
import { Session } from "./session.ts";
import { toAppError } from "./sqlite-errors.ts";
import { Subjects } from "./subjects.ts";
import { WriteAheadLog } from "./write-ahead-log.ts";

export type SqliteStoreBounds = Omit<RetentionBounds, "maxPages"> &
  Readonly<{ maxSizeBytes: number; evidenceSizeBytes: number; maxSeries: number }>;

export type SqliteStoreParts = Readonly<{
  db: Database;
  path: string;
  bounds: SqliteStoreBounds;
  clock: Clock;
  files: DataFiles;
  /** Frees the lock that keeps a second daemon away. */
  release(): void;
}>;

/** The embedded store; every call does its work at once on the calling thread, so it lives in the storage thread. */
export class SqliteStore implements Store {
  readonly #parts: SqliteStoreParts;
  readonly #session: Session;
  readonly #results: ResultsTable;
  readonly #checkStates: CheckStatesTable;
  readonly #alerting: AlertingTables;
  readonly #history: HistoryTables;
  readonly #outbox: OutboxTable;
  readonly #fences: FencesTable;
  readonly #series: SeriesTable;
  readonly #retention: Retention;
  readonly #reserve: Reserve;
  readonly #log: WriteAheadLog;

  constructor(parts: SqliteStoreParts) {
    const { db, path, bounds, clock, files } = parts;
    this.#parts = parts;
    const session = new Session(db);
    this.#session = session;
    const subjects = new Subjects(session);
    this.#results = new ResultsTable(session, subjects, bounds.evidenceSizeBytes);
    this.#checkStates = new CheckStatesTable(session, subjects);
    this.#alerting = new AlertingTables(session);
    this.#history = new HistoryTables(session, subjects);
    this.#outbox = new OutboxTable(session, this.#history);
    this.#fences = new FencesTable(session);
    this.#series = new SeriesTable(session, bounds);
    this.#reserve = new Reserve(db, { path, files, clock, maxSizeBytes: bounds.maxSizeBytes });
    this.#log = new WriteAheadLog(db, { path, files, clock });
    const tables = { session, subjects, checkStates: this.#checkStates, results: this.#results };
    const maxPages = this.#reserve.maxPages;
    this.#retention = new Retention(
      { ...tables, history: this.#history, series: this.#series },
      { ...bounds, maxPages },
      clock,
    );
  }

  async load(): Promise<Loaded> {
    // The file's lock is ours, so whoever leased rows before this start is gone.
    guarded(() => this.#reserve.spentOn(() => this.#outbox.freeLeases()));
    return guarded(() => ({ checkStates: this.#checkStates.load(), ...this.#alerting.load() }));
  }

  async commit(change: Change): Promise<"committed" | "fenced"> {
    const hasRuns = change.results.length > 0 || change.missed.length > 0;
    return guarded(() => (hasRuns ? this.#commit(change) : this.#reserve.spentOn(() => this.#commit(change))));
  }

  async appendSeries(points: readonly SeriesPoint[]): Promise<void> {
    guarded(() => this.#series.append(points));
    this.#flushSeries();
  }

  async series(queries: readonly SeriesQuery[]): Promise<readonly (readonly Series[])[]> {
    const nowMs = this.#parts.clock.now();
    const reader = new LabelReader();
    return guarded(() => queries.map((query) => this.#series.query(query, nowMs, reader)));
  }

  async results(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs, limit: number): Promise<readonly Result[]> {
    return guarded(() => this.#results.read(key, whole(fromMs), whole(toMs), limit));
  }

  async missed(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs): Promise<readonly Missed[]> {
    return guarded(() => this.#history.missed(key, whole(fromMs), whole(toMs)));
  }

  async rollUps(key: SubjectKey, stepMs: RollUpStepMs, fromMs: EpochMs, toMs: EpochMs): Promise<readonly RollUp[]> {
    return guarded(() => this.#results.readRollUps(key, stepMs, whole(fromMs), whole(toMs)));
  }

  async incidentsBetween(fromMs: EpochMs, toMs: EpochMs, limit: number): Promise<readonly Incident[]> {
    return guarded(() => this.#alerting.incidentsBetween(fromMs, toMs, limit));
  }

  async decisions(subject: string, limit: number, fromMs: EpochMs = 0): Promise<readonly Decision[]> {
    return guarded(() => this.#history.decisions(subject, limit, fromMs));
  }

  async prune(nowMs: EpochMs, budgetMs: number): Promise<"done" | "more"> {
    return guarded(() => {
      this.#series.flush(nowMs);
      const progress = this.#retention.work(nowMs, budgetMs);
      this.#log.cut();
      this.#reserve.restore();
      return progress;
    });
  }

  async facts(): Promise<StoreFacts> {
    return guarded(() => ({
      sizeBytes: this.#reserve.sizeBytes,
      walBytes: this.#log.sizeBytes,
      resultsCount: this.#results.ledger.count,
      seriesCount: this.#series.size,
      seriesPointsDropped: this.#series.droppedCount,
      evidenceSizeBytes: this.#results.evidence.sizeBytes,
      outboxPending: this.#outbox.waitingCount,
      outboxBacklog: this.#outbox.backlog(),
    }));
  }

  async close(): Promise<void> {
    try {
      guarded(() => this.#series.flushAll());
    } finally {
      this.#parts.db.close();
      this.#parts.release();
    }
  }

  async leaseOutbox(owner: string, count: number, nowMs: EpochMs, ttlMs: number): Promise<readonly OutboxRow[]> {
    return guarded(() => {
      if (!this.#outbox.hasDue(nowMs)) return [];
      return this.#reserve.spentOn(() =>
        this.#session.transaction(() => this.#outbox.lease(owner, count, nowMs, ttlMs)),
      );
    });
  }

  async settle(owner: string, { ends, follow }: Settling, nowMs: EpochMs): Promise<"settled" | "lease_lost"> {
    return guarded(() => {
      const settlements = ends.map((end) => ({
        ...end,
        attempt: this.#outbox.attemptOf(end.outboxId, owner),
        atMs: nowMs,
      }));
      if (settlements.some(({ attempt }) => attempt === 0)) return "lease_lost";
      this.#reserve.spentOn(() =>
        this.#session.transaction(() => {
          for (const row of follow) this.#outbox.add(row);
          for (const settlement of settlements) this.#outbox.settle(settlement);
        }),
      );
      return "settled";
    });
  }

  async spending(fromDay: string): Promise<readonly Spending[]> {
    return guarded(() => this.#outbox.spending.since(fromDay));
  }

  async incident(id: string): Promise<Incident | undefined> {
    return guarded(() => this.#alerting.incident(id));
  }

  async incidents(limit: number): Promise<readonly Incident[]> {
    return guarded(() => this.#alerting.incidents(limit));
  }

  async deliveries(limit: number): Promise<readonly DeliveryRecord[]> {
    return guarded(() => this.#history.deliveries(limit));
  }

  async deliveriesOf(incident: string, limit: number): Promise<readonly DeliveryRecord[]> {
    return guarded(() => this.#history.deliveriesOf(incident, limit));
  }

  async alertHistory(query: AlertHistoryQuery): Promise<readonly Alert[]> {
    return guarded(() => this.#alerting.history(query));
  }

  #commit(change: Change): "committed" | "fenced" {
    return this.#session.transaction(() => {
      if (change.fence !== undefined && !this.#fences.admits(change.fence)) return "fenced";
      for (const result of change.results) this.#results.add(result);
      for (const range of change.missed) this.#history.addMissed(range);
      for (const key of change.removedCheckStates) this.#checkStates.remove(key);
      for (const state of change.checkStates) this.#checkStates.save(state);
      this.#alerting.apply(change);
      for (const decision of change.decisions) this.#history.addDecision(decision);
      for (const row of change.outbox) this.#outbox.add(row);
      for (const settlement of change.settlements) this.#outbox.settle(settlement);
      for (const entry of change.audit) this.#history.addAudit(entry, this.#parts.clock.now());
      return "committed";
    });
  }

  /** Minutes that cannot be written now stay in memory and are written by a later call; `prune` tells the error. */
  #flushSeries(): void {
    try {
      this.#series.flush(this.#parts.clock.now());
    } catch (error) {
      if (toAppError(error) === error) throw error;
    }
  }
}

/** Slots are whole milliseconds; open ends become the largest number that the database takes for one. */
function whole(atMs: EpochMs): EpochMs {
  return Math.max(0, Math.min(Math.floor(atMs), Number.MAX_SAFE_INTEGER));
}

/** Runs the work; what an operator can do something about is thrown as an `AppError`. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toAppError(error);
  }
}
