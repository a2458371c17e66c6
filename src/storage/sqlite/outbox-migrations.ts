import { type Compilable, sql } from "kysely";
import { build } from "./session.ts";

/** What was not heard stays unheard, and who was told in its place hears the end as whoever a step told. */
export function passOnUnheard(): readonly Compilable[] {
  const unheard = sql`INSERT INTO beginnings SELECT outlet, fingerprint, at_ms, 0 FROM unheard`;
  const mine = sql`fingerprint IN (SELECT value FROM json_each(incidents.body, '$.members'))`;
  const heirs = sql`
    SELECT json_patch(
      json_object('receiver', receiver, 'atMs', max(at_ms), 'heardOf', 0, 'also', json_group_array(DISTINCT fingerprint)),
      json_object('recipient', recipient)
    ) AS hearer
    FROM (
      SELECT fingerprint, at_ms, heir.value ->> 'receiver' AS receiver, heir.value ->> 'recipient' AS recipient
      FROM unheard, json_each(heirs) AS heir
      WHERE ${mine}
    ) AS told_instead
    WHERE NOT EXISTS (
      SELECT 1 FROM json_each(incidents.body, '$.told') AS known
      WHERE known.value ->> 'receiver' = receiver AND known.value ->> 'recipient' IS recipient
    )
    GROUP BY receiver, recipient`;
  const hearers = sql`
    UPDATE incidents SET body = json_set(body, '$.told', json((
      SELECT json_group_array(json(hearer))
      FROM (SELECT value AS hearer FROM json_each(incidents.body, '$.told') UNION ALL ${heirs})
    )))
    WHERE status <> 'resolved' AND EXISTS (SELECT 1 FROM unheard WHERE heirs <> '[]' AND ${mine})`;
  return [unheard, hearers].map((statement) => ({ compile: () => statement.compile(build) }));
}

/** What waiting rows say of alerts, so that each reader hears of one alert in order. */
export function claimTables(): readonly Compilable[] {
  const reader = sql`json_array(
    body ->> 'receiver', body ->> 'integration', body ->> 'endpoint',
    iif(body ->> 'isPersonal' = 1, coalesce(body ->> '$.notification.recipient', ''), ''))`;
  const known = sql`
    INSERT OR IGNORE INTO outbox_claims
    SELECT ${reader}, alert.value ->> 'fingerprint', alert.value ->> 'status' = 'resolved', seq
    FROM outbox, json_each(body, '$.notification.alerts') AS alert
    WHERE body ->> 'accepted' IS NULL`;
  return [
    build.schema
      .createTable("outbox_claims")
      .addColumn("reader", "text", (column) => column.notNull())
      .addColumn("fingerprint", "text", (column) => column.notNull())
      .addColumn("is_over", "integer", (column) => column.notNull())
      .addColumn("seq", "integer", (column) => column.notNull())
      .addPrimaryKeyConstraint("outbox_claims_key", ["reader", "fingerprint", "is_over", "seq"])
      .modifyEnd(sql`without rowid`),
    build.schema.createIndex("outbox_claims_by_row").on("outbox_claims").columns(["seq"]),
    { compile: () => known.compile(build) },
  ];
}

/** Whether rows are due is read from indexes alone: among their columns lies the body, which is long. */
export function dueIndexes(): readonly Compilable[] {
  const times = ["not_before_ms", "lease_until_ms"] as const;
  return [
    build.schema.dropIndex("outbox_destination"),
    build.schema
      .createIndex("outbox_destination")
      .on("outbox")
      .columns(["destination", "seq", ...times, "urgent"]),
    build.schema
      .createIndex("outbox_due")
      .on("outbox")
      .columns(["urgent", "seq", ...times, "give_up_ms", "destination"]),
  ];
}

/** Which beginning it was that a reader has heard of, or not. */
export function beginningTimes(): readonly Compilable[] {
  const starts = build.schema.alterTable("beginnings");
  return [starts.addColumn("starts_ms", "integer", (column) => column.notNull().defaultTo(0))];
}

/** The beginning of a later time that did not reach a reader who has not heard the end of the one before. */
export function missedBeginnings(): readonly Compilable[] {
  return [build.schema.alterTable("beginnings").addColumn("missed_ms", "integer")];
}

/** So that what holds a row up is read from the index alone again, now that a row which is only to be given up does not. */
export function destinationIndexWithEnds(): readonly Compilable[] {
  const columns = ["destination", "seq", "not_before_ms", "lease_until_ms", "urgent", "give_up_ms"];
  return [
    build.schema.dropIndex("outbox_destination"),
    build.schema.createIndex("outbox_destination").on("outbox").columns(columns),
  ];
}
