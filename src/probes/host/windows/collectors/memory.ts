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

const free = gauge(
  "windows_memory_physical_free_bytes",
  "The amount of physical memory that can be immediately reused: the standby, free and zero lists.",
  { history: true },
);
const total = gauge("windows_memory_physical_total_bytes", "The amount of actual physical memory, in bytes.", {
  history: true,
});
const columns: readonly Column[] = [
  gaugeColumn("AvailableBytes", "windows_memory_available_bytes", "Memory that can be given to a process at once"),
  gaugeColumn("CacheBytes", "windows_memory_cache_bytes", "(CacheBytes)"),
  gaugeColumn("CommittedBytes", "windows_memory_committed_bytes", "(CommittedBytes)"),
  gaugeColumn("CommitLimit", "windows_memory_commit_limit", "(CommitLimit)"),
  gaugeColumn("PoolNonpagedBytes", "windows_memory_pool_nonpaged_bytes", "Memory of the kernel that stays in memory"),
  gaugeColumn("PoolPagedBytes", "windows_memory_pool_paged_bytes", "(PoolPagedBytes)"),
  counterColumn("PageFaultsPersec", "windows_memory_page_faults_total", "Page faults that the processor handled"),
  counterColumn("PagesPersec", "windows_memory_swap_page_operations_total", "Pages read from and written to disks", {
    history: true,
  }),
  counterColumn("PageReadsPersec", "windows_memory_swap_page_reads_total", "Disk reads for pages"),
  counterColumn("PageWritesPersec", "windows_memory_swap_page_writes_total", "Disk writes of pages"),
  counterColumn("PagesInputPersec", "windows_memory_swap_pages_read_total", "Pages read from disks"),
  counterColumn("PagesOutputPersec", "windows_memory_swap_pages_written_total", "Pages written to disks"),
];

/** Physical memory, which the runtime knows, and paging. */
export const memory: WindowsCollector = {
  name: "memory",
  metrics: [free, total, ...columns.map(({ metric }) => metric)],
  queries: ["memory"],
  open: () => (source) => {
    const { totalBytes, freeBytes } = source.facts.memory();
    const known = { samples: [sample(free.name, freeBytes), sample(total.name, totalBytes)] };
    return joined(
      known,
      fromRows(source.told("memory"), (row) => columnSamples(columns, row, {})),
    );
  },
};
