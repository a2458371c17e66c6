import { type Column, counterColumn, gaugeColumn } from "./collector.ts";

/** Columns that Windows has for logical disks and for the disks below them, under a family of names. */
export function diskColumns(family: string, labels: readonly string[]): readonly Column[] {
  const kept = { labels, history: true };
  /** Times are counted in ticks of 100 ns. */
  const ticks = { labels, scale: 1e-7 };
  return [
    gaugeColumn("CurrentDiskQueueLength", `${family}_requests_queued`, "Number of requests queued to the disk", kept),
    counterColumn("DiskReadBytesPersec", `${family}_read_bytes_total`, "Bytes read from the disk", kept),
    counterColumn("DiskReadsPersec", `${family}_reads_total`, "Read operations on the disk", { labels }),
    counterColumn("DiskWriteBytesPersec", `${family}_write_bytes_total`, "Bytes written to the disk", kept),
    counterColumn("DiskWritesPersec", `${family}_writes_total`, "Write operations on the disk", { labels }),
    counterColumn("PercentDiskReadTime", `${family}_read_seconds_total`, "Seconds the disk served reads", ticks),
    counterColumn("PercentDiskWriteTime", `${family}_write_seconds_total`, "Seconds the disk served writes", ticks),
    counterColumn("PercentIdleTime", `${family}_idle_seconds_total`, "Seconds that the disk was idle", {
      ...ticks,
      history: true,
    }),
    counterColumn("SplitIOPerSec", `${family}_split_ios_total`, "Requests that were split", { labels }),
  ];
}
