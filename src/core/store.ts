import type { Alert } from "./alert.ts";
import type { AlertGroup } from "./alert-group.ts";
import type { CheckState } from "./check-state.ts";
import type { Incident } from "./incident.ts";
import type { Json } from "./json.ts";
import type { DeliveryOutcome } from "./notifier.ts";
import type { DeliveryRecord, OutboxRow } from "./outbox.ts";
import type { Missed, Result, SubjectKey } from "./result.ts";
import type { RuleState } from "./rule-kind.ts";
import type { Series, SeriesPoint, SeriesQuery } from "./series.ts";
import type { Decision } from "./stage.ts";
import type { EpochMs } from "./time.ts";

export type Fence = Readonly<{ shard: number; epoch: bigint; leaseId: string }>;

/** Everything one step of the daemon writes: one change is one transaction. */
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
  groups: readonly AlertGroup[];
  removedGroups: readonly string[];
  incidents: readonly Incident[];
  decisions: readonly Decision[];
  outbox: readonly OutboxRow[];
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
  groups: [],
  removedGroups: [],
  incidents: [],
  decisions: [],
  outbox: [],
  audit: [],
};

export type Loaded = Readonly<{
  checkStates: readonly CheckState[];
  ruleStates: readonly RuleState[];
  alerts: readonly Alert[];
  groups: readonly AlertGroup[];
  incidents: readonly Incident[];
}>;

export type RollUp = Readonly<{
  atMs: EpochMs;
  up: number;
  down: number;
  unknown: number;
  durationMsSum: number;
  durationMsMax: number;
}>;

export type StoreFacts = Readonly<{
  sizeBytes: number;
  walBytes: number;
  resultsCount: number;
  seriesCount: number;
  outboxPending: number;
}>;

/** Every implementation passes test/contract/store. No callback transactions: one commit = one transaction inside the adapter. */
export interface Store {
  load(): Promise<Loaded>;
  /** Results whose slotMs is at or below the stored lastSlotMs of their subject are ignored. @throws {AppError} ERR_STORAGE_LOCKED, ERR_STORAGE_FULL, ERR_STORAGE_IO: nothing was written, the caller may try again. */
  commit(change: Change): Promise<"committed" | "fenced">;
  appendSeries(points: readonly SeriesPoint[]): Promise<void>;
  series(queries: readonly SeriesQuery[]): Promise<readonly (readonly Series[])[]>;
  /** Newest first, fromMs ≤ slotMs ≤ toMs. */
  results(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs, limit: number): Promise<readonly Result[]>;
  missed(key: SubjectKey, fromMs: EpochMs, toMs: EpochMs): Promise<readonly Missed[]>;
  rollUps(key: SubjectKey, stepMs: 300_000 | 3_600_000, fromMs: EpochMs, toMs: EpochMs): Promise<readonly RollUp[]>;
  /** Decisions on a subject (alert fingerprint, incident or notification id), oldest first. */
  decisions(subject: string, limit: number): Promise<readonly Decision[]>;
  /** Packs finished hours, rolls up and deletes what is over its time or size; works at most about `budgetMs`. */
  prune(nowMs: EpochMs, budgetMs: number): Promise<"done" | "more">;
  facts(): Promise<StoreFacts>;
  close(): Promise<void>;
  /** Leases rows that are due and free, at most one per (receiver, incident) out of order; expired leases count as free and set `startedBefore`. */
  leaseOutbox(owner: string, count: number, nowMs: EpochMs, ttlMs: number): Promise<readonly OutboxRow[]>;
  /** Records the attempt. Delivered and rejected rows end; retryable ones wait until `notBeforeMs`. */
  settle(
    id: string,
    owner: string,
    outcome: DeliveryOutcome,
    nowMs: EpochMs,
    notBeforeMs: EpochMs,
  ): Promise<"settled" | "lease_lost">;
  deliveries(limit: number): Promise<readonly DeliveryRecord[]>;
}
