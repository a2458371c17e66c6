import { Gauge, type Registry } from "prom-client";
import type { Silence } from "../../core/alerting/silence.ts";
import { type SilenceState, silenceState } from "../../core/alerting/silence.ts";
import type { OutboxBacklog } from "../../core/store.ts";
import type { EpochMs } from "../../core/time/time.ts";

const budgetLabels = ["receiver", "kind", "endpoint", "period"] as const;
const backlogLabels = ["receiver", "endpoint"] as const;

/** How much of a notifier's budget is used. */
export type BudgetFigures = Readonly<Record<(typeof budgetLabels)[number], string> & { used: number; limit: number }>;

/** What alerting knows at a moment, as far as it is counted. */
export type AlertingFigures = Readonly<{
  alerts: readonly Readonly<{ status: string }>[];
  incidents: readonly unknown[];
  silences: readonly Silence[];
  maintenance: readonly unknown[];
  held: readonly unknown[];
}>;

/** What alerting and delivery show of themselves; every figure is that of the last call. */
export class AlertingMetrics {
  readonly #registry: Registry;
  readonly #alerts: Gauge;
  readonly #incidents: Gauge;
  readonly #silences: Gauge;
  readonly #maintenance: Gauge;
  readonly #held: Gauge;
  readonly #budgetUsed: Gauge;
  readonly #budgetLimit: Gauge;
  readonly #waiting: Gauge;
  readonly #oldest: Gauge;

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#alerts = this.#gauge("watchfire_alerts", "Alerts the daemon knows.", ["status"]);
    this.#incidents = this.#gauge("watchfire_incidents_open", "Incidents that are not resolved.");
    this.#silences = this.#gauge("watchfire_silences", "Silences by what they are now.", ["state"]);
    this.#maintenance = this.#gauge("watchfire_maintenance_active", "Maintenance under way.");
    this.#held = this.#gauge(
      "watchfire_alerts_held",
      "Alerts that a route keeps for the message at the end of an interval.",
    );
    const budget = "of a notifier's budget for the day or the month.";
    this.#budgetUsed = this.#gauge("watchfire_notification_budget_used", `Messages sent ${budget}`, budgetLabels);
    this.#budgetLimit = this.#gauge("watchfire_notification_budget_limit", `Most messages ${budget}`, budgetLabels);
    this.#waiting = this.#gauge(
      "watchfire_outbox_waiting",
      "Messages that wait to be sent, by where they go.",
      backlogLabels,
    );
    this.#oldest = this.#gauge(
      "watchfire_outbox_oldest_seconds",
      "Age of the oldest message that waits to be sent, by where it goes.",
      backlogLabels,
    );
  }

  /** Alerts, incidents, silences, maintenance and what is held, as they are now. */
  setAlerting({ alerts, incidents, silences, maintenance, held }: AlertingFigures, nowMs: EpochMs): void {
    const firing = alerts.filter(({ status }) => status === "firing").length;
    this.#alerts.labels("firing").set(firing);
    this.#alerts.labels("resolved").set(alerts.length - firing);
    this.#incidents.set(incidents.length);
    const counts: Record<SilenceState, number> = { active: 0, pending: 0, expired: 0 };
    for (const silence of silences) counts[silenceState(silence, nowMs)] += 1;
    for (const [state, count] of Object.entries(counts)) this.#silences.labels(state).set(count);
    this.#maintenance.set(maintenance.length);
    this.#held.set(held.length);
  }

  /** What the budgets of all notifiers stand at. */
  setBudgets(budgets: readonly BudgetFigures[]): void {
    this.#budgetUsed.reset();
    this.#budgetLimit.reset();
    for (const { receiver, kind, endpoint, period, used, limit } of budgets) {
      this.#budgetUsed.labels(receiver, kind, endpoint, period).set(used);
      this.#budgetLimit.labels(receiver, kind, endpoint, period).set(limit);
    }
  }

  /** What waits in the outbox, and for how long. */
  setBacklog(backlog: readonly OutboxBacklog[], nowMs: EpochMs): void {
    this.#waiting.reset();
    this.#oldest.reset();
    for (const { receiver, endpoint, count, oldestMs } of backlog) {
      this.#waiting.labels(receiver, endpoint).set(count);
      this.#oldest.labels(receiver, endpoint).set(Math.max(0, nowMs - oldestMs) / 1000);
    }
  }

  #gauge(name: string, help: string, labelNames: readonly string[] = []): Gauge {
    return new Gauge({ name, help, labelNames: [...labelNames], registers: [this.#registry] });
  }
}
