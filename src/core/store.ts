import type { Alert } from "./alerting/alert.ts";
import type { AlertGroup } from "./alerting/alert-group.ts";
import type { AlertingRecord } from "./alerting/alerting-record.ts";
import type { Incident } from "./alerting/incident.ts";
import type { DeliveryRecord, OutboxRow, RowEnd } from "./alerting/outbox.ts";
import type { RuleState } from "./alerting/rule-kind.ts";
import type { Spending } from "./alerting/spending.ts";
import type { Decision } from "./alerting/stage.ts";
import type { CheckState } from "./checks/check-state.ts";
import type { Missed, Result, SubjectKey } from "./checks/result.ts";
import type { Series, SeriesPoint, SeriesQuery } from "./checks/series.ts";
import type { Json } from "./json.ts";
import type { Labels } from "./labels.ts";
import type { EpochMs } from "./time/time.ts";

export type Fence = Readonly<{ shard: number; epoch: bigint; leaseId: string }>;

/** A delivery attempt that ended while the store could not be asked; recorded without asking for its lease. */
export type Settlement = RowEnd &
  Readonly<{
    /** Which attempt ended, counted from 1: one that is recorded already is ignored. */
    attempt: number;
    atMs: EpochMs;
  }>;

/** What became of leased rows, and the rows that take over from them: written together or not at all. */
export type Settling = Readonly<{ ends: readonly RowEnd[]; follow: readonly OutboxRow[] }>;

/** Everything one step of the daemon writes: one change is one transaction. Removals happen before additions of the same key. */
export type Change = Readonly<{
  fence?: Fence;
  results: readonly Result[];
  missed: readonly Missed[];
  checkStates: readonly CheckState[];
  /** Subjects whose state goes away because their check or target left the config. */
  removedCheckStates: readonly SubjectKey[];
  ruleStates: readonly RuleState[];
  alerts: readonly Alert[];
  /** Fingerprints of alerts that were resolved and told. */
  removedAlerts: readonly string[];
  /** Occurrences of alerts that are over, as they ended; kept as history. */
  endedAlerts: readonly Alert[];
  groups: readonly AlertGroup[];
  removedGroups: readonly string[];
  incidents: readonly Incident[];
  records: readonly AlertingRecord[];
  /** Keys of records that are no longer needed. */
  removedRecords: readonly string[];
  decisions: readonly Decision[];
  outbox: readonly OutboxRow[];
  /** Applied after `outbox`; those of unknown or ended rows are ignored. */
  settlements: readonly Settlement[];
  audit: readonly Json[];
}>;

/** A change with nothing in it, to spread over. */
export const emptyChange: Change = {
  results: [],
  missed: [],
  checkStates: [],
  removedCheckStates: [],
  ruleStates: [],
  alerts: [],
  removedAlerts: [],
  endedAlerts: [],
  groups: [],
  removedGroups: [],
  incidents: [],
  records: [],
  removedRecords: [],
  decisions: [],
  outbox: [],
  settlements: [],
  audit: [],
};

export type Loaded = Readonly<{
  checkStates: readonly CheckState[];
  ruleStates: readonly RuleState[];
  alerts: readonly Alert[];
  groups: readonly AlertGroup[];
  /** Those that are not resolved, and resolved ones that a group still names, in the order in which they were first committed. */
  incidents: readonly Incident[];
  records: readonly AlertingRecord[];
}>;

/** Upper bounds of the latency histogram of a roll-up, in milliseconds; the last bucket has none. */
export const latencyBoundsMs = [5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000] as const;

export type RollUp = Readonly<{
  atMs: EpochMs;
  up: number;
  down: number;
  unknown: number;
  /** Of the runs that gave up or down, as is the maximum. */
  durationMsSum: number;
  durationMsMax: number;
  /** Runs that gave up or down, by duration: one count per bound of `latencyBoundsMs` (at or below it, above the one before) and one above all. */
  latencyCounts: readonly number[];
}>;

/** Rows of the outbox that go to one endpoint of a receiver, and when the oldest message among them was made. */
export type OutboxBacklog = Readonly<{ receiver: string; endpoint: string; count: number; oldestMs: EpochMs }>;

export type StoreFacts = Readonly<{
  sizeBytes: number;
  walBytes: number;
  resultsCount: number;
  seriesCount: number;
  /** Points refused because there are too many series, or lost because minutes could not be written. */
  seriesPointsDropped: number;
  evidenceSizeBytes: number;
  outboxPending: number;
  /** By receiver and endpoint, at most a thousand. */
  outboxBacklog: readonly OutboxBacklog[];
}>;

/** Which occurrences of alerts: those of one fingerprint, or with all these labels, that began by `toMs`. */
export type AlertHistoryQuery = Readonly<{ fingerprint?: string; labels: Labels; toMs: EpochMs; limit: number }>;

/** Every implementation passes test/contract/store. No callback transactions: one commit = one transaction inside the adapter. */
export interface Store {
  /** Rule states that are inactive with nothing recent are forgotten; `lastSlotMs` of a check state covers its stored results. */
  load(): Promise<Loaded>;
  /** Slots are whole milliseconds. Results whose slotMs is at or below the stored lastSlotMs of their subject are ignored. @throws {AppError} ERR_STORAGE_LOCKED, ERR_STORAGE_FULL, ERR_STORAGE_IO: nothing was written, the caller may try again. */
  commit(change: Change): Promise<"committed" | "fenced">;
  /** Adds to 1-minute buckets; counters become increases, the first value of a counter increases nothing. A crash loses at most the open minute. */
  appendSeries(points: readonly SeriesPoint[]): Promise<void>;
  /** Completed minutes only. `fromMs` and `toMs` are cut to whole minutes, `toMs` is outside; a point stands at the start of its step, steps without data have none. @throws {AppError} ERR_CONFIG_INVALID when a matcher does not parse. */
  series(queries: readonly SeriesQuery[]): Promise<readonly (readonly Series[])[]>;
  /** Newest first, fromMs ≤ slotMs ≤ toMs. Kept: everything but samples and memory; durations to the microsecond; evidence within its budget. */
  results(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs, limit: number): Promise<readonly Result[]>;
  /** Ranges that touch fromMs … toMs, oldest first. */
  missed(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs): Promise<readonly Missed[]>;
  /** Buckets with fromMs ≤ atMs ≤ toMs that hold a run, oldest first. */
  rollUps(key: SubjectKey, stepMs: 300_000 | 3_600_000, fromMs: EpochMs, toMs: EpochMs): Promise<readonly RollUp[]>;
  /** Incidents that were open at some moment of fromMs … toMs, the newest change first. */
  incidentsBetween(fromMs: EpochMs, toMs: EpochMs, limit: number): Promise<readonly Incident[]>;
  /** Decisions on a subject (alert fingerprint, incident or notification id) from a moment on, oldest first. */
  decisions(subject: string, limit: number, fromMs?: EpochMs): Promise<readonly Decision[]>;
  /** Occurrences of alerts as they were last written, newest first; kept longer than the alerts. */
  alertHistory(query: AlertHistoryQuery): Promise<readonly Alert[]>;
  /** Packs finished hours, rolls up and deletes what is over its time or size; works at most about `budgetMs`. */
  prune(nowMs: EpochMs, budgetMs: number): Promise<"done" | "more">;
  facts(): Promise<StoreFacts>;
  close(): Promise<void>;
  /**
   * Leases rows that are due and free, oldest first: at most three quarters of them urgent, the rest of the others; expired leases count as
   * free and set `startedBefore`. Per destination (receiver, integration, endpoint, recipient) the rows of one incident go in order: they
   * are given together or after each other, and never past one that is not due. Of one alert each reader is told in order, whichever incident
   * it comes by: a row is not given while an earlier one, for the same reader, of another destination, waits to say the contrary; an end that
   * was tried holds nothing up, and is told as `overtaken` once the beginning of the next time was heard. What waits before an urgent row becomes urgent, and
   * what waits before the end of its incident becomes ordinary. A row that is to be given up is given whatever stands before it. A row about
   * an incident says what the last message about it that arrived at its destination is called there (`previousExternalId`).
   */
  leaseOutbox(owner: string, count: number, nowMs: EpochMs, ttlMs: number): Promise<readonly OutboxRow[]>;
  /**
   * Records what became of leased rows in one transaction with those that follow. A row with `retryAtMs` waits until then, takes over `next`
   * into its notification, and sets `startedBefore` when the attempt may have been delivered. When a lease is lost nothing is written.
   */
  settle(owner: string, settling: Settling, nowMs: EpochMs): Promise<"settled" | "lease_lost">;
  /** What `spend`s of settled rows add up to, of that day and later ones; kept for more than a year. */
  spending(fromDay: string): Promise<readonly Spending[]>;
  /** An incident by its id, resolved or not; undefined when it never was or is too old. */
  incident(id: string): Promise<Incident | undefined>;
  /** Incidents, resolved or not, by when they ended, else opened: the newest first. */
  incidents(limit: number): Promise<readonly Incident[]>;
  /** Attempts, newest first. */
  deliveries(limit: number): Promise<readonly DeliveryRecord[]>;
  /** Attempts to tell of an incident, with those of the digests that it came into, oldest first. */
  deliveriesOf(incident: string, limit: number): Promise<readonly DeliveryRecord[]>;
}
