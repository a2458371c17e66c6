import type { Database } from "better-sqlite3";
import { type Compilable, type CreateTableBuilder, type RawBuilder, sql } from "kysely";
import { AppError } from "../../core/errors.ts";
import {
  beginningTimes,
  claimTables,
  destinationIndexWithEnds,
  dueIndexes,
  missedBeginnings,
  passOnUnheard,
} from "./outbox-migrations.ts";
import { build, type Session } from "./session.ts";

type Step = Compilable;

const withoutRowid = sql`without rowid`;

/** Steps from one schema version to the next; the position in this list is the version. What was released is never changed. */
const migrations: readonly (readonly Step[])[] = [
  [...resultTables(), ...alertingTables(), ...seriesTables(), ...ledgerCounts()],
  [documentTable("alerting_records")],
  deliveryTables(),
  [
    idTable("alert_history")
      .addColumn("fingerprint", "text", notNull)
      .addColumn("at_ms", "integer", notNull)
      .addColumn("body", "text", notNull)
      .addUniqueConstraint("alert_history_once", ["fingerprint", "at_ms"]),
  ],
  unheardTables(),
  [
    build.schema
      .createTable("spending")
      .addColumn("endpoint", "text", notNull)
      .addColumn("day", "text", notNull)
      .addColumn("count", "integer", notNull)
      .addPrimaryKeyConstraint("spending_key", ["endpoint", "day"])
      .modifyEnd(withoutRowid),
  ],
  [
    build.schema
      .createTable("threads")
      .addColumn("destination", "text", (column) => column.primaryKey())
      .addColumn("external_id", "text", notNull)
      .addColumn("at_ms", "integer", notNull),
    build.schema.createIndex("threads_by_age").on("threads").columns(["at_ms"]),
  ],
  // Tables stay, documents do not: who knows no accepted calls would call again, and no alerts that have left an incident tell wrong ends.
  [],
  [
    build.schema
      .createTable("beginnings")
      .addColumn("reader", "text", notNull)
      .addColumn("fingerprint", "text", notNull)
      .addColumn("at_ms", "integer", notNull)
      .addColumn("is_heard", "integer", notNull)
      .addPrimaryKeyConstraint("beginnings_key", ["reader", "fingerprint"])
      .modifyEnd(withoutRowid),
    build.schema.createIndex("beginnings_by_age").on("beginnings").columns(["at_ms"]),
    ...passOnUnheard(),
    build.schema.dropTable("unheard"),
  ],
  claimTables(),
  dueIndexes(),
  beginningTimes(),
  missedBeginnings(),
  destinationIndexWithEnds(),
];

/** Version that this program writes. */
const schemaVersion = migrations.length;

/** @throws {AppError} ERR_STORAGE_NEWER when a newer Watchfire wrote the database. */
export function refuseNewerSchema(db: Database, path: string): void {
  const version = versionOf(db);
  if (version <= schemaVersion) return;
  throw new AppError(
    "ERR_STORAGE_NEWER",
    `the database ${path} has schema version ${version}; this Watchfire knows versions up to ${schemaVersion}`,
    { hint: "Start the newer Watchfire again, or let storage.path name another file." },
  );
}

/** Brings the schema up to date in one transaction. */
export function migrate(session: Session): void {
  const version = versionOf(session.db);
  if (version === schemaVersion) return;
  session.transaction(() => {
    for (const steps of migrations.slice(version)) {
      for (const step of steps) session.db.exec(step.compile().sql);
    }
    session.db.pragma(`user_version = ${schemaVersion}`);
  });
}

function versionOf(db: Database): number {
  return db.pragma("user_version", { simple: true }) as number;
}

function resultTables(): readonly Step[] {
  return [
    idTable("subjects")
      .addColumn("check_id", "text", notNull)
      .addColumn("target", "text", notNull)
      .addColumn("location", "text", notNull)
      .addColumn("last_slot_ms", "integer", notNull)
      .addColumn("packed_id", "integer", notNull)
      .addUniqueConstraint("subjects_key", ["check_id", "target", "location"]),
    tailTable("results_tail"),
    packedTable("results_packed"),
    rollUpTable("roll_ups_5m"),
    rollUpTable("roll_ups_1h"),
    idTable("evidence")
      .addColumn("subject", "integer", notNull)
      .addColumn("slot_ms", "integer", notNull)
      .addColumn("body", "blob", notNull)
      .addUniqueConstraint("evidence_key", ["subject", "slot_ms"]),
    build.schema
      .createTable("missed")
      .addColumn("subject", "integer", notNull)
      .addColumn("from_slot_ms", "integer", notNull)
      .addColumn("to_slot_ms", "integer", notNull)
      .addColumn("count", "integer", notNull)
      .addColumn("reason", "text", notNull)
      .addPrimaryKeyConstraint("missed_key", ["subject", "from_slot_ms"])
      .modifyEnd(withoutRowid),
  ];
}

function alertingTables(): readonly Step[] {
  return [
    build.schema
      .createTable("check_states")
      .addColumn("subject", "integer", (column) => column.primaryKey())
      .addColumn("last_slot_ms", "integer", notNull)
      .addColumn("body", "text", notNull),
    documentTable("rule_states"),
    documentTable("alerts"),
    documentTable("alert_groups"),
    build.schema
      .createTable("incidents")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("status", "text", notNull)
      .addColumn("changed_at_ms", "integer", notNull)
      .addColumn("body", "text", notNull),
    idTable("decisions")
      .addColumn("subject", "text", notNull)
      .addColumn("at_ms", "integer", notNull)
      .addColumn("body", "text", notNull)
      .addUniqueConstraint("decisions_once", ["subject", "body"]),
    historyTable("deliveries"),
    historyTable("audit"),
    ...outboxTables(),
    build.schema
      .createTable("shard_leases")
      .addColumn("shard", "integer", (column) => column.primaryKey())
      .addColumn("epoch", "text", notNull)
      .addColumn("lease_id", "text", notNull),
  ];
}

function outboxTables(): readonly Step[] {
  return [
    build.schema
      .createTable("outbox")
      .addColumn("seq", "integer", (column) => column.primaryKey().autoIncrement())
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("dedup_key", "text", (column) => column.notNull().unique())
      .addColumn("destination", "text", notNull)
      .addColumn("not_before_ms", "integer", notNull)
      .addColumn("lease_owner", "text")
      .addColumn("lease_until_ms", "integer", notNull)
      .addColumn("body", "text", notNull),
    build.schema.createIndex("outbox_destination").on("outbox").columns(["destination", "seq"]),
    idTable("outbox_ended")
      .addColumn("dedup_key", "text", (column) => column.notNull().unique())
      .addColumn("at_ms", "integer", notNull),
  ];
}

/** Urgency of waiting messages, and when each is given up. */
function deliveryTables(): readonly Step[] {
  return [
    build.schema.alterTable("outbox").addColumn("urgent", "integer", (column) => column.notNull().defaultTo(0)),
    build.schema
      .alterTable("outbox")
      .addColumn("give_up_ms", "integer", (column) => column.notNull().defaultTo(Number.MAX_SAFE_INTEGER)),
  ];
}

/** Alerts whose beginning did not arrive at an outlet. */
function unheardTables(): readonly Step[] {
  return [
    build.schema
      .createTable("unheard")
      .addColumn("outlet", "text", notNull)
      .addColumn("fingerprint", "text", notNull)
      .addColumn("at_ms", "integer", notNull)
      .addColumn("heirs", "text", notNull)
      .addPrimaryKeyConstraint("unheard_key", ["outlet", "fingerprint"])
      .modifyEnd(withoutRowid),
  ];
}

function seriesTables(): readonly Step[] {
  return [
    idTable("series")
      .addColumn("key", "text", (column) => column.notNull().unique())
      .addColumn("metric", "text", notNull)
      .addColumn("labels", "text", notNull)
      .addColumn("packed_id", "integer", notNull),
    tailTable("series_tail"),
    packedTable("series_packed"),
  ];
}

function ledgerCounts(): readonly Step[] {
  const name = (text: string): RawBuilder<string> => sql.lit(text);
  return [
    build.schema
      .createTable("ledgers")
      .addColumn("name", "text", (column) => column.primaryKey())
      .addColumn("packed_count", "integer", notNull),
    build
      .insertInto("ledgers")
      .columns(["name", "packed_count"])
      .values(["results_packed", "series_packed"].map((each) => ({ name: name(each), packed_count: sql.lit(0) }))),
  ];
}

type Table<C extends string> = CreateTableBuilder<string, C>;

function notNull<T extends { notNull(): T }>(column: T): T {
  return column.notNull();
}

function idTable(name: string): Table<"id"> {
  return build.schema.createTable(name).addColumn("id", "integer", (column) => column.primaryKey());
}

/** Append-only by growing id, without an index: a million rows take no longer than a thousand. */
function tailTable(name: string): Table<string> {
  return idTable(name)
    .addColumn("owner", "integer", notNull)
    .addColumn("at_ms", "integer", notNull)
    .addColumn("body", "blob", notNull);
}

function packedTable(name: string): Table<string> {
  return build.schema
    .createTable(name)
    .addColumn("owner", "integer", notNull)
    .addColumn("from_ms", "integer", notNull)
    .addColumn("first_id", "integer", notNull)
    .addColumn("to_ms", "integer", notNull)
    .addColumn("count", "integer", notNull)
    .addColumn("body", "blob", notNull)
    .addPrimaryKeyConstraint(`${name}_key`, ["owner", "from_ms", "first_id"])
    .modifyEnd(withoutRowid);
}

function rollUpTable(name: string): Table<string> {
  return build.schema
    .createTable(name)
    .addColumn("owner", "integer", notNull)
    .addColumn("hour_ms", "integer", notNull)
    .addColumn("body", "blob", notNull)
    .addPrimaryKeyConstraint(`${name}_key`, ["owner", "hour_ms"])
    .modifyEnd(withoutRowid);
}

function documentTable(name: string): Table<string> {
  return build.schema
    .createTable(name)
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("body", "text", notNull);
}

function historyTable(name: string): Table<string> {
  return idTable(name).addColumn("at_ms", "integer", notNull).addColumn("body", "text", notNull);
}
