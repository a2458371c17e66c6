import type { Check } from "../../../src/core/checks/check.ts";
import type { Metric, Sample } from "../../../src/core/checks/metric.ts";
import { Exposition } from "../../../src/exporters/prometheus/exposition.ts";
import { SelfMetrics } from "../../../src/exporters/prometheus/self-metrics.ts";
import { processFacts } from "../../../src/platform/processes/process-facts.ts";
import { probeKinds } from "../../../src/probes/index.ts";
import { lagBucketBoundsSeconds } from "../../../src/scheduler/scheduler-stats.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { checkOf, resultOf, stateOf } from "./sample-checks.ts";
import { sampleInventory } from "./sample-inventory.ts";

/** What a scrape of a running daemon has: a check of every kind with each metric it declares, and all of its own. */
export function sampleSources(kinds: readonly string[] = probeKinds.map(({ kind }) => kind)) {
  const clock = new FakeClock();
  const exposition = new Exposition({ kinds: probeKinds, seriesBudget: 10_000 });
  const checks = kinds.map((probe) =>
    checkOf({ id: `${probe}-check`, probe, service: "shop", labels: { team: "web" } }),
  );
  exposition.setChecks(checks);
  for (const check of checks) {
    const samples = declaredBy(check).map(sampleOf);
    exposition.record(
      resultOf(check, { samples, startedAtMs: clock.now() }),
      stateOf(check, { flaws: { expiring: "warning" } }),
    );
  }
  return { clock, exposition, self: busySelf(clock.now()) };
}

function declaredBy(check: Check): readonly Metric[] {
  return probeKinds.find(({ kind }) => kind === check.probe)?.metricsOf(check.options) ?? [];
}

function sampleOf({ name, labels }: Metric): Sample {
  return { metric: name, labels: Object.fromEntries(labels.map((label) => [label, "x"])), value: 1 };
}

/** The daemon's own metrics after each of them was told something. */
function busySelf(nowMs: number): SelfMetrics {
  const self = new SelfMetrics({
    version: "1.2.3",
    nodeVersion: process.version,
    process: { read: () => ({ ...processFacts.read(), openFiles: 20 }) },
  });
  self.countRun("up", undefined);
  self.countRun("down", "refused");
  self.countMissed({ count: 2, reason: "overload" });
  self.observeWorker("probe-1", {
    ...idleStats,
    lagCounts: lagBucketBoundsSeconds.map(() => 1),
    lagSumSeconds: 3,
    stalls: 1,
    stalledMs: 300,
  });
  self.observeLoopLag("main", 0.01);
  self.observeCommit(0.004);
  self.setStoreBacklog(3, false);
  self.setStoreFacts(
    {
      sizeBytes: 1e6,
      walBytes: 1e4,
      resultsCount: 100,
      seriesCount: 10,
      seriesPointsDropped: 0,
      evidenceSizeBytes: 0,
      outboxPending: 0,
      outboxBacklog: [{ receiver: "ops", endpoint: "e#1", count: 1, oldestMs: nowMs - 1000 }],
    },
    nowMs,
  );
  self.countNotification("slack", "delivered");
  self.alerting.setAlerting(
    { alerts: [{ status: "firing" }], incidents: [1], silences: [], maintenance: [], held: [] },
    nowMs,
  );
  self.alerting.setBudgets([
    { receiver: "voice", kind: "aliyun_voice", endpoint: "e#2", period: "day", used: 3, limit: 100 },
  ]);
  self.configLoaded(true, nowMs);
  self.inventory.set(sampleInventory);
  self.discovery.countRead("shops", true);
  self.discovery.set([{ check: "shops", targets: 3, leftOut: 1, isFailing: false, readAtMs: 1_780_000_000_000 }]);
  return self;
}

const idleStats = {
  stalls: 0,
  stalledMs: 0,
  abandoned: 0,
  internalErrors: 0,
  arrivalsDropped: 0,
  subjects: 1,
  inFlight: 0,
  waiting: 0,
  skewMs: 0,
};
