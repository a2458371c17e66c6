import { Sender } from "../../alerting/delivery/sender.ts";
import { createAlertingEngine } from "../../alerting/pipeline/alerting-engine.ts";
import type { CheckState } from "../../core/check-state.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { ProcessFacts } from "../../core/ports/process-facts.ts";
import { subjectId } from "../../core/result.ts";
import { Exposition } from "../../exporters/prometheus/exposition.ts";
import { SelfMetrics } from "../../exporters/prometheus/self-metrics.ts";
import { systemClock } from "../../platform/clock.ts";
import { UndiciNotifyHttp } from "../../platform/notify-http.ts";
import { systemRandom, uuidSource } from "../../platform/random.ts";
import { probeKinds } from "../../probes/index.ts";
import { BufferedStore } from "../../storage/buffered-store.ts";
import type { AppConfig } from "../configuration/app-config.ts";
import { type PoolBatch, ProbePool } from "../probe-pool.ts";
import type { StorageClient } from "../storage-client.ts";
import { Commits } from "./commits.ts";
import { deliveryHooks } from "./delivery-hooks.ts";
import { HistoryPoints } from "./history-points.ts";
import { judgeRules } from "./judge-rules.ts";
import { LoopWatch } from "./loop-watch.ts";
import { Progress } from "./progress.ts";
import { RecentLag } from "./recent-lag.ts";
import { ResultIntake } from "./result-intake.ts";
import { Trouble } from "./trouble.ts";
import { Upkeep } from "./upkeep.ts";
import { WakeLoop } from "./wake-loop.ts";

/** Most series that one check may expose per target. */
const seriesBudget = 10_000;

export type PartsRequest = Readonly<{
  config: AppConfig;
  storage: StorageClient;
  log: Logger;
  versions: Readonly<{ version: string; nodeVersion: string }>;
  process: ProcessFacts;
  workers: number;
  /** False sends nothing: receivers are there, but have no way out. */
  notifies: boolean;
}>;

/** Everything that works together in the main thread, made but not started. */
export type DaemonParts = ReturnType<typeof makeParts>;

/** Makes the parts of the daemon and tells each of the others it speaks to. */
export function makeParts(request: PartsRequest) {
  const { log } = request;
  const clock = systemClock;
  const metrics = new SelfMetrics({ ...request.versions, process: request.process });
  const engine = createAlertingEngine(request.config.alerting, { ids: uuidSource });
  const progress = new Progress(clock.now());
  const recentLag = new RecentLag();
  const exposition = new Exposition({ kinds: probeKinds, seriesBudget });
  const history = new HistoryPoints(probeKinds);
  const http = new UndiciNotifyHttp();
  const store: BufferedStore = new BufferedStore({
    store: request.storage,
    clock,
    random: systemRandom,
    onHealthChange: (health) => trouble.set("storage", health.detail),
  });
  const flushing: WakeLoop = new WakeLoop(
    clock,
    (nowMs) => commits.add(engine.flush(nowMs)),
    () => engine.nextWakeMs(),
  );
  const commits = new Commits({
    clock,
    store,
    metrics,
    onMessages: () => sender.wake(),
    onChange: () => flushing.rearm(),
  });
  const trouble = new Trouble({ engine, clock, log, commit: commits.add });
  const sender: Sender = new Sender({
    store,
    clock,
    random: systemRandom,
    owner: uuidSource.next(),
    receivers: request.config.receivers,
    io: { now: () => clock.now(), http, log: (severity, event, fields) => log[severity](event, fields) },
    hooks: deliveryHooks({ metrics, log, trouble }),
  });
  const states = new Map<string, CheckState>();
  const pool: ProbePool = new ProbePool({
    clock,
    logger: log,
    workers: request.workers,
    seedOf: (key) => states.get(subjectId(key)),
    onBatch: (batch) => takeBatch(batch),
  });
  const intake = new ResultIntake({
    clock,
    log,
    engine,
    store,
    exposition,
    metrics,
    history,
    confirm: (key, confirming) => pool.confirm(key, confirming),
    commit: commits.add,
  });
  const takeBatch = (batch: PoolBatch): void => {
    progress.scheduled(clock.now());
    recentLag.add(batch.stats.lagCounts, clock.now());
    metrics.observeWorker(`probe-${batch.worker}`, batch.stats);
    intake.take(batch.results, batch.missed);
  };
  const judging = new WakeLoop(
    clock,
    (nowMs) => judgeRules({ engine, store, clock, log, commit: commits.add }, nowMs),
    (nowMs) => engine.nextRuleMs(nowMs),
  );
  const upkeep = new Upkeep({ clock, log, store, metrics, progress });
  const loopWatch = new LoopWatch(clock, metrics);
  return {
    clock,
    log,
    metrics,
    engine,
    progress,
    recentLag,
    exposition,
    history,
    http,
    store,
    flushing,
    commits,
    trouble,
    sender,
    states,
    pool,
    intake,
    judging,
    upkeep,
    loopWatch,
  };
}
