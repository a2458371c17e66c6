import type { Statement } from "better-sqlite3";
import type { Result, SubjectKey } from "../../core/checks/result.ts";
import type { RollUp } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { bucketStart, mergeRollUps, type RollUpStepMs, rollUp } from "../roll-up.ts";
import { EvidenceTable } from "./evidence-table.ts";
import { Ledger } from "./ledger.ts";
import { decodeRun, encodeRun, packRuns, type StoredRun, unpackRuns } from "./result-codec.ts";
import { decodeRollUps, encodeRollUps } from "./roll-up-codec.ts";
import type { Session } from "./session.ts";
import type { Subjects } from "./subjects.ts";

const hourMs = 3_600_000;
type RollUpRow = Readonly<{ hour_ms: EpochMs; body: Buffer }>;

/** Results: the tail of the open hour, packed hours, roll-ups and evidence. */
export class ResultsTable {
  readonly evidence: EvidenceTable;
  readonly ledger: Ledger;
  readonly #subjects: Subjects;
  readonly #rollUps: Readonly<Record<RollUpStepMs, RollUpTable>>;

  constructor(session: Session, subjects: Subjects, evidenceBudgetBytes: number) {
    this.#subjects = subjects;
    this.ledger = new Ledger(session, { tail: "results_tail", packed: "results_packed" }, subjects.packedIds);
    this.evidence = new EvidenceTable(session, evidenceBudgetBytes);
    this.#rollUps = {
      300_000: new RollUpTable(session, "roll_ups_5m"),
      3_600_000: new RollUpTable(session, "roll_ups_1h"),
    };
    const newest = session.db
      .prepare<[], [number, EpochMs]>("SELECT owner, max(at_ms) FROM results_tail GROUP BY owner")
      .raw(true);
    for (const [owner, slotMs] of newest.iterate()) subjects.advance(owner, slotMs);
    subjects.confirm();
  }

  /** Adds a result unless its slot is at or before the subject's newest. */
  add(result: Result): void {
    const subject = this.#subjects.numberOf(result);
    const slotMs = Math.round(result.slotMs);
    if (slotMs <= this.#subjects.lastSlotMs(subject)) return;
    this.#subjects.advance(subject, slotMs);
    this.ledger.append(subject, slotMs, encodeRun(result, slotMs));
    this.evidence.add(subject, result);
  }

  /** Newest first. */
  read(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs, limit: number): readonly Result[] {
    const subject = this.#subjects.find(key);
    if (subject === undefined) return [];
    const results: Result[] = [];
    const { check, target, location } = key;
    for (const run of this.#newestRuns(subject, fromMs, toMs)) {
      if (results.length >= limit) break;
      const evidence = run.findings.length === 0 ? undefined : this.evidence.get(subject, run.slotMs);
      results.push({ check, target, location, ...run, samples: [], ...(evidence === undefined ? {} : { evidence }) });
    }
    return results;
  }

  /** Oldest first, the open hour included. */
  readRollUps(key: SubjectKey, stepMs: RollUpStepMs, fromMs: EpochMs, toMs: EpochMs): readonly RollUp[] {
    const subject = this.#subjects.find(key);
    if (subject === undefined) return [];
    const stored = this.#rollUps[stepMs].read(subject, bucketStart(fromMs, hourMs), toMs);
    const open = rollUp(this.#tailRuns(subject), stepMs);
    return mergeRollUps([...stored, ...open]).filter((each) => each.atMs >= fromMs && each.atMs <= toMs);
  }

  /** Packs the subject's oldest unfinished hour when it ended before the moment; returns how many rows of the tail that were. */
  packOldestHour(subject: number, beforeMs: EpochMs): number {
    const rows = this.ledger.oldestHour(subject, beforeMs);
    const [first, last] = [rows[0], rows.at(-1)];
    if (first === undefined || last === undefined) return 0;
    const runs = rows.map((row) => decodeRun(row.body, row.at_ms));
    this.ledger.addPacked(subject, rows, packRuns(runs));
    for (const stepMs of [300_000, 3_600_000] as const) {
      this.#rollUps[stepMs].add(subject, bucketStart(first.at_ms, hourMs), rollUp(runs, stepMs));
    }
    this.#subjects.savePacked(subject, last.id);
    return rows.length;
  }

  /** Deletes the subject's roll-ups of hours that ended before the moment; returns how many rows. */
  deleteRollUps(subject: number, stepMs: RollUpStepMs, beforeMs: EpochMs): number {
    return this.#rollUps[stepMs].delete(subject, beforeMs - hourMs);
  }

  /** True when nothing is kept about the subject. */
  isEmpty(subject: number): boolean {
    return this.ledger.isEmpty(subject) && !this.#rollUps[3_600_000].has(subject);
  }

  *#newestRuns(subject: number, fromMs: EpochMs, toMs: EpochMs): Generator<StoredRun> {
    for (const row of this.ledger.newestTailRows(subject)) {
      if (row.at_ms < fromMs) return;
      if (row.at_ms <= toMs) yield decodeRun(row.body, row.at_ms);
    }
    for (const block of this.ledger.newestPackedBlocks(subject, fromMs, toMs)) {
      for (const run of unpackRuns(block.body).toReversed()) if (run.slotMs >= fromMs && run.slotMs <= toMs) yield run;
    }
  }

  *#tailRuns(subject: number): Generator<StoredRun> {
    for (const row of this.ledger.tailRows(subject)) yield decodeRun(row.body, row.at_ms);
  }
}

/** Roll-ups of one step: a row per subject and hour. */
class RollUpTable {
  readonly #select: Statement<[number, EpochMs, EpochMs], RollUpRow>;
  readonly #replace: Statement;
  readonly #delete: Statement;
  readonly #any: Statement;

  constructor(session: Session, table: "roll_ups_5m" | "roll_ups_1h") {
    const { db } = session;
    this.#select = db.prepare(
      `SELECT hour_ms, body FROM ${table} WHERE owner = ? AND hour_ms BETWEEN ? AND ? ORDER BY hour_ms`,
    );
    this.#replace = db.prepare(`INSERT OR REPLACE INTO ${table} (owner, hour_ms, body) VALUES (?, ?, ?)`);
    this.#delete = db.prepare(`DELETE FROM ${table} WHERE owner = ? AND hour_ms <= ?`);
    this.#any = db.prepare(`SELECT 1 FROM ${table} WHERE owner = ? LIMIT 1`);
  }

  /** Adds to what the hour already has. */
  add(subject: number, hourStartMs: EpochMs, rollUps: readonly RollUp[]): void {
    const merged = mergeRollUps([...this.read(subject, hourStartMs, hourStartMs), ...rollUps]);
    this.#replace.run(subject, hourStartMs, encodeRollUps(merged, hourStartMs));
  }

  read(subject: number, fromHourMs: EpochMs, toMs: EpochMs): readonly RollUp[] {
    return this.#select.all(subject, fromHourMs, toMs).flatMap((row) => decodeRollUps(row.body, row.hour_ms));
  }

  delete(subject: number, untilHourMs: EpochMs): number {
    return this.#delete.run(subject, untilHourMs).changes;
  }

  has(subject: number): boolean {
    return this.#any.get(subject) !== undefined;
  }
}
