import type { Metric } from "../../../core/checks/metric.ts";
import { type Collector, collected, counter, gauge, malformed, sample, unreadable } from "../collector.ts";
import { lineValue } from "../line-value.ts";

const families: Readonly<Record<string, Metric>> = {
  intr: counter("node_intr_total", "Total number of interrupts serviced."),
  ctxt: counter("node_context_switches_total", "Total number of context switches."),
  processes: counter("node_forks_total", "Total number of forks."),
  btime: gauge("node_boot_time_seconds", "Node boot time, in unixtime.", { history: true }),
  procs_running: gauge("node_procs_running", "Number of processes in runnable state."),
  procs_blocked: gauge("node_procs_blocked", "Number of processes blocked waiting for I/O to complete."),
};

/** The counters of /proc/stat that belong to no CPU. */
export const stat: Collector = {
  name: "stat",
  metrics: Object.values(families),
  open: () => (source) => {
    const text = source.proc("stat");
    if (text === undefined) return unreadable("stat");
    const samples = Object.entries(families).flatMap(([field, family]) => {
      const value = lineValue(text, field);
      return value === undefined ? [] : [sample(family.name, Number(value))];
    });
    return samples.length === 0 ? malformed("stat has none of the known lines") : collected(samples);
  },
};
