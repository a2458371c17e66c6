import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { Verdict } from "../../core/checks/finding.ts";
import type { Reason } from "../../core/checks/reasons.ts";
import { type Missed, missedReasons } from "../../core/checks/result.ts";
import type { ProcessFacts } from "../../core/ports/process-facts.ts";
import type { StoreFacts } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { lagBucketBoundsSeconds, type SchedulerStats } from "../../scheduler/scheduler-stats.ts";
import { AlertingMetrics } from "./alerting-metrics.ts";
import { BucketHistogram } from "./bucket-histogram.ts";
import { DiscoveryMetrics } from "./discovery-metrics.ts";
import { DoorMetrics } from "./door-metrics.ts";
import { InventoryMetrics } from "./inventory-metrics.ts";
import { ListenerMetrics } from "./listener-metrics.ts";
import { registerProcessMetrics } from "./process-metrics.ts";
import { renderRegistry } from "./registry-text.ts";
import type { ExpositionFormat } from "./text-format.ts";

export type SelfMetricsSettings = Readonly<{ version: string; nodeVersion: string; process: ProcessFacts }>;

/** The daemon's own metrics: each method is told what happened, and `render` writes them all. */
export class SelfMetrics {
  readonly #registry = new Registry();
  /** The machine's static facts, which are told apart from the rest. */
  readonly inventory = new InventoryMetrics(this.#registry);
  /** Targets that sources list. */
  readonly discovery = new DiscoveryMetrics(this.#registry);
  /** Metrics under blackbox_exporter's own names. */
  readonly door = new DoorMetrics(this.#registry);
  /** Certificates of the daemon's own listeners. */
  readonly listeners = new ListenerMetrics(this.#registry);
  /** Alerting and delivery. */
  readonly alerting = new AlertingMetrics(this.#registry);
  readonly #readProcess: () => void;
  readonly #workers = new Map<string, SchedulerStats>();
  /** By thread; set ten times a second and read by few. */
  readonly #lagSeconds = new Map<string, number>();
  readonly #lag = new BucketHistogram(
    "watchfire_schedule_lag_seconds",
    "How long after its planned start a run began.",
    lagBucketBoundsSeconds,
  );
  readonly #runs = this.#counter("watchfire_probe_runs_total", "Finished runs.", ["verdict", "reason"]);
  readonly #missed = this.#counter("watchfire_runs_missed_total", "Due runs that did not start.", ["reason"]);
  readonly #abandoned = this.#counter(
    "watchfire_runs_abandoned_total",
    "Runs that did not settle after their deadline.",
  );
  readonly #internal = this.#counter(
    "watchfire_probe_errors_total",
    "Runs in which a probe failed by a bug of its own.",
  );
  readonly #arrivalsDropped = this.#counter(
    "watchfire_arrivals_dropped_total",
    "Pushes lost because a check's inbox was full.",
  );
  readonly #stalls = this.#counter("watchfire_stalls_total", "Gaps of 250 ms and more in a thread's event loop.", [
    "thread",
  ]);
  readonly #stalled = this.#counter("watchfire_stalled_seconds_total", "Time lost in such gaps.", ["thread"]);
  readonly #loopLag = this.#gauge("watchfire_event_loop_lag_seconds", "How late a thread's last timer fired.", [
    "thread",
  ]);
  readonly #inFlight = this.#gauge("watchfire_runs_in_flight", "Runs under way.");
  readonly #waiting = this.#gauge("watchfire_runs_waiting", "Due runs that wait for a free place.");
  readonly #subjects = this.#gauge("watchfire_subjects", "Pairs of check and target that are planned.");
  readonly #skew = this.#gauge(
    "watchfire_timeline_ahead_seconds",
    "How far planning is ahead of a wall clock that was set back.",
  );
  readonly #commits = new Histogram({
    name: "watchfire_store_commit_seconds",
    help: "Time of one commit to the store.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.#registry],
  });
  readonly #buffered = this.#gauge("watchfire_store_buffered", "Results that wait in memory for the store.");
  readonly #failing = this.#gauge("watchfire_store_failing", "1 while the store takes no commits.");
  readonly #size = this.#gauge("watchfire_store_size_bytes", "Size of the store's files.", ["file"]);
  readonly #storedResults = this.#gauge("watchfire_store_results", "Results in the store.");
  readonly #storedSeries = this.#gauge("watchfire_store_series", "Series in the store.");
  readonly #evidence = this.#gauge("watchfire_store_evidence_bytes", "Evidence of bad results in the store.");
  readonly #lostPoints = this.#counter(
    "watchfire_store_series_points_dropped_total",
    "Points that the series store refused or lost.",
  );
  readonly #outbox = this.#gauge("watchfire_outbox_pending", "Messages that wait to be sent.");
  readonly #notifications = this.#counter("watchfire_notifications_total", "Delivery attempts.", ["kind", "outcome"]);
  readonly #reloadOk = this.#gauge(
    "watchfire_config_last_reload_successful",
    "1 when the last load of the config succeeded.",
  );
  readonly #reloadAt = this.#gauge(
    "watchfire_config_last_reload_success_timestamp_seconds",
    "When the config was last loaded with success.",
  );
  readonly #series = this.#gauge("watchfire_exposed_series", "Series of checks that are exposed.");
  readonly #dropped = this.#counter("watchfire_dropped_series_total", "Samples that were not exposed.", ["reason"]);

  constructor(settings: SelfMetricsSettings) {
    this.#registry.registerMetric(this.#lag as never);
    this.#gauge("watchfire_build_info", "Which Watchfire runs on which Node; always 1.", ["version", "node"])
      .labels(settings.version, settings.nodeVersion)
      .set(1);
    for (const reason of missedReasons) this.#missed.labels(reason).inc(0);
    this.#readProcess = registerProcessMetrics(this.#registry, settings.process);
  }

  /** A run ended with this verdict; `reason` is its headline's, absent when it was up without findings. */
  countRun(verdict: Verdict, reason: Reason | undefined): void {
    this.#runs.labels(verdict, reason ?? "none").inc();
  }

  /** Due runs did not start. */
  countMissed(missed: Pick<Missed, "count" | "reason">): void {
    this.#missed.labels(missed.reason).inc(missed.count);
  }

  /** A probe worker told its figures: counts since its last ones, and gauges that stand until the next. */
  observeWorker(worker: string, stats: SchedulerStats): void {
    this.#workers.set(worker, stats);
    this.#lag.add(stats.lagCounts, stats.lagSumSeconds);
    this.#abandoned.inc(stats.abandoned);
    this.#internal.inc(stats.internalErrors);
    this.#arrivalsDropped.inc(stats.arrivalsDropped);
    this.countStalls(worker, stats.stalls, stats.stalledMs);
  }

  /** Forgets the gauges of a worker that ended. */
  forgetWorker(worker: string): void {
    this.#workers.delete(worker);
  }

  /** A thread's event loop was blocked. */
  countStalls(thread: string, count: number, stalledMs: number): void {
    this.#stalls.labels(thread).inc(count);
    this.#stalled.labels(thread).inc(stalledMs / 1000);
  }

  /** A thread's timer fired this late. */
  observeLoopLag(thread: string, lagSeconds: number): void {
    this.#lagSeconds.set(thread, lagSeconds);
  }

  /** A commit to the store ended after this time. */
  observeCommit(seconds: number): void {
    this.#commits.observe(seconds);
  }

  /** How many results wait for the store, and whether it refuses them now. */
  setStoreBacklog(buffered: number, isFailing: boolean): void {
    this.#buffered.set(buffered);
    this.#failing.set(isFailing ? 1 : 0);
  }

  /** What the store holds now, and has lost since it was opened. */
  setStoreFacts(facts: StoreFacts, nowMs: EpochMs): void {
    this.#size.labels("database").set(facts.sizeBytes);
    this.#size.labels("wal").set(facts.walBytes);
    this.#storedResults.set(facts.resultsCount);
    this.#storedSeries.set(facts.seriesCount);
    this.#evidence.set(facts.evidenceSizeBytes);
    this.#lostPoints.reset();
    this.#lostPoints.inc(facts.seriesPointsDropped);
    this.#outbox.set(facts.outboxPending);
    this.alerting.setBacklog(facts.outboxBacklog, nowMs);
  }

  /** One delivery attempt by a notifier of this kind ended so. */
  countNotification(kind: string, outcome: string): void {
    this.#notifications.labels(kind, outcome).inc();
  }

  /** The config was loaded, or its load failed and the old one stays. */
  configLoaded(isSuccess: boolean, nowMs: EpochMs): void {
    this.#reloadOk.set(isSuccess ? 1 : 0);
    if (isSuccess) this.#reloadAt.set(nowMs / 1000);
    else this.door.reloadFailed();
  }

  /** What the exposition of the checks holds and has dropped since the start. */
  setExposition(seriesCount: number, dropped: ReadonlyMap<string, number>): void {
    this.#series.set(seriesCount);
    this.#dropped.reset();
    for (const [reason, count] of dropped) this.#dropped.labels(reason).inc(count);
  }

  /** Writes all of them in the wanted format, without OpenMetrics' end mark. */
  async render(format: ExpositionFormat): Promise<string> {
    this.#readProcess();
    for (const [thread, seconds] of this.#lagSeconds) this.#loopLag.labels(thread).set(seconds);
    const workers = [...this.#workers.values()];
    this.#inFlight.set(sum(workers.map((stats) => stats.inFlight)));
    this.#waiting.set(sum(workers.map((stats) => stats.waiting)));
    this.#subjects.set(sum(workers.map((stats) => stats.subjects)));
    this.#skew.set(Math.max(0, ...workers.map((stats) => stats.skewMs)) / 1000);
    return renderRegistry(this.#registry, format);
  }

  #counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    return new Counter({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }

  #gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
