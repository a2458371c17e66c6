import { readdirSync } from "node:fs";
import type { ProcessFacts } from "../../core/ports/process-facts.ts";

const startedAtMs = Date.now() - process.uptime() * 1000;

/** This process, as the runtime and procfs see it. */
export const processFacts: ProcessFacts = {
  read() {
    const cpu = process.cpuUsage();
    const memory = process.memoryUsage();
    const openFiles = countOpenFiles();
    return {
      startedAtMs,
      userCpuSeconds: cpu.user / 1e6,
      systemCpuSeconds: cpu.system / 1e6,
      residentBytes: memory.rss,
      heapUsedBytes: memory.heapUsed,
      heapTotalBytes: memory.heapTotal,
      externalBytes: memory.external,
      ...(openFiles === undefined ? {} : { openFiles }),
    };
  },
};

function countOpenFiles(): number | undefined {
  if (process.platform !== "linux") return undefined;
  try {
    // The listing itself holds one.
    return readdirSync("/proc/self/fd").length - 1;
  } catch {
    // Without procfs the figure is absent, as on other systems.
    return undefined;
  }
}
