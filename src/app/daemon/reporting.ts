import type { AlertingConfig } from "../../alerting/alerting-config.ts";
import type { AlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import { outlookOf } from "../../alerting/reports/outlook.ts";
import { reportFacts } from "../../alerting/reports/report-facts.ts";
import { reportRows } from "../../alerting/reports/report-rows.ts";
import { type DueReport, dueReports, type Report } from "../../alerting/reports/report-times.ts";
import { pastAlerts } from "../../api/past-alerts.ts";
import { AppError, messageOf } from "../../core/errors.ts";
import { reportText } from "../../core/message/report-message.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { IdSource } from "../../core/ports/random.ts";
import { type Change, emptyChange, type Store } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";
import { WakeLoop } from "./wake-loop.ts";

const mostIncidents = 1000;
const againMs = 60_000;

export type ReportingConfig = Readonly<{
  reports: readonly Report[];
  alerting: AlertingConfig;
  loaded: Readonly<{ hostsWithoutBackup: readonly string[]; backupChecks: readonly string[] }>;
}>;

export type ReportingParts = Readonly<{
  clock: Clock;
  log: Logger;
  ids: IdSource;
  engine: Pick<AlertingEngine, "snapshot" | "escalation">;
  store: Pick<Store, "incidentsBetween" | "alertHistory">;
  commit(change: Change): void;
}>;

/** Makes reports when they are due, and at the start what was due while nothing ran; the outbox knows what has been sent. */
export class Reporting {
  readonly #parts: ReportingParts;
  readonly #loop: WakeLoop;
  #config: ReportingConfig;
  #nextMs: EpochMs;
  readonly #startedMs: EpochMs;

  constructor(parts: ReportingParts, config: ReportingConfig) {
    this.#parts = parts;
    this.#config = config;
    this.#startedMs = parts.clock.now();
    this.#nextMs = this.#startedMs;
    this.#loop = new WakeLoop(
      parts.clock,
      (nowMs) => this.#run(nowMs),
      () => (this.#config.reports.length === 0 ? undefined : this.#nextMs),
    );
  }

  start(): void {
    this.#loop.start();
  }

  stop(): void {
    this.#loop.stop();
  }

  /** Uses another config from now on. */
  use(config: ReportingConfig): void {
    this.#config = config;
    this.#nextMs = this.#parts.clock.now();
    this.#loop.rearm();
  }

  async #run(nowMs: EpochMs): Promise<void> {
    const { reports } = this.#config;
    try {
      for (const due of dueReports(reports, nowMs)) await this.#make(due, nowMs);
      this.#nextMs = Math.min(...reports.map((report) => report.nextMs(nowMs) ?? Number.POSITIVE_INFINITY));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#nextMs = nowMs + againMs;
      this.#parts.log.warn("report_not_made", { "error.message": messageOf(error) });
    }
  }

  async #make(due: DueReport, nowMs: EpochMs): Promise<void> {
    const { engine, store, ids, commit } = this.#parts;
    const { alerting, loaded } = this.#config;
    const { report, slotMs, fromMs } = due;
    const incidents = await store.incidentsBetween(fromMs, slotMs, mostIncidents);
    const { alerts, groups, checkStates } = engine.snapshot();
    // Where nothing was watched yet at that time, "no outage since yesterday" would be said of a time that nobody saw.
    const isWatched = incidents.length > 0 || checkStates.some(({ sinceMs }) => sinceMs <= slotMs);
    if (slotMs < this.#startedMs && !isWatched) return;
    const { locale, services } = alerting;
    const facts = reportFacts({
      covers: report.covers,
      fromMs,
      toMs: slotMs,
      incidents,
      alerts,
      pastAlerts: await pastAlerts(incidents, alerts, store, slotMs),
      groups,
      services,
      locale,
      unbacked: loaded.hostsWithoutBackup,
      outlook: outlookOf({
        covers: report.covers,
        atMs: slotMs,
        escalation: engine.escalation(),
        maintenance: alerting.muting.maintenance,
        checks: alerting.checks,
        states: checkStates,
        backupChecks: loaded.backupChecks,
      }),
    });
    const severityNames = alerting.style?.severityNames;
    const styled = severityNames === undefined ? {} : { severityNames };
    const text = reportText(facts, { locale, timeZone: report.timeZone, ...styled });
    commit({ ...emptyChange, outbox: reportRows(due, text, { config: alerting, ids, nowMs }) });
  }
}
