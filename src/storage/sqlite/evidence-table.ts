import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { Statement } from "better-sqlite3";
import type { Result } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import type { EpochMs } from "../../core/time/time.ts";
import type { Follower, Session } from "./session.ts";

type Streak = Readonly<{ length: number; replaceableSlotMs?: EpochMs }>;
type Row = Readonly<{ id: number; sizeBytes: number }>;

/** One piece may take this part of the budget; a larger one is not kept. */
const largestPart = 1 / 16;

/**
 * Evidence of runs that found something, within a byte budget: of each streak of such runs the first, the last and those at
 * doubling distances (2nd, 4th, 8th …); over the budget the oldest goes first.
 */
export class EvidenceTable implements Follower {
  readonly #budgetBytes: number;
  readonly #insert: Statement;
  readonly #select: Statement<[number, EpochMs], { body: Buffer }>;
  readonly #delete: Statement;
  readonly #sizeOf: Statement<[number, EpochMs], { sizeBytes: number }>;
  readonly #oldest: Statement<[], Row>;
  readonly #deleteId: Statement;
  readonly #streaks = new Map<number, Streak>();
  #pending = new Map<number, Streak | undefined>();
  #sizeBytes: number;
  #pendingBytes = 0;

  constructor(session: Session, budgetBytes: number) {
    const { db } = session;
    this.#budgetBytes = budgetBytes;
    this.#insert = db.prepare("INSERT OR IGNORE INTO evidence (subject, slot_ms, body) VALUES (?, ?, ?)");
    this.#select = db.prepare("SELECT body FROM evidence WHERE subject = ? AND slot_ms = ?");
    this.#delete = db.prepare("DELETE FROM evidence WHERE subject = ? AND slot_ms = ?");
    this.#sizeOf = db.prepare("SELECT length(body) AS sizeBytes FROM evidence WHERE subject = ? AND slot_ms = ?");
    this.#oldest = db.prepare("SELECT id, length(body) AS sizeBytes FROM evidence ORDER BY id LIMIT 1");
    this.#deleteId = db.prepare("DELETE FROM evidence WHERE id = ?");
    const total = db.prepare<[], { sizeBytes: number | null }>("SELECT sum(length(body)) AS sizeBytes FROM evidence");
    this.#sizeBytes = total.get()?.sizeBytes ?? 0;
    session.follow(this);
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** Follows the subject's streak and keeps the result's evidence where it is worth it. */
  add(subject: number, result: Result): void {
    if (result.findings.length === 0) {
      if (this.#streaks.has(subject) || this.#pending.has(subject)) this.#pending.set(subject, undefined);
      return;
    }
    const before = this.#pending.has(subject) ? this.#pending.get(subject) : this.#streaks.get(subject);
    const length = (before?.length ?? 0) + 1;
    if (result.evidence === undefined || !this.#store(subject, result.slotMs, result.evidence)) {
      this.#pending.set(subject, { ...before, length });
      return;
    }
    if (before?.replaceableSlotMs !== undefined) this.#remove(subject, before.replaceableSlotMs);
    const stays = (length & (length - 1)) === 0;
    this.#pending.set(subject, stays ? { length } : { length, replaceableSlotMs: Math.round(result.slotMs) });
  }

  get(subject: number, slotMs: EpochMs): Json | undefined {
    const row = this.#select.get(subject, slotMs);
    return row === undefined ? undefined : (JSON.parse(inflateRawSync(row.body).toString()) as Json);
  }

  confirm(): void {
    for (const [subject, streak] of this.#pending) {
      if (streak === undefined) this.#streaks.delete(subject);
      else this.#streaks.set(subject, streak);
    }
    this.#sizeBytes += this.#pendingBytes;
    this.discard();
  }

  discard(): void {
    this.#pending = new Map();
    this.#pendingBytes = 0;
  }

  #store(subject: number, slotMs: EpochMs, evidence: Json): boolean {
    const body = deflateRawSync(JSON.stringify(evidence), { level: 1 });
    if (body.length > this.#budgetBytes * largestPart) return false;
    while (this.#sizeBytes + this.#pendingBytes + body.length > this.#budgetBytes && this.#removeOldest());
    const { changes } = this.#insert.run(subject, Math.round(slotMs), body);
    if (changes > 0) this.#pendingBytes += body.length;
    return changes > 0;
  }

  #remove(subject: number, slotMs: EpochMs): void {
    this.#pendingBytes -= this.#sizeOf.get(subject, slotMs)?.sizeBytes ?? 0;
    this.#delete.run(subject, slotMs);
  }

  #removeOldest(): boolean {
    const row = this.#oldest.get();
    if (row === undefined) return false;
    this.#deleteId.run(row.id);
    this.#pendingBytes -= row.sizeBytes;
    return true;
  }
}
