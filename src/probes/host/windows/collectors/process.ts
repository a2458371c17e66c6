import type { Sample } from "../../../../core/checks/metric.ts";
import { counter, gauge, sample } from "../../collector.ts";
import { numberIn, type Row, textIn } from "../answer.ts";
import {
  type Column,
  columnSamples,
  counterColumn,
  fromRows,
  gaugeColumn,
  type WindowsCollector,
} from "../collector.ts";

const own = { labels: ["process", "process_id"] };
const perMode = { labels: [...own.labels, "mode"] };
const cpuTime = counter("windows_process_cpu_time_total", "Time that the process used a processor, by mode", perMode);
const ioBytes = counter("windows_process_io_bytes_total", "Bytes issued to I/O operations, by mode", perMode);
const ioOperations = counter("windows_process_io_operations_total", "I/O operations issued, by mode", perMode);
const pool = gauge("windows_process_pool_bytes", "Memory of the kernel that the process used last", {
  labels: [...own.labels, "pool"],
});
const started = gauge("windows_process_start_time_seconds_timestamp", "When the process started, in Unix time", own);
const ticks = 1e-7;
/** Windows counts from the year 1601. */
const epochSeconds = 11_644_473_600;

type Split = Readonly<{ column: string; metric: string; label: string; value: string; scale: number }>;
const split = (column: string, metric: string, value: string, scale = 1): Split => {
  return { column, metric, label: metric === pool.name ? "pool" : "mode", value, scale };
};
const splits: readonly Split[] = [
  split("PercentUserTime", cpuTime.name, "user", ticks),
  split("PercentPrivilegedTime", cpuTime.name, "privileged", ticks),
  split("IOReadBytesPersec", ioBytes.name, "read"),
  split("IOWriteBytesPersec", ioBytes.name, "write"),
  split("IOOtherBytesPersec", ioBytes.name, "other"),
  split("IOReadOperationsPersec", ioOperations.name, "read"),
  split("IOWriteOperationsPersec", ioOperations.name, "write"),
  split("IOOtherOperationsPersec", ioOperations.name, "other"),
  split("PoolPagedBytes", pool.name, "paged"),
  split("PoolNonpagedBytes", pool.name, "nonpaged"),
];
const columns: readonly Column[] = [
  gaugeColumn("HandleCount", "windows_process_handles", "Handles that the process has open", own),
  counterColumn("PageFaultsPersec", "windows_process_page_faults_total", "Page faults of its threads", own),
  gaugeColumn("PageFileBytes", "windows_process_page_file_bytes", "Bytes in the paging files", own),
  gaugeColumn("PriorityBase", "windows_process_priority_base", "Base priority of the process", own),
  gaugeColumn("PrivateBytes", "windows_process_private_bytes", "Bytes that no other process shares", own),
  gaugeColumn("ThreadCount", "windows_process_threads", "Threads of the process", own),
  gaugeColumn("VirtualBytes", "windows_process_virtual_bytes", "Virtual address space in use", own),
  gaugeColumn("WorkingSet", "windows_process_working_set_bytes", "Memory that the process touched of late", own),
  gaugeColumn("WorkingSetPeak", "windows_process_working_set_peak_bytes", "Largest working set so far", own),
  gaugeColumn("WorkingSetPrivate", "windows_process_working_set_private_bytes", "Working set that is its own", own),
];
const mostProcesses = 200;

/** Each process that `processes_include` lets through, two hundred at most; off by default, as each takes twenty series. */
export const process: WindowsCollector = {
  name: "process",
  metrics: [started, cpuTime, ioBytes, ioOperations, pool, ...columns.map(({ metric }) => metric)],
  queries: ["process"],
  open: (options) => (source) => {
    let left = mostProcesses;
    return fromRows(source.told("process"), (row) => {
      const name = processName(row);
      if (name === undefined || !options.processes_include(name) || left === 0) return [];
      left -= 1;
      return samplesOf(row, { process: name, process_id: String(numberIn(row, "IDProcess") ?? 0) });
    });
  },
};

/** When it started, in Unix time: the raw value of the elapsed time. @see https://learn.microsoft.com/windows/win32/wmisdk/time-and-hybrid-time-counter-types */
export function startedAtSeconds(row: Row): number | undefined {
  const seconds = (numberIn(row, "ElapsedTime") ?? 0) * ticks - epochSeconds;
  return seconds > 0 ? seconds : undefined;
}

/** Name of the program; Windows numbers processes of one name, and what is no process has none. */
export function processName(row: Row): string | undefined {
  const name = textIn(row, "Name")?.replace(/#\d+$/, "");
  return name === "_Total" || name === "Idle" ? undefined : name;
}

function samplesOf(row: Row, labels: Sample["labels"]): readonly Sample[] {
  const start = startedAtSeconds(row);
  return [
    ...(start === undefined ? [] : [sample(started.name, start, labels)]),
    ...splits.flatMap(({ column, metric, label, value, scale }): readonly Sample[] => {
      const found = numberIn(row, column);
      return found === undefined ? [] : [sample(metric, found * scale, { ...labels, [label]: value })];
    }),
    ...columnSamples(columns, row, labels),
  ];
}
