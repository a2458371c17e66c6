import type { Clock } from "../core/ports/clock.ts";
import type { Probe, Target } from "../core/probe.ts";
import type { Result } from "../core/result.ts";
import { startRun } from "./runner.ts";
import type { StallDetector } from "./stall-detector.ts";
import { underStall } from "./stall-verdict.ts";

/** A run that no schedule planned and no check owns. */
export type SingleRun = Readonly<{ probe: Probe; target: Target; timeoutMs: number }>;
export type SingleRunOutcome = Readonly<{ result: Result; notes: readonly string[] }>;

/** Runs once, and a second time where this thread's own stall has spoiled a bad first run and time is left; a spoiled one ends as `unknown(stall)`. */
export async function runSingle(run: SingleRun, clock: Clock, stalls: StallDetector): Promise<SingleRunOutcome> {
  const deadlineMs = clock.monotonicMs() + run.timeoutMs;
  const first = await runOnce(run, clock, stalls);
  if (first.result.headline?.reason !== "stall") return first;
  const leftMs = deadlineMs - clock.monotonicMs();
  return leftMs < run.timeoutMs / 2 ? first : runOnce({ ...run, timeoutMs: leftMs }, clock, stalls);
}

async function runOnce(
  { probe, target, timeoutMs }: SingleRun,
  clock: Clock,
  stalls: StallDetector,
): Promise<SingleRunOutcome> {
  const startedAtMs = Math.floor(clock.now());
  const key = { check: "", target: target.id, location: "default", slotMs: startedAtMs };
  const job = { key, trigger: "manual", target, probe, timeoutMs, memory: undefined, startedAtMs } as const;
  const { result, notes, startedMonotonicMs, endedMonotonicMs } = await startRun(job, clock).outcome;
  const isSpoiled = result.verdict !== "up" && stalls.overlaps(startedMonotonicMs, endedMonotonicMs);
  return { result: isSpoiled ? underStall(result) : result, notes };
}
