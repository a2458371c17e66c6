import { Exposition } from "../../exporters/prometheus/exposition.ts";
import { probeKinds } from "../../probes/index.ts";
import { type PoolBatch, ProbePool } from "../probe-pool.ts";
import { makeBaseParts, type PartsRequest } from "./base-parts.ts";
import { DoorKeeping } from "./door-keeping.ts";
import { HistoryPoints } from "./history-points.ts";
import { makeJudgingParts } from "./judging-parts.ts";
import { makeDiscovery } from "./make-discovery.ts";
import { Progress } from "./progress.ts";
import { RecentLag } from "./recent-lag.ts";
import { ResultIntake } from "./result-intake.ts";
import { SeedBook } from "./seed-book.ts";
import { makeWatchingParts } from "./watching-parts.ts";

/** Most series that one check may expose per target. */
const seriesBudget = 10_000;

/** Everything that works together in the main thread, made but not started. */
export type DaemonParts = ReturnType<typeof makeParts>;

/** Makes the parts of the daemon and tells each of the others it speaks to. */
export function makeParts(request: PartsRequest, onTargets: () => void) {
  const base = makeBaseParts(request);
  const judgingParts = makeJudgingParts(request, base);
  const { clock, log, metrics } = base;
  const { engine, store, commits } = judgingParts;
  const progress = new Progress(clock.now());
  const recentLag = new RecentLag();
  const exposition = new Exposition({ kinds: probeKinds, seriesBudget });
  const history = new HistoryPoints(probeKinds);
  const seeds = new SeedBook();
  const pool: ProbePool = new ProbePool({
    clock,
    logger: log,
    workers: request.workers,
    seedOf: (key) => seeds.get(key),
    onBatch: (batch) => takeBatch(batch),
  });
  const intake = new ResultIntake({
    ...base,
    engine,
    store,
    exposition,
    history,
    confirm: (key, confirming) => pool.confirm(key, confirming),
    commit: commits.add,
  });
  const takeBatch = (batch: PoolBatch): void => {
    progress.scheduled(clock.now());
    recentLag.add(batch.stats.lagCounts, clock.now());
    metrics.observeWorker(`probe-${batch.worker}`, batch.stats);
    watching.selfWatch.noteResults(batch.results, clock.now());
    watching.selfWatch.note(batch.missed, batch.stats, clock.now());
    seeds.note(batch.results);
    intake.take(watching.uplinkGate.pass(batch.results), batch.missed);
  };
  const watching = makeWatchingParts(base, { ...judgingParts, progress, take: (results) => intake.take(results, []) });
  const discovery = makeDiscovery(request, { ...base, trouble: judgingParts.trouble, onChange: onTargets });
  const doorKeeping = new DoorKeeping({ clock, metrics, pool });
  return {
    ...base,
    ...judgingParts,
    ...watching,
    progress,
    recentLag,
    exposition,
    history,
    seeds,
    pool,
    doorKeeping,
    discovery,
    intake,
  };
}
