import type { Alert } from "../../../src/core/alerting/alert.ts";
import type { Incident } from "../../../src/core/alerting/incident.ts";
import type { DeliveryRecord, OutboxRow } from "../../../src/core/alerting/outbox.ts";
import type { Spend, Spending } from "../../../src/core/alerting/spending.ts";
import type { Decision } from "../../../src/core/alerting/stage.ts";
import { type Missed, type Result, type SubjectKey, subjectId } from "../../../src/core/checks/result.ts";
import type { Series, SeriesPoint, SeriesQuery } from "../../../src/core/checks/series.ts";
import type { AppError } from "../../../src/core/errors.ts";
import type { Json } from "../../../src/core/json.ts";
import type { Clock } from "../../../src/core/ports/clock.ts";
import type {
  AlertHistoryQuery,
  Change,
  Fence,
  Loaded,
  RollUp,
  Settlement,
  Settling,
  Store,
  StoreFacts,
} from "../../../src/core/store.ts";
import { isWorthKeeping, ruleStateKey } from "../../../src/storage/kept-rule-state.ts";
import { hasLabels } from "../../../src/storage/matches-history.ts";
import { OutboxBook } from "../../../src/storage/outbox-book.ts";
import { type RollUpStepMs, rollUp } from "../../../src/storage/roll-up.ts";
import { storedResult } from "../../../src/storage/stored-result.ts";
import { withDigests } from "../../../src/storage/with-digests.ts";
import { MemorySeries } from "./memory-series.ts";

/** A store in memory with the behaviour of the SQLite one; keeps everything until it is dropped. */
export class MemoryStore implements Store {
  /** When set, every call that writes throws it and writes nothing. */
  failure: AppError | undefined;
  readonly audit: Json[] = [];
  readonly #lastSlots = new Map<string, number>();
  readonly #results = new Map<string, Result[]>();
  readonly #missed = new Map<string, Missed[]>();
  readonly #checkStates = new Map<string, Loaded["checkStates"][number]>();
  readonly #ruleStates = new Map<string, Loaded["ruleStates"][number]>();
  readonly #alerts = new Map<string, Loaded["alerts"][number]>();
  readonly #groups = new Map<string, Loaded["groups"][number]>();
  readonly #incidents = new Map<string, Loaded["incidents"][number]>();
  readonly #records = new Map<string, Loaded["records"][number]>();
  readonly #alertHistory = new Map<string, Alert>();
  readonly #decisions = new Map<string, Decision>();
  readonly #dedupKeys = new Set<string>();
  readonly #outbox = new OutboxBook();
  readonly #deliveries: DeliveryRecord[] = [];
  readonly #spending = new Map<string, Spending>();
  readonly #leases = new Map<number, Fence>();
  readonly #series: MemorySeries;

  constructor(clock: Pick<Clock, "now">) {
    this.#series = new MemorySeries(clock);
  }

  async load(): Promise<Loaded> {
    const named = new Set([...this.#groups.values()].map((group) => group.incident));
    return {
      checkStates: [...this.#checkStates].map(([id, state]) => ({
        ...state,
        lastSlotMs: Math.max(state.lastSlotMs, this.#lastSlots.get(id) ?? state.lastSlotMs),
      })),
      ruleStates: [...this.#ruleStates.values()],
      alerts: [...this.#alerts.values()],
      groups: [...this.#groups.values()],
      incidents: [...this.#incidents.values()].filter((each) => each.status !== "resolved" || named.has(each.id)),
      records: [...this.#records.values()],
    };
  }

  async commit(change: Change): Promise<"committed" | "fenced"> {
    this.#mayFail();
    if (change.fence !== undefined && !this.#holds(change.fence)) return "fenced";
    this.#addResults(change);
    for (const key of change.removedCheckStates) this.#checkStates.delete(subjectId(key));
    for (const state of change.checkStates) this.#checkStates.set(subjectId(state), state);
    for (const state of change.ruleStates) {
      if (isWorthKeeping(state)) this.#ruleStates.set(ruleStateKey(state), state);
      else this.#ruleStates.delete(ruleStateKey(state));
    }
    for (const id of change.removedAlerts) this.#alerts.delete(id);
    for (const alert of change.alerts) this.#alerts.set(alert.fingerprint, alert);
    for (const alert of change.endedAlerts) this.#alertHistory.set(`${alert.fingerprint} ${alert.startsAtMs}`, alert);
    for (const key of change.removedGroups) this.#groups.delete(key);
    for (const group of change.groups) this.#groups.set(group.key, group);
    for (const incident of change.incidents) this.#incidents.set(incident.id, incident);
    for (const key of change.removedRecords) this.#records.delete(key);
    for (const record of change.records) this.#records.set(record.key, record);
    for (const decision of change.decisions) this.#decisions.set(JSON.stringify(decision), decision);
    for (const row of change.outbox) this.#addRow(row);
    for (const settlement of change.settlements) this.#settle(settlement);
    this.audit.push(...change.audit);
    return "committed";
  }

  async appendSeries(points: readonly SeriesPoint[]): Promise<void> {
    this.#mayFail();
    this.#series.append(points);
  }

  async series(queries: readonly SeriesQuery[]): Promise<readonly (readonly Series[])[]> {
    return queries.map((query) => this.#series.query(query));
  }

  async results(key: SubjectKey, fromMs: number, toMs: number, limit: number): Promise<readonly Result[]> {
    const within = this.#resultsOf(key).filter((result) => result.slotMs >= fromMs && result.slotMs <= toMs);
    return within.toReversed().slice(0, limit);
  }

  async missed(key: SubjectKey, fromMs: number, toMs: number): Promise<readonly Missed[]> {
    const all = this.#missed.get(subjectId(key)) ?? [];
    return all
      .filter((each) => each.toSlotMs >= fromMs && each.fromSlotMs <= toMs)
      .sort((a, b) => a.fromSlotMs - b.fromSlotMs);
  }

  async rollUps(key: SubjectKey, stepMs: RollUpStepMs, fromMs: number, toMs: number): Promise<readonly RollUp[]> {
    return rollUp(this.#resultsOf(key), stepMs).filter((each) => each.atMs >= fromMs && each.atMs <= toMs);
  }

  async incidentsBetween(fromMs: number, toMs: number, limit: number): Promise<readonly Incident[]> {
    const changedAtMs = ({ resolvedAtMs, openedAtMs }: Incident): number => resolvedAtMs ?? openedAtMs;
    return [...this.#incidents.values()]
      .filter(({ openedAtMs, resolvedAtMs = Infinity }) => openedAtMs <= toMs && resolvedAtMs >= fromMs)
      .toSorted((a, b) => changedAtMs(b) - changedAtMs(a))
      .slice(0, limit);
  }

  async decisions(subject: string, limit: number, fromMs = 0): Promise<readonly Decision[]> {
    const found = [...this.#decisions.values()].filter((each) => each.subject === subject && each.atMs >= fromMs);
    return found.slice(0, limit);
  }

  async prune(): Promise<"done"> {
    return "done";
  }

  async facts(): Promise<StoreFacts> {
    let resultsCount = 0;
    for (const results of this.#results.values()) resultsCount += results.length;
    return {
      sizeBytes: 0,
      walBytes: 0,
      resultsCount,
      seriesCount: this.#series.size,
      seriesPointsDropped: 0,
      evidenceSizeBytes: 0,
      outboxPending: this.#outbox.size,
      outboxBacklog: this.#outbox.backlog(),
    };
  }

  async close(): Promise<void> {}

  async leaseOutbox(owner: string, count: number, nowMs: number, ttlMs: number): Promise<readonly OutboxRow[]> {
    this.#mayFail();
    return this.#outbox.lease(owner, count, nowMs, ttlMs);
  }

  async settle(owner: string, { ends, follow }: Settling, nowMs: number): Promise<"settled" | "lease_lost"> {
    this.#mayFail();
    if (ends.some(({ outboxId }) => !this.#outbox.isLeasedBy(outboxId, owner))) return "lease_lost";
    for (const row of follow) this.#addRow(row);
    for (const end of ends) this.#settle({ ...end, attempt: this.#outbox.attemptOf(end.outboxId), atMs: nowMs });
    return "settled";
  }

  async spending(fromDay: string): Promise<readonly Spending[]> {
    return [...this.#spending.values()]
      .filter(({ day }) => day >= fromDay)
      .sort((a, b) => (`${a.endpoint} ${a.day}` < `${b.endpoint} ${b.day}` ? -1 : 1));
  }

  async incident(id: string): Promise<Incident | undefined> {
    return this.#incidents.get(id);
  }

  async incidents(limit: number): Promise<readonly Incident[]> {
    const changedMs = (incident: Incident): number => incident.resolvedAtMs ?? incident.openedAtMs;
    const sorted = [...this.#incidents.values()].sort((a, b) => changedMs(b) - changedMs(a) || (a.id < b.id ? -1 : 1));
    return sorted.slice(0, limit);
  }

  async deliveries(limit: number): Promise<readonly DeliveryRecord[]> {
    return this.#deliveries.toReversed().slice(0, limit);
  }

  async deliveriesOf(incident: string, limit: number): Promise<readonly DeliveryRecord[]> {
    const found = this.#deliveries.filter((each) => each.incident === incident).slice(0, limit);
    return withDigests(found, (id) => this.#deliveries.filter(({ outboxId }) => outboxId === id)).slice(0, limit);
  }

  async alertHistory({ fingerprint, labels, toMs, limit }: AlertHistoryQuery): Promise<readonly Alert[]> {
    const found = [...this.#alertHistory.values(), ...this.#alerts.values()].filter(
      (alert) =>
        alert.startsAtMs <= toMs &&
        (fingerprint === undefined || alert.fingerprint === fingerprint) &&
        hasLabels(alert, labels),
    );
    return found.sort((a, b) => b.startsAtMs - a.startsAtMs).slice(0, limit);
  }

  #mayFail(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  #holds(fence: Fence): boolean {
    const held = this.#leases.get(fence.shard);
    if (held !== undefined && fence.epoch < held.epoch) return false;
    if (held !== undefined && fence.epoch === held.epoch && fence.leaseId !== held.leaseId) return false;
    this.#leases.set(fence.shard, fence);
    return true;
  }

  #resultsOf(key: SubjectKey): readonly Result[] {
    return [...(this.#results.get(subjectId(key)) ?? [])];
  }

  #addResults(change: Change): void {
    for (const result of change.results) {
      const id = subjectId(result);
      const kept = storedResult(result);
      const last = Math.max(this.#lastSlots.get(id) ?? -1, this.#checkStates.get(id)?.lastSlotMs ?? -1);
      if (kept.slotMs <= last) continue;
      this.#lastSlots.set(id, kept.slotMs);
      this.#results.set(id, [...(this.#results.get(id) ?? []), kept]);
    }
    for (const range of change.missed) {
      const before = this.#missed.get(subjectId(range)) ?? [];
      const same = before.find((each) => each.fromSlotMs === range.fromSlotMs);
      if (same !== undefined && same.toSlotMs >= range.toSlotMs) continue;
      this.#missed.set(subjectId(range), [...before.filter((each) => each !== same), range]);
    }
  }

  /** What a start finds: nobody's lease lasts. */
  reopen(): void {
    this.#outbox.freeLeases();
  }

  #addRow(row: OutboxRow): void {
    if (this.#dedupKeys.has(row.dedupKey)) return;
    this.#dedupKeys.add(row.dedupKey);
    this.#outbox.add(row);
  }

  #settle(settlement: Settlement): void {
    const isKnown = this.#outbox.attemptOf(settlement.outboxId) === settlement.attempt;
    const record = this.#outbox.settle(settlement);
    if (record !== undefined) this.#deliveries.push(record);
    if (isKnown && settlement.spend !== undefined) this.#spend(settlement.spend);
  }

  #spend({ endpoint, day }: Spend): void {
    const key = JSON.stringify([endpoint, day]);
    this.#spending.set(key, { endpoint, day, count: (this.#spending.get(key)?.count ?? 0) + 1 });
  }
}
