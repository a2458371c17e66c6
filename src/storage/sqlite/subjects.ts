import type { Statement } from "better-sqlite3";
import { type SubjectKey, subjectId } from "../../core/checks/result.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { build, type Follower, type Session } from "./session.ts";

type Undo = Readonly<{ number: number; slotMs: EpochMs }>;

/** Numbers that stand for (check, target, location), with the newest slot of each. */
export class Subjects implements Follower {
  readonly #insert: Statement;
  readonly #update: Statement;
  readonly #delete: Statement;
  readonly #numbers = new Map<string, number>();
  readonly #keys: (SubjectKey | undefined)[] = [];
  readonly #lastSlots: (EpochMs | undefined)[] = [];
  readonly #packedIds: (number | undefined)[] = [];
  #undo: Undo[] = [];
  #added: string[] = [];
  #removed: string[] = [];
  #next = 1;

  constructor(session: Session) {
    this.#insert = session.db.prepare(
      "INSERT INTO subjects (id, check_id, target, location, last_slot_ms, packed_id) VALUES (?, ?, ?, ?, -1, 0)",
    );
    this.#update = session.db.prepare("UPDATE subjects SET last_slot_ms = ?, packed_id = ? WHERE id = ?");
    this.#delete = session.db.prepare("DELETE FROM subjects WHERE id = ?");
    for (const row of session.all(build.selectFrom("subjects").selectAll())) {
      this.#keep(row.id, { check: row.check_id, target: row.target, location: row.location });
      this.#lastSlots[row.id] = row.last_slot_ms;
      this.#packedIds[row.id] = row.packed_id;
    }
    session.follow(this);
  }

  get packedIds(): readonly (number | undefined)[] {
    return this.#packedIds;
  }

  /** One above the highest number in use. */
  get end(): number {
    return this.#next;
  }

  /** The number of a known subject. */
  find(key: SubjectKey): number | undefined {
    return this.#numbers.get(subjectId(key));
  }

  keyOf(number: number): SubjectKey | undefined {
    return this.#keys[number];
  }

  /** The number of a subject, which becomes known when it is not. */
  numberOf(key: SubjectKey): number {
    const id = subjectId(key);
    const known = this.#numbers.get(id);
    if (known !== undefined) return known;
    const number = this.#next;
    this.#insert.run(number, key.check, key.target, key.location);
    this.#keep(number, { check: key.check, target: key.target, location: key.location });
    this.#added.push(id);
    return number;
  }

  lastSlotMs(number: number): EpochMs {
    return this.#lastSlots[number] ?? -1;
  }

  /** Moves the newest slot on; an older one changes nothing. */
  advance(number: number, slotMs: EpochMs): void {
    const before = this.lastSlotMs(number);
    if (slotMs <= before) return;
    this.#undo.push({ number, slotMs: before });
    this.#lastSlots[number] = slotMs;
  }

  /** Notes how far the subject's tail is packed. */
  savePacked(number: number, packedId: number): void {
    this.#update.run(this.lastSlotMs(number), packedId, number);
  }

  /** Forgets a subject that nothing refers to any more. */
  remove(number: number): void {
    const key = this.#keys[number];
    if (key === undefined) return;
    this.#delete.run(number);
    this.#removed.push(subjectId(key));
  }

  confirm(): void {
    for (const id of this.#removed) this.#forget(id);
    this.#reset();
  }

  discard(): void {
    for (const { number, slotMs } of this.#undo.toReversed()) this.#lastSlots[number] = slotMs;
    for (const id of this.#added) this.#forget(id);
    this.#reset();
  }

  #reset(): void {
    this.#undo = [];
    this.#added = [];
    this.#removed = [];
  }

  #keep(number: number, key: SubjectKey): void {
    this.#numbers.set(subjectId(key), number);
    this.#keys[number] = key;
    this.#next = Math.max(this.#next, number + 1);
  }

  #forget(id: string): void {
    const number = this.#numbers.get(id);
    this.#numbers.delete(id);
    if (number === undefined) return;
    this.#keys[number] = undefined;
    this.#lastSlots[number] = undefined;
  }
}
