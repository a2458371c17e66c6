import { headlineOf } from "../core/checks/finding.ts";
import type { Phase } from "../core/checks/phases.ts";
import type { Result } from "../core/checks/result.ts";

/** Rounds to what is stored: whole microseconds, never negative. */
export function toMicroseconds(durationMs: number): number {
  return Math.max(0, Math.round(durationMs * 1000));
}

/** A result as every store gives it back: without samples and memory, times to the microsecond. */
export function storedResult({ memory: _memory, headline: _headline, ...result }: Result): Result {
  const headline = headlineOf(result.findings);
  const phasesMs: Partial<Record<Phase, number>> = {};
  for (const [phase, durationMs] of Object.entries(result.phasesMs)) {
    phasesMs[phase as Phase] = toMicroseconds(durationMs) / 1000;
  }
  return {
    ...result,
    slotMs: Math.round(result.slotMs),
    startedAtMs: Math.round(result.startedAtMs),
    durationMs: toMicroseconds(result.durationMs) / 1000,
    phasesMs,
    samples: [],
    ...(headline === undefined ? {} : { headline }),
  };
}
