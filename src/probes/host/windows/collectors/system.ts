import { gauge, sample } from "../../collector.ts";
import {
  type Column,
  columnSamples,
  counterColumn,
  fromRows,
  gaugeColumn,
  joined,
  type WindowsCollector,
} from "../collector.ts";

const boot = gauge("windows_system_boot_time_timestamp", "Unix timestamp of system boot time", { history: true });
const columns: readonly Column[] = [
  counterColumn("ContextSwitchesPersec", "windows_system_context_switches_total", "Total number of context switches"),
  counterColumn(
    "ExceptionDispatchesPersec",
    "windows_system_exception_dispatches_total",
    "Total number of exceptions dispatched",
  ),
  gaugeColumn("Processes", "windows_system_processes", "Current number of processes", { history: true }),
  gaugeColumn("ProcessorQueueLength", "windows_system_processor_queue_length", "Length of processor queue", {
    history: true,
  }),
  counterColumn("SystemCallsPersec", "windows_system_system_calls_total", "Total number of system calls"),
  gaugeColumn("Threads", "windows_system_threads", "Current number of threads"),
];
/** The clock is corrected a little all the time, which is no restart. */
const slackSeconds = 5;

/** When the machine started, which the runtime knows, and what its processors have to do. */
export const system: WindowsCollector = {
  name: "system",
  metrics: [boot, ...columns.map(({ metric }) => metric)],
  queries: ["system"],
  open() {
    let bootedAt = Number.NaN;
    return (source) => {
      const seen = source.startedAtMs / 1000 - source.facts.uptimeSeconds();
      if (!(Math.abs(seen - bootedAt) <= slackSeconds)) bootedAt = Math.round(seen);
      return joined(
        { samples: [sample(boot.name, bootedAt)] },
        fromRows(source.told("system"), (row) => columnSamples(columns, row, {})),
      );
    };
  },
};
