import type { EpochMs } from "../time/time.ts";

/** What this process uses of the machine, read when asked. */
export interface ProcessFacts {
  read(): Readonly<{
    startedAtMs: EpochMs;
    userCpuSeconds: number;
    systemCpuSeconds: number;
    residentBytes: number;
    heapUsedBytes: number;
    heapTotalBytes: number;
    externalBytes: number;
    /** Absent where the system does not tell. */
    openFiles?: number;
  }>;
}
