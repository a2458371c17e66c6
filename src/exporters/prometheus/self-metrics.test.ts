import { describe, expect, it } from "vitest";
import { parseExposition } from "../../../test/support/worlds/exposition-parser.ts";
import { lagBucketBoundsSeconds } from "../../scheduler/scheduler-stats.ts";
import { SelfMetrics } from "./self-metrics.ts";

const process = {
  read: () => ({
    startedAtMs: 1_000_000,
    userCpuSeconds: 3,
    systemCpuSeconds: 1.5,
    residentBytes: 1000,
    heapUsedBytes: 10,
    heapTotalBytes: 20,
    externalBytes: 5,
  }),
};

const stats = {
  lagCounts: [2, 1, ...lagBucketBoundsSeconds.slice(2).map(() => 0), 1],
  lagSumSeconds: 90,
  stalls: 1,
  stalledMs: 400,
  abandoned: 0,
  internalErrors: 0,
  arrivalsDropped: 0,
  subjects: 10,
  inFlight: 3,
  waiting: 2,
  skewMs: 0,
};

const metricsOf = () => new SelfMetrics({ version: "1.2.3", nodeVersion: "v24.0.0", process });

const noFacts = {
  sizeBytes: 0,
  walBytes: 0,
  resultsCount: 0,
  seriesCount: 0,
  seriesPointsDropped: 0,
  evidenceSizeBytes: 0,
  outboxPending: 0,
  outboxBacklog: [],
};

describe("exporters/prometheus/self-metrics", () => {
  it("adds a worker's lag counts to one cumulative histogram and sums the gauges of all workers", async () => {
    const self = metricsOf();

    self.observeWorker("probe-1", stats);
    self.observeWorker("probe-2", stats);
    self.observeWorker("probe-2", { ...stats, inFlight: 1 });

    const parsed = parseExposition(await self.render("text"), "text");
    const lag = parsed.get("watchfire_schedule_lag_seconds");
    const valueOf = (name: string, le?: string) =>
      lag?.samples.find((sample) => sample.name === name && sample.labels["le"] === le)?.value;
    expect(valueOf("watchfire_schedule_lag_seconds_bucket", "0.005")).toBe(6);
    expect(valueOf("watchfire_schedule_lag_seconds_bucket", "60")).toBe(9);
    expect(valueOf("watchfire_schedule_lag_seconds_bucket", "+Inf")).toBe(12);
    expect(valueOf("watchfire_schedule_lag_seconds_count")).toBe(12);
    expect(valueOf("watchfire_schedule_lag_seconds_sum")).toBe(270);
    expect(parsed.get("watchfire_runs_in_flight")?.samples[0]?.value).toBe(4);
    expect(parsed.get("watchfire_stalls_total")?.samples.map(({ labels, value }) => [labels["thread"], value])).toEqual(
      [
        ["probe-1", 1],
        ["probe-2", 2],
      ],
    );
  });

  it("shows what the process uses, and nothing where the system does not tell", async () => {
    const parsed = parseExposition(
      await metricsOf()
        .render("openmetrics")
        .then((text) => `${text}# EOF\n`),
      "openmetrics",
    );

    expect(parsed.get("process_cpu_seconds")?.samples[0]?.value).toBe(4.5);
    expect(parsed.get("process_start_time_seconds")?.samples[0]?.value).toBe(1000);
    expect(parsed.has("process_open_fds")).toBe(false);
    expect(parsed.get("watchfire_build_info")?.samples[0]?.labels).toEqual({ version: "1.2.3", node: "v24.0.0" });
  });

  it("keeps the time of the last good load when a later one fails", async () => {
    const self = metricsOf();

    self.configLoaded(true, 5000);
    self.configLoaded(false, 9000);

    const parsed = parseExposition(await self.render("text"), "text");
    expect(parsed.get("watchfire_config_last_reload_successful")?.samples[0]?.value).toBe(0);
    expect(parsed.get("watchfire_config_last_reload_success_timestamp_seconds")?.samples[0]?.value).toBe(5);
  });

  it("shows what budgets stand at, and no more those that are gone", async () => {
    const self = metricsOf();
    const budget = { receiver: "voice", kind: "aliyun_voice", endpoint: "e#1", period: "day", used: 3, limit: 100 };
    const labels = 'receiver="voice",kind="aliyun_voice",endpoint="e#1",period="day"';

    self.alerting.setBudgets([budget]);
    const before = await self.render("text");
    self.alerting.setBudgets([]);

    expect(before).toContain(`watchfire_notification_budget_used{${labels}} 3\n`);
    expect(before).toContain(`watchfire_notification_budget_limit{${labels}} 100\n`);
    expect(await self.render("text")).not.toContain("aliyun_voice");
  });

  it("counts alerts, silences, maintenance and what is held by what they are now", async () => {
    const self = metricsOf();
    const nothing = { alerts: [], incidents: [], silences: [], maintenance: [], held: [] };
    const silence = { id: "s", matchers: [], updatedAtMs: 0, createdBy: "ann", comment: "" };
    const silences = [
      { ...silence, startsAtMs: 0, endsAtMs: 1000 },
      { ...silence, startsAtMs: 500, endsAtMs: 2000 },
      { ...silence, startsAtMs: 0, endsAtMs: 10 },
    ];
    const alerts = [{ status: "firing" }, { status: "firing" }, { status: "resolved" }];

    self.alerting.setAlerting({ alerts, incidents: [1], silences, maintenance: [1, 2], held: [1, 2, 3] }, 100);
    const before = await self.render("text");
    self.alerting.setAlerting(nothing, 200);
    const after = await self.render("text");

    for (const line of [
      'watchfire_alerts{status="firing"} 2',
      'watchfire_alerts{status="resolved"} 1',
      "watchfire_incidents_open 1",
      'watchfire_silences{state="active"} 1',
      'watchfire_silences{state="pending"} 1',
      'watchfire_silences{state="expired"} 1',
      "watchfire_maintenance_active 2",
      "watchfire_alerts_held 3",
    ]) {
      expect(before).toContain(`\n${line}\n`);
      expect(after).toContain(`\n${line.replace(/\d+$/, "0")}\n`);
    }
  });

  it("shows what waits in the outbox and for how long, by where it goes, and no more what is gone", async () => {
    const self = metricsOf();
    const facts = { ...noFacts, outboxPending: 3 };

    self.setStoreFacts(
      { ...facts, outboxBacklog: [{ receiver: "ops", endpoint: "e#1", count: 3, oldestMs: 1000 }] },
      61_000,
    );
    const before = await self.render("text");
    self.setStoreFacts(noFacts, 61_000);

    expect(before).toContain('watchfire_outbox_waiting{receiver="ops",endpoint="e#1"} 3\n');
    expect(before).toContain('watchfire_outbox_oldest_seconds{receiver="ops",endpoint="e#1"} 60\n');
    expect(await self.render("text")).not.toContain('receiver="ops"');
  });

  it("counts runs by verdict and reason", async () => {
    const self = metricsOf();

    self.countRun("down", "refused");
    self.countRun("up", undefined);

    const text = await self.render("text");
    expect(text).toContain('watchfire_probe_runs_total{verdict="down",reason="refused"} 1\n');
    expect(text).toContain('watchfire_probe_runs_total{verdict="up",reason="none"} 1\n');
    expect(text).toContain('watchfire_runs_missed_total{reason="overload"} 0\n');
  });
});
