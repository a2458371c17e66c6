import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, counter, gauge, malformed, sample, unreadable } from "../collector.ts";
import { diskInfo, diskInfoMetrics } from "./disk-info.ts";

const labels = ["device"];
const sectorBytes = 512;
const seconds = 1 / 1000;
const kept = { labels, history: true };

type Column = Readonly<{ family: ReturnType<typeof gauge>; scale: "count" | "sectors" | "ms" }>;

/** Columns after the device name, in the kernel's order. @see https://www.kernel.org/doc/Documentation/iostats.txt */
const columns: readonly Column[] = [
  {
    family: counter("node_disk_reads_completed_total", "The total number of reads completed successfully.", { labels }),
    scale: "count",
  },
  { family: counter("node_disk_reads_merged_total", "The total number of reads merged.", { labels }), scale: "count" },
  {
    family: counter("node_disk_read_bytes_total", "The total number of bytes read successfully.", kept),
    scale: "sectors",
  },
  {
    family: counter("node_disk_read_time_seconds_total", "The total number of seconds spent by all reads.", { labels }),
    scale: "ms",
  },
  {
    family: counter("node_disk_writes_completed_total", "The total number of writes completed successfully.", {
      labels,
    }),
    scale: "count",
  },
  { family: counter("node_disk_writes_merged_total", "The number of writes merged.", { labels }), scale: "count" },
  {
    family: counter("node_disk_written_bytes_total", "The total number of bytes written successfully.", kept),
    scale: "sectors",
  },
  {
    family: counter("node_disk_write_time_seconds_total", "This is the total number of seconds spent by all writes.", {
      labels,
    }),
    scale: "ms",
  },
  { family: gauge("node_disk_io_now", "The number of I/Os currently in progress.", { labels }), scale: "count" },
  { family: counter("node_disk_io_time_seconds_total", "Total seconds spent doing I/Os.", kept), scale: "ms" },
  {
    family: counter("node_disk_io_time_weighted_seconds_total", "The weighted # of seconds spent doing I/Os.", kept),
    scale: "ms",
  },
  {
    family: counter("node_disk_discards_completed_total", "The total number of discards completed successfully.", {
      labels,
    }),
    scale: "count",
  },
  {
    family: counter("node_disk_discards_merged_total", "The total number of discards merged.", { labels }),
    scale: "count",
  },
  {
    family: counter("node_disk_discarded_sectors_total", "The total number of sectors discarded successfully.", {
      labels,
    }),
    scale: "count",
  },
  {
    family: counter(
      "node_disk_discard_time_seconds_total",
      "This is the total number of seconds spent by all discards.",
      { labels },
    ),
    scale: "ms",
  },
  {
    family: counter("node_disk_flush_requests_total", "The total number of flush requests completed successfully", {
      labels,
    }),
    scale: "count",
  },
  {
    family: counter(
      "node_disk_flush_requests_time_seconds_total",
      "This is the total number of seconds spent by all flush requests.",
      { labels },
    ),
    scale: "ms",
  },
];
const fewestColumns = 11;

/** I/O of each disk; older kernels have fewer columns, and then fewer metrics. */
export const diskstats: Collector = {
  name: "diskstats",
  metrics: [...columns.map((column) => column.family), ...diskInfoMetrics],
  open: (options) => (source) => {
    const text = source.proc("diskstats");
    if (text === undefined) return unreadable("diskstats");
    const samples: Sample[] = [];
    for (const line of text.split("\n")) {
      if (line === "") continue;
      const [major = "", minor = "", device = "", ...values] = line.trim().split(/ +/);
      if (values.length < fewestColumns) return malformed(`diskstats has ${values.length} columns for ${device}`);
      if (options.disk_devices_exclude(device)) continue;
      samples.push(...diskInfo(source, device, major, minor), ...samplesOf(device, values));
    }
    return collected(samples);
  },
};

function samplesOf(device: string, values: readonly string[]): readonly Sample[] {
  const deviceLabels = { device };
  return columns
    .slice(0, values.length)
    .map(({ family, scale }, index) => sample(family.name, scaled(Number(values[index]), scale), deviceLabels));
}

function scaled(value: number, scale: Column["scale"]): number {
  if (scale === "ms") return value * seconds;
  return scale === "sectors" ? value * sectorBytes : value;
}
