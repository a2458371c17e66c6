/** How much may be under way. */
export type GatherLimits = Readonly<{ perHost: number; total: number }>;

/**
 * Does the work for every item, so many at a time in all and for each host, in order within a host. After the abort
 * nothing is begun. @throws what the work throws.
 */
export function gather<T>(
  items: readonly T[],
  hostOf: (item: T) => string,
  work: (item: T) => Promise<void>,
  { limits, signal }: Readonly<{ limits: GatherLimits; signal: AbortSignal }>,
): Promise<void> {
  const queues = [...Map.groupBy(items, hostOf).values()].map((waiting) => ({ waiting, next: 0, active: 0 }));
  let active = 0;
  return new Promise((resolve, reject) => {
    const begin = (queue: (typeof queues)[number], item: T): void => {
      queue.active += 1;
      active += 1;
      work(item).then(() => {
        queue.active -= 1;
        active -= 1;
        pump();
      }, reject);
    };
    const pump = (): void => {
      for (const queue of signal.aborted ? [] : queues) {
        while (active < limits.total && queue.active < limits.perHost && queue.next < queue.waiting.length) {
          const item = queue.waiting[queue.next] as T;
          queue.next += 1;
          begin(queue, item);
        }
      }
      if (active === 0) resolve();
    };
    pump();
  });
}
