import type { Statement } from "better-sqlite3";
import type { DeliveryRecord } from "../../core/alerting/outbox.ts";
import type { Decision } from "../../core/alerting/stage.ts";
import type { Missed, SubjectKey } from "../../core/checks/result.ts";
import type { Json } from "../../core/json.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { withDigests } from "../with-digests.ts";
import { build, type Session } from "./session.ts";
import type { Subjects } from "./subjects.ts";

/** What is only ever added: missed ranges, decisions, deliveries, audit entries. */
export class HistoryTables {
  readonly #session: Session;
  readonly #subjects: Subjects;
  readonly #addMissed: Statement;
  readonly #deleteMissed: Statement;
  readonly #anyMissed: Statement;
  readonly #addDecision: Statement;
  readonly #addDelivery: Statement;
  readonly #addAudit: Statement;
  readonly #deliveriesOf: Statement<[string, number], { body: string }>;

  constructor(session: Session, subjects: Subjects) {
    const { db } = session;
    this.#session = session;
    this.#subjects = subjects;
    // A slot that was missed at shutdown may begin a range that the next start finds missed, which then says it all.
    this.#addMissed = db.prepare(`
      INSERT INTO missed (subject, from_slot_ms, to_slot_ms, count, reason) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET to_slot_ms = excluded.to_slot_ms, count = excluded.count, reason = excluded.reason
      WHERE excluded.to_slot_ms > to_slot_ms
    `);
    this.#deleteMissed = db.prepare("DELETE FROM missed WHERE subject = ? AND from_slot_ms < ?");
    this.#anyMissed = db.prepare("SELECT 1 FROM missed WHERE subject = ? LIMIT 1");
    this.#addDecision = db.prepare("INSERT OR IGNORE INTO decisions (subject, at_ms, body) VALUES (?, ?, ?)");
    this.#addDelivery = db.prepare("INSERT INTO deliveries (at_ms, body) VALUES (?, ?)");
    this.#deliveriesOf = db.prepare("SELECT body FROM deliveries WHERE instr(body, ?) > 0 ORDER BY id LIMIT ?");
    this.#addAudit = db.prepare("INSERT INTO audit (at_ms, body) VALUES (?, ?)");
  }

  addMissed(range: Missed): void {
    const subject = this.#subjects.numberOf(range);
    this.#addMissed.run(subject, range.fromSlotMs, range.toSlotMs, range.count, range.reason);
  }

  missed(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs): readonly Missed[] {
    const subject = this.#subjects.find(key);
    if (subject === undefined) return [];
    const rows = this.#session.all(
      build
        .selectFrom("missed")
        .selectAll()
        .where("subject", "=", subject)
        .where("from_slot_ms", "<=", toMs)
        .where("to_slot_ms", ">=", fromMs)
        .orderBy("from_slot_ms"),
    );
    const { check, target, location } = key;
    return rows.map((row) => ({
      check,
      target,
      location,
      fromSlotMs: row.from_slot_ms,
      toSlotMs: row.to_slot_ms,
      count: row.count,
      reason: row.reason as Missed["reason"],
    }));
  }

  deleteMissed(subject: number, beforeMs: EpochMs): number {
    return this.#deleteMissed.run(subject, beforeMs).changes;
  }

  hasMissed(subject: number): boolean {
    return this.#anyMissed.get(subject) !== undefined;
  }

  addDecision(decision: Decision): void {
    this.#addDecision.run(decision.subject, decision.atMs, JSON.stringify(decision));
  }

  decisions(subject: string, limit: number, fromMs: EpochMs): readonly Decision[] {
    const query = build
      .selectFrom("decisions")
      .select("body")
      .where("subject", "=", subject)
      .where("at_ms", ">=", fromMs)
      .orderBy("id")
      .limit(limit);
    return this.#session.all(query).map((row) => JSON.parse(row.body) as Decision);
  }

  addDelivery(record: DeliveryRecord): void {
    this.#addDelivery.run(record.atMs, JSON.stringify(record));
  }

  deliveries(limit: number): readonly DeliveryRecord[] {
    const query = build.selectFrom("deliveries").select("body").orderBy("id", "desc").limit(limit);
    return this.#session.all(query).map((row) => JSON.parse(row.body) as DeliveryRecord);
  }

  /** Looked for in the text: the question is rare, an index would cost every delivery. */
  deliveriesOf(incident: string, limit: number): readonly DeliveryRecord[] {
    const found = this.#deliveriesWith("incident", incident, limit);
    return withDigests(found, (outboxId) => this.#deliveriesWith("outboxId", outboxId, limit)).slice(0, limit);
  }

  #deliveriesWith(key: "incident" | "outboxId", value: string, limit: number): readonly DeliveryRecord[] {
    const rows = this.#deliveriesOf.all(`"${key}":${JSON.stringify(value)}`, limit);
    return rows.map((row) => JSON.parse(row.body) as DeliveryRecord);
  }

  addAudit(entry: Json, atMs: EpochMs): void {
    this.#addAudit.run(atMs, JSON.stringify(entry));
  }
}
