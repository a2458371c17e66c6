import { gauge, type Metric } from "../../core/checks/metric.ts";

/** What a file check measures. */
export const fileMetrics: readonly Metric[] = [
  gauge("probe_file_matches", "Files that match, those still being written included.", true),
  gauge("probe_file_newest_timestamp_seconds", "When the newest finished file changed last, in unixtime."),
  gauge("probe_file_newest_size_bytes", "Size of the newest finished file.", true),
  gauge("probe_file_due_timestamp_seconds", "When a file was due last, in unixtime."),
  gauge("probe_file_missed", "Due times in a row without a new file.", true),
  gauge("probe_file_available_bytes", "Room left for us where the files are.", true),
];
