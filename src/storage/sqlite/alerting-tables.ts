import type { Statement } from "better-sqlite3";
import type { Alert } from "../../core/alerting/alert.ts";
import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { AlertingRecord } from "../../core/alerting/alerting-record.ts";
import type { Incident } from "../../core/alerting/incident.ts";
import type { RuleState } from "../../core/alerting/rule-kind.ts";
import type { AlertHistoryQuery, Change, Loaded } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { isWorthKeeping, ruleStateKey } from "../kept-rule-state.ts";
import { hasLabels } from "../matches-history.ts";
import { AlertHistoryTable } from "./alert-history-table.ts";
import { build, type Session } from "./session.ts";

/** Rule states, alerts, groups, incidents and records: small tables of JSON documents. */
export class AlertingTables {
  readonly #session: Session;
  readonly #history: AlertHistoryTable;
  readonly #ruleStates: DocumentTable<RuleState>;
  readonly #alerts: DocumentTable<Alert>;
  readonly #groups: DocumentTable<AlertGroup>;
  readonly #records: DocumentTable<AlertingRecord>;
  readonly #saveIncident: Statement;
  readonly #loadIncidents: Statement<[string], { body: string }>;

  constructor(session: Session) {
    this.#session = session;
    this.#history = new AlertHistoryTable(session);
    this.#ruleStates = new DocumentTable(session, "rule_states");
    this.#alerts = new DocumentTable(session, "alerts");
    this.#groups = new DocumentTable(session, "alert_groups");
    this.#records = new DocumentTable(session, "alerting_records");
    // A row keeps its place, so that incidents are loaded in the order in which they opened.
    this.#saveIncident = session.db.prepare(
      `INSERT INTO incidents (id, status, changed_at_ms, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE
       SET status = excluded.status, changed_at_ms = excluded.changed_at_ms, body = excluded.body`,
    );
    this.#loadIncidents = session.db.prepare(
      `SELECT body FROM incidents WHERE status != 'resolved' OR id IN (SELECT value FROM json_each(?)) ORDER BY rowid`,
    );
  }

  apply(change: Change): void {
    for (const state of change.ruleStates) {
      if (isWorthKeeping(state)) this.#ruleStates.save(ruleStateKey(state), state);
      else this.#ruleStates.remove(ruleStateKey(state));
    }
    for (const id of change.removedAlerts) this.#alerts.remove(id);
    for (const alert of change.alerts) this.#alerts.save(alert.fingerprint, alert);
    for (const alert of change.endedAlerts) this.#history.save(alert);
    for (const key of change.removedGroups) this.#groups.remove(key);
    for (const group of change.groups) this.#groups.save(group.key, group);
    for (const key of change.removedRecords) this.#records.remove(key);
    for (const record of change.records) this.#records.save(record.key, record);
    for (const incident of change.incidents) {
      const changedAtMs = incident.resolvedAtMs ?? incident.openedAtMs;
      this.#saveIncident.run(incident.id, incident.status, changedAtMs, JSON.stringify(incident));
    }
  }

  history(query: AlertHistoryQuery): readonly Alert[] {
    const { fingerprint, labels, toMs, limit } = query;
    const live = this.#alerts
      .all()
      .filter((alert) => fingerprint === undefined || alert.fingerprint === fingerprint)
      .filter((alert) => alert.startsAtMs <= toMs && hasLabels(alert, labels));
    return [...live, ...this.#history.find(query)].sort((a, b) => b.startsAtMs - a.startsAtMs).slice(0, limit);
  }

  load(): Omit<Loaded, "checkStates"> {
    const groups = this.#groups.all();
    const named = groups.flatMap((group) => (group.incident === undefined ? [] : [group.incident]));
    return {
      ruleStates: this.#ruleStates.all(),
      alerts: this.#alerts.all(),
      groups,
      incidents: this.#incidents(named),
      records: this.#records.all(),
    };
  }

  incident(id: string): Incident | undefined {
    const query = build.selectFrom("incidents").select("body").where("id", "=", id);
    const [row] = this.#session.all(query);
    return row === undefined ? undefined : (JSON.parse(row.body) as Incident);
  }

  incidents(limit: number): readonly Incident[] {
    const query = build
      .selectFrom("incidents")
      .select("body")
      .orderBy("changed_at_ms", "desc")
      .orderBy("id")
      .limit(limit);
    return this.#session.all(query).map((row) => JSON.parse(row.body) as Incident);
  }

  /** Of an open incident `changed_at_ms` is when it opened, of a resolved one when it ended. */
  incidentsBetween(fromMs: EpochMs, toMs: EpochMs, limit: number): readonly Incident[] {
    const rows = this.#session.all(
      build
        .selectFrom("incidents")
        .select("body")
        .where((each) => each.or([each("status", "!=", "resolved"), each("changed_at_ms", ">=", fromMs)]))
        .orderBy("changed_at_ms", "desc"),
    );
    const incidents = rows.map((row) => JSON.parse(row.body) as Incident);
    return incidents.filter(({ openedAtMs }) => openedAtMs <= toMs).slice(0, limit);
  }

  #incidents(named: readonly string[]): readonly Incident[] {
    return this.#loadIncidents.all(JSON.stringify(named)).map(({ body }) => JSON.parse(body) as Incident);
  }
}

class DocumentTable<T> {
  readonly #replace: Statement;
  readonly #delete: Statement;
  readonly #select: Statement<[], { body: string }>;

  constructor({ db }: Session, table: "rule_states" | "alerts" | "alert_groups" | "alerting_records") {
    this.#replace = db.prepare(
      `INSERT INTO ${table} (key, body) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body`,
    );
    this.#delete = db.prepare(`DELETE FROM ${table} WHERE key = ?`);
    this.#select = db.prepare(`SELECT body FROM ${table} ORDER BY rowid`);
  }

  save(key: string, document: T): void {
    this.#replace.run(key, JSON.stringify(document));
  }

  remove(key: string): void {
    this.#delete.run(key);
  }

  all(): readonly T[] {
    return this.#select.all().map((row) => JSON.parse(row.body) as T);
  }
}
