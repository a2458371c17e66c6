import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, counter, sample, unreadable } from "../collector.ts";

type Stall = Readonly<{ file: string; line: "some" | "full"; family: ReturnType<typeof counter> }>;

const totals = { some: /^some .*total=(\d+)/m, full: /^full .*total=(\d+)/m };
const microseconds = 1e6;
const kept = { history: true };
const stalls: readonly Stall[] = [
  {
    file: "cpu",
    line: "some",
    family: counter(
      "node_pressure_cpu_waiting_seconds_total",
      "Total time in seconds that processes have waited for CPU time",
      kept,
    ),
  },
  {
    file: "io",
    line: "some",
    family: counter(
      "node_pressure_io_waiting_seconds_total",
      "Total time in seconds that processes have waited due to IO congestion",
      kept,
    ),
  },
  {
    file: "io",
    line: "full",
    family: counter(
      "node_pressure_io_stalled_seconds_total",
      "Total time in seconds no process could make progress due to IO congestion",
      kept,
    ),
  },
  {
    file: "memory",
    line: "some",
    family: counter(
      "node_pressure_memory_waiting_seconds_total",
      "Total time in seconds that processes have waited for memory",
      kept,
    ),
  },
  {
    file: "memory",
    line: "full",
    family: counter(
      "node_pressure_memory_stalled_seconds_total",
      "Total time in seconds no process could make progress due to memory congestion",
      kept,
    ),
  },
  {
    file: "irq",
    line: "full",
    family: counter(
      "node_pressure_irq_stalled_seconds_total",
      "Total time in seconds no process could make progress due to IRQ congestion",
      kept,
    ),
  },
];

/** Pressure stall information; kernels before 4.20, and those started with `psi=0`, have none. */
export const pressure: Collector = {
  name: "pressure",
  metrics: stalls.map((stall) => stall.family),
  open: () => (source) => {
    const samples: Sample[] = [];
    for (const { file, line, family } of stalls) {
      const total = totals[line].exec(source.proc(`pressure/${file}`) ?? "")?.[1];
      if (total !== undefined) samples.push(sample(family.name, Number(total) / microseconds));
    }
    return samples.length === 0 ? unreadable("pressure") : collected(samples);
  },
};
