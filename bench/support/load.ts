import { setTimeout as sleep } from "node:timers/promises";

/** What a contender did in a stretch of time. */
export type Load = Readonly<{ runs: number; bad: number; cpuMs: number }>;

/** Makes one probe; resolves with whether it was right. */
export type ProbeOnce = (index: number) => Promise<boolean>;

/** Keeps so many probes under way all the time. */
export async function saturate(probe: ProbeOnce, inFlight: number, durationMs: number): Promise<Omit<Load, "cpuMs">> {
  const endMs = performance.now() + durationMs;
  let runs = 0;
  let bad = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() < endMs) {
      runs += 1;
      if (!(await probe(runs))) bad += 1;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { runs, bad };
}

/** Starts probes at an even rate, those that are due since the last wake-up together; wake-ups lie `wakeMs` apart. */
export async function pace(
  probe: ProbeOnce,
  given: Readonly<{ perSecond: number; wakeMs: number; durationMs: number }>,
): Promise<Omit<Load, "cpuMs">> {
  const startMs = performance.now();
  let bad = 0;
  let started = 0;
  const underWay = new Set<Promise<void>>();
  while (performance.now() - startMs < given.durationMs) {
    const due = Math.floor(((performance.now() - startMs) / 1000) * given.perSecond);
    for (; started < due; started += 1) {
      const run = probe(started).then((isRight) => {
        if (!isRight) bad += 1;
        underWay.delete(run);
      });
      underWay.add(run);
    }
    await sleep(given.wakeMs);
  }
  await Promise.all(underWay);
  return { runs: started, bad };
}

/** Measures the CPU of this whole process while `work` runs. */
export async function withCpu(work: () => Promise<Omit<Load, "cpuMs">>): Promise<Load> {
  const before = process.cpuUsage();
  const done = await work();
  const { user, system } = process.cpuUsage(before);
  return { ...done, cpuMs: (user + system) / 1000 };
}
