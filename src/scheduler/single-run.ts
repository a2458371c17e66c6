import type { Probe, Target } from "../core/checks/probe.ts";
import type { Result } from "../core/checks/result.ts";
import type { Clock } from "../core/ports/clock.ts";
import { type Run, type RunOutcome, startRun } from "./runner.ts";
import type { StallDetector } from "./stall-detector.ts";
import { underStall } from "./stall-verdict.ts";

/** A run that no schedule planned and no check owns. */
export type SingleRun = Readonly<{ probe: Probe; target: Target; timeoutMs: number }>;
export type SingleRunOutcome = Readonly<{ result: Result; notes: readonly string[] }>;

/** Runs once, and a second time where this thread's own stall has spoiled a bad first run and time is left; a spoiled one ends as `unknown(stall)`. */
export async function runSingle(run: SingleRun, clock: Clock, stalls: StallDetector): Promise<SingleRunOutcome> {
  const deadlineMs = clock.monotonicMs() + run.timeoutMs;
  const first = judged(await begin(run, clock).outcome, stalls);
  if (first.result.headline?.reason !== "stall") return first;
  const leftMs = deadlineMs - clock.monotonicMs();
  if (leftMs < run.timeoutMs / 2) return first;
  return judged(await begin({ ...run, timeoutMs: leftMs }, clock).outcome, stalls);
}

function begin({ probe, target, timeoutMs }: SingleRun, clock: Clock): Run {
  const startedAtMs = Math.floor(clock.now());
  const key = { check: "", target: target.id, location: "default", slotMs: startedAtMs };
  // As the plan's: nobody is shown what a good run made by hand would keep as evidence.
  const job = { key, trigger: "schedule", target, probe, timeoutMs, memory: undefined, startedAtMs } as const;
  return startRun(job, clock);
}

function judged(outcome: RunOutcome, stalls: StallDetector): SingleRunOutcome {
  const { result, notes, startedMonotonicMs, endedMonotonicMs } = outcome;
  const isSpoiled = result.verdict !== "up" && stalls.overlaps(startedMonotonicMs, endedMonotonicMs);
  return { result: isSpoiled ? underStall(result) : result, notes };
}
