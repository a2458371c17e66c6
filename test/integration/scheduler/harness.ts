import type { Check } from "../../../src/core/checks/check.ts";
import type { Probe, ProbeContext } from "../../../src/core/checks/probe.ts";
import type { Missed, Observation, Result, SubjectKey } from "../../../src/core/checks/result.ts";
import type { Batch } from "../../../src/scheduler/batch-collector.ts";
import { type Caps, defaultCaps } from "../../../src/scheduler/dispatcher.ts";
import { Scheduler } from "../../../src/scheduler/scheduler.ts";
import type { SchedulerStats } from "../../../src/scheduler/scheduler-stats.ts";
import { FakeClock } from "../../support/fakes/fake-clock.ts";
import { FakeRandom } from "../../support/fakes/fake-random.ts";

export const startMs = Date.UTC(2026, 10, 23, 2, 0, 0);
export const good: Observation = { findings: [], samples: [] };
export const bad: Observation = { findings: [{ is: "down", reason: "status", detail: "HTTP 502" }], samples: [] };

/** A check on one target with the usual values. */
export function makeCheck(id: string, extra: Partial<Check> = {}): Check {
  return {
    id,
    title: id,
    probe: "fake",
    tier: "application",
    severity: "critical",
    env: "test",
    labels: {},
    location: "default",
    targets: [{ id: `${id}-t`, address: `${id}.test`, display: `${id}.test`, labels: {} }],
    options: {},
    schedule: { kind: "every", everyMs: 30_000 },
    jitterMs: 0,
    timeoutMs: 10_000,
    failureThreshold: 3,
    successThreshold: 1,
    blindAfterMs: 900_000,
    ...extra,
  };
}

export function keyOf(check: Check): SubjectKey {
  return { check: check.id, target: check.targets[0]?.id ?? "", location: check.location };
}

/** A fake clock without the stall ticker's 100 ms ticks, for simulated months that would be nothing but ticks. */
export class TicklessClock extends FakeClock {
  override setTimer(delayMs: number, callback: () => void): () => void {
    return delayMs === 100 ? () => {} : super.setTimer(delayMs, callback);
  }
}

/** A scheduler on a fake clock whose probes do what `behave` says. */
export class Harness {
  readonly clock: FakeClock;
  readonly results: Result[] = [];
  readonly missed: Missed[] = [];
  readonly stats: SchedulerStats[] = [];
  readonly batches: Batch[] = [];
  readonly starts: Readonly<{ check: string; atMs: number; monotonicMs: number }>[] = [];
  readonly closed: string[] = [];
  readonly scheduler: Scheduler;
  behave: (context: ProbeContext, check: Check) => Promise<Observation> = () => Promise.resolve(good);
  onBatch: (batch: Batch) => void = () => {};

  constructor(caps: Caps = defaultCaps, clock = new FakeClock(startMs), seed = 1) {
    this.clock = clock;
    this.scheduler = new Scheduler({
      clock,
      random: new FakeRandom(seed),
      caps,
      open: (check) => this.#open(check),
      emit: (batch) => {
        this.results.push(...batch.results);
        this.missed.push(...batch.missed);
        this.stats.push(batch.stats);
        this.batches.push(batch);
        this.onBatch(batch);
      },
      takeArrivalsDropped: () => 0,
    });
  }

  slotsOf(check: string): number[] {
    return this.results.filter((result) => result.check === check).map((result) => result.slotMs);
  }

  /** Drains while the clock goes on. */
  async drain(withinMs: number): Promise<void> {
    const draining = this.scheduler.drain(withinMs);
    await this.clock.advance(withinMs);
    await draining;
  }

  #open(check: Check): Probe {
    if (check.options === "broken") throw new Error("this option does not parse");
    return {
      run: (context) => {
        this.starts.push({ check: check.id, atMs: context.startedAtMs, monotonicMs: this.clock.monotonicMs() });
        return this.behave(context, check);
      },
      close: () => {
        this.closed.push(check.id);
        return Promise.resolve();
      },
    };
  }
}
