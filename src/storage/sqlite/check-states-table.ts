import type { Statement } from "better-sqlite3";
import type { CheckState } from "../../core/checks/check-state.ts";
import type { SubjectKey } from "../../core/checks/result.ts";
import { build, type Follower, type Session } from "./session.ts";
import type { Subjects } from "./subjects.ts";

/**
 * Check states by subject. A state that differs from the stored one in nothing but a slot that the subject's results already
 * reach is not written again: in a steady world a run costs no write here.
 */
export class CheckStatesTable implements Follower {
  readonly #session: Session;
  readonly #subjects: Subjects;
  readonly #replace: Statement;
  readonly #delete: Statement;
  readonly #stored = new Map<number, string>();
  #pending = new Map<number, string | undefined>();

  constructor(session: Session, subjects: Subjects) {
    this.#session = session;
    this.#subjects = subjects;
    this.#replace = session.db.prepare(
      "INSERT OR REPLACE INTO check_states (subject, last_slot_ms, body) VALUES (?, ?, ?)",
    );
    this.#delete = session.db.prepare("DELETE FROM check_states WHERE subject = ?");
    for (const row of session.all(build.selectFrom("check_states").selectAll())) {
      this.#stored.set(row.subject, row.body);
      subjects.advance(row.subject, row.last_slot_ms);
    }
    subjects.confirm();
    session.follow(this);
  }

  save(state: CheckState): void {
    const { check: _check, target: _target, location: _location, lastSlotMs, ...rest } = state;
    const subject = this.#subjects.numberOf(state);
    const body = JSON.stringify(rest);
    const before = this.#pending.has(subject) ? this.#pending.get(subject) : this.#stored.get(subject);
    if (body === before && lastSlotMs <= this.#subjects.lastSlotMs(subject)) return;
    this.#replace.run(subject, lastSlotMs, body);
    this.#subjects.advance(subject, lastSlotMs);
    this.#pending.set(subject, body);
  }

  remove(key: SubjectKey): void {
    const subject = this.#subjects.find(key);
    if (subject === undefined) return;
    this.#delete.run(subject);
    this.#pending.set(subject, undefined);
  }

  has(subject: number): boolean {
    return this.#stored.has(subject);
  }

  load(): readonly CheckState[] {
    const rows = this.#session.all(build.selectFrom("check_states").selectAll().orderBy("subject"));
    return rows.flatMap((row) => {
      const key = this.#subjects.keyOf(row.subject);
      if (key === undefined) return [];
      const lastSlotMs = Math.max(row.last_slot_ms, this.#subjects.lastSlotMs(row.subject));
      return [{ ...key, ...(JSON.parse(row.body) as Omit<CheckState, keyof SubjectKey>), lastSlotMs }];
    });
  }

  confirm(): void {
    for (const [subject, body] of this.#pending) {
      if (body === undefined) this.#stored.delete(subject);
      else this.#stored.set(subject, body);
    }
    this.discard();
  }

  discard(): void {
    this.#pending = new Map();
  }
}
