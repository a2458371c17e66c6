import type { CheckState } from "../core/checks/check-state.ts";
import type { Result, SubjectKey } from "../core/checks/result.ts";
import { subjectId } from "../core/checks/result.ts";
import type { Change, Fence } from "../core/store.ts";
import { ruleStateKey } from "./kept-rule-state.ts";

/** What has no bound of its own is cut to this many while the store fails, oldest first; transitions never are. */
const mostLines = 100_000;

/** Changes joined into one, in order: of what has a key only the newest stays, so that waiting costs no more than the world is large. */
export class PendingChange {
  readonly fence: Fence | undefined;
  #results: Result[] = [];
  #missed: Change["missed"][number][] = [];
  readonly #checkStates = new Map<string, CheckState>();
  readonly #removedCheckStates = new Map<string, SubjectKey>();
  readonly #ruleStates = new Map<string, Change["ruleStates"][number]>();
  readonly #alerts = new Map<string, Change["alerts"][number]>();
  readonly #removedAlerts = new Set<string>();
  readonly #endedAlerts: Change["endedAlerts"][number][] = [];
  readonly #groups = new Map<string, Change["groups"][number]>();
  readonly #removedGroups = new Set<string>();
  readonly #incidents = new Map<string, Change["incidents"][number]>();
  readonly #records = new Map<string, Change["records"][number]>();
  readonly #removedRecords = new Set<string>();
  #decisions: Change["decisions"][number][] = [];
  readonly #outbox: Change["outbox"][number][] = [];
  readonly #settlements: Change["settlements"][number][] = [];
  #audit: Change["audit"][number][] = [];

  constructor(fence: Fence | undefined) {
    this.fence = fence;
  }

  get results(): readonly Result[] {
    return this.#results;
  }

  /** Joins a later change to what is here. */
  add(change: Change): void {
    for (const result of change.results) this.#results.push(result);
    for (const range of change.missed) this.#missed.push(range);
    this.#addStates(change);
    this.#addAlerting(change);
    this.#decisions.push(...change.decisions);
    this.#outbox.push(...change.outbox);
    this.#settlements.push(...change.settlements);
    this.#endedAlerts.push(...change.endedAlerts);
    this.#audit.push(...change.audit);
    this.#missed = this.#missed.slice(-mostLines);
    this.#decisions = this.#decisions.slice(-mostLines);
    this.#audit = this.#audit.slice(-mostLines);
  }

  /** Drops the oldest results; returns how many there were to drop. */
  dropResults(count: number): number {
    return this.#results.splice(0, count).length;
  }

  toChange(): Change {
    return {
      ...(this.fence === undefined ? {} : { fence: this.fence }),
      results: this.#results,
      missed: this.#missed,
      checkStates: [...this.#checkStates.values()],
      removedCheckStates: [...this.#removedCheckStates.values()],
      ruleStates: [...this.#ruleStates.values()],
      alerts: [...this.#alerts.values()],
      removedAlerts: [...this.#removedAlerts],
      endedAlerts: this.#endedAlerts,
      groups: [...this.#groups.values()],
      removedGroups: [...this.#removedGroups],
      incidents: [...this.#incidents.values()],
      records: [...this.#records.values()],
      removedRecords: [...this.#removedRecords],
      decisions: this.#decisions,
      outbox: this.#outbox,
      settlements: this.#settlements,
      audit: this.#audit,
    };
  }

  #addStates(change: Change): void {
    for (const key of change.removedCheckStates) {
      this.#checkStates.delete(subjectId(key));
      this.#removedCheckStates.set(subjectId(key), key);
    }
    for (const state of change.checkStates) this.#checkStates.set(subjectId(state), state);
    for (const state of change.ruleStates) this.#ruleStates.set(ruleStateKey(state), state);
  }

  #addAlerting(change: Change): void {
    for (const id of change.removedAlerts) {
      this.#alerts.delete(id);
      this.#removedAlerts.add(id);
    }
    for (const alert of change.alerts) this.#alerts.set(alert.fingerprint, alert);
    for (const key of change.removedGroups) {
      this.#groups.delete(key);
      this.#removedGroups.add(key);
    }
    for (const group of change.groups) this.#groups.set(group.key, group);
    for (const incident of change.incidents) this.#incidents.set(incident.id, incident);
    for (const key of change.removedRecords) {
      this.#records.delete(key);
      this.#removedRecords.add(key);
    }
    for (const record of change.records) this.#records.set(record.key, record);
  }
}

/** True when the change holds more than runs and the check states that they moved: then it has to be durable at once. */
export function isUrgent(change: Change): boolean {
  const lists: readonly (readonly unknown[])[] = [
    change.removedCheckStates,
    change.ruleStates,
    change.alerts,
    change.removedAlerts,
    change.endedAlerts,
    change.groups,
    change.removedGroups,
    change.incidents,
    change.records,
    change.removedRecords,
    change.decisions,
    change.outbox,
    change.settlements,
    change.audit,
  ];
  return change.fence !== undefined || lists.some((list) => list.length > 0);
}
