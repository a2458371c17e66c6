import { counter, gauge, sample } from "../../collector.ts";
import { numberIn, textIn } from "../answer.ts";
import {
  type Column,
  columnSamples,
  counterColumn,
  fromRows,
  gaugeColumn,
  joined,
  type WindowsCollector,
} from "../collector.ts";

const time = counter(
  "windows_cpu_time_total",
  "Time that processor spent in different modes (dpc, idle, interrupt, privileged, user)",
  {
    labels: ["core", "mode"],
    history: true,
  },
);
const processors = gauge("windows_cpu_logical_processor", "Total number of logical processors");
const labels = ["core"];
const columns: readonly Column[] = [
  counterColumn("InterruptsPersec", "windows_cpu_interrupts_total", "Hardware interrupts received and serviced", {
    labels,
  }),
  counterColumn("ClockInterruptsPersec", "windows_cpu_clock_interrupts_total", "Clock ticks received and serviced", {
    labels,
  }),
  counterColumn("DPCsQueuedPersec", "windows_cpu_dpcs_total", "Deferred procedure calls received and serviced", {
    labels,
  }),
  counterColumn(
    "IdleBreakEventsPersec",
    "windows_cpu_idle_break_events_total",
    "Times the processor was woken from idle",
    { labels },
  ),
  gaugeColumn("ProcessorFrequency", "windows_cpu_core_frequency_mhz", "Core frequency in megahertz", { labels }),
  gaugeColumn("ParkingStatus", "windows_cpu_parking_status", "Whether the processor is parked", { labels }),
];
const ticks = 1e-7;

/** Time of each processor by mode. Interrupts are not counted in the kernel's part, so that the modes add up; the time of deferred procedure calls is a part of it and comes from PowerShell. */
export const cpu: WindowsCollector = {
  name: "cpu",
  metrics: [time, processors, ...columns.map(({ metric }) => metric)],
  queries: ["processor"],
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
    const told = fromRows(source.told("processor"), (row) => {
      const core = textIn(row, "Name");
      if (core === undefined) return [];
      const deferred = numberIn(row, "PercentDPCTime");
      const dpc = deferred === undefined ? [] : [sample(time.name, deferred * ticks, { core, mode: "dpc" })];
      return [...dpc, ...columnSamples(columns, row, { core })];
    });
    return joined({ samples: [...samples, sample(processors.name, cores.length)] }, told);
  },
};
