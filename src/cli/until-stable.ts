import type { Clock } from "../core/ports/clock.ts";
import type { RunRecord } from "./render/run-record.ts";

const pauseMs = 5000;

type Stability = Readonly<{ wanted: number; patienceMs: number; clock: Pick<Clock, "monotonicMs" | "sleep"> }>;

/** Runs all again every five seconds until all were up so many times in a row, or until it takes too long; the last runs count. */
export async function untilStable(
  runAll: () => Promise<readonly RunRecord[]>,
  { wanted, patienceMs, clock }: Stability,
): Promise<Readonly<{ runs: readonly RunRecord[]; isStable: boolean }>> {
  const endMs = clock.monotonicMs() + patienceMs;
  for (let inRow = 0; ; ) {
    const runs = await runAll();
    inRow = runs.every((run) => run.result.verdict === "up") ? inRow + 1 : 0;
    if (inRow >= wanted) return { runs, isStable: true };
    if (clock.monotonicMs() + pauseMs > endMs) return { runs, isStable: false };
    await clock.sleep(pauseMs);
  }
}
