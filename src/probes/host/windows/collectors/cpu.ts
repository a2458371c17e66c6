import { counter, gauge, sample } from "../../collector.ts";
import type { WindowsCollector } from "../collector.ts";

const time = counter(
  "windows_cpu_time_total",
  "Time that processor spent in different modes (idle, interrupt, privileged, user)",
  {
    labels: ["core", "mode"],
    history: true,
  },
);
const processors = gauge("windows_cpu_logical_processor", "Total number of logical processors");

/** Time of each processor by mode. Interrupts are not counted in the kernel's part, so that the modes add up. */
export const cpu: WindowsCollector = {
  name: "cpu",
  metrics: [time, processors],
  queries: [],
  open: () => (source) => {
    const cores = source.facts.cpuTimes();
    const samples = cores.flatMap(({ userMs, systemMs, idleMs, interruptMs }, index) => {
      const modes = {
        idle: idleMs,
        interrupt: interruptMs,
        privileged: Math.max(0, systemMs - interruptMs),
        user: userMs,
      };
      return Object.entries(modes).map(([mode, ms]) => sample(time.name, ms / 1000, { core: `0,${index}`, mode }));
    });
    return { samples: [...samples, sample(processors.name, cores.length)] };
  },
};
