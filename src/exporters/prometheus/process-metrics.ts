import { Counter, Gauge, type Registry } from "prom-client";
import type { ProcessFacts } from "../../core/ports/process-facts.ts";

type Read = ReturnType<ProcessFacts["read"]>;

const gauges: readonly (readonly [name: string, help: string, value: (facts: Read) => number | undefined])[] = [
  [
    "process_start_time_seconds",
    "Start time of the process since the Unix epoch.",
    (facts) => facts.startedAtMs / 1000,
  ],
  ["process_resident_memory_bytes", "Resident memory of the process.", (facts) => facts.residentBytes],
  ["process_open_fds", "Open file descriptors.", (facts) => facts.openFiles],
  ["nodejs_heap_size_used_bytes", "Heap of the main thread in use.", (facts) => facts.heapUsedBytes],
  ["nodejs_heap_size_total_bytes", "Heap of the main thread as allocated.", (facts) => facts.heapTotalBytes],
  ["nodejs_external_memory_bytes", "Memory of the main thread outside its heap.", (facts) => facts.externalBytes],
];

const counters: readonly (readonly [name: string, help: string, value: (facts: Read) => number])[] = [
  [
    "process_cpu_seconds_total",
    "User and system CPU time of all threads.",
    (facts) => facts.userCpuSeconds + facts.systemCpuSeconds,
  ],
  ["process_cpu_user_seconds_total", "User CPU time of all threads.", (facts) => facts.userCpuSeconds],
  ["process_cpu_system_seconds_total", "System CPU time of all threads.", (facts) => facts.systemCpuSeconds],
];

/** Registers the process_* and nodejs_* metrics that cost nothing between scrapes; returns what reads them before one. */
export function registerProcessMetrics(registry: Registry, source: ProcessFacts): () => void {
  const shown = gauges.map(([name, help, value]) => ({
    metric: new Gauge({ name, help, registers: [registry] }),
    value,
  }));
  const counted = counters.map(([name, help, value]) => ({
    metric: new Counter({ name, help, registers: [registry] }),
    value,
  }));
  return () => {
    const facts = source.read();
    for (const { metric, value } of shown) metric.set(value(facts) ?? Number.NaN);
    for (const { metric, value } of counted) {
      metric.reset();
      metric.inc(value(facts));
    }
  };
}
