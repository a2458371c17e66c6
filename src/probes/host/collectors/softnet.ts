import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, counter, gauge, malformed, sample, unreadable } from "../collector.ts";

const labels = { labels: ["cpu"] };
/** Columns of the file by position; kernels append further ones. */
const columns: ReadonlyMap<number, ReturnType<typeof gauge>> = new Map([
  [0, counter("node_softnet_processed_total", "Number of processed packets", labels)],
  [1, counter("node_softnet_dropped_total", "Number of dropped packets", labels)],
  [2, counter("node_softnet_times_squeezed_total", "Number of times processing packets ran out of quota", labels)],
  [
    8,
    counter(
      "node_softnet_cpu_collision_total",
      "Number of collision occur while obtaining device lock while transmitting",
      labels,
    ),
  ],
  [9, counter("node_softnet_received_rps_total", "Number of times cpu woken up received_rps", labels)],
  [10, counter("node_softnet_flow_limit_count_total", "Number of times flow limit has been reached", labels)],
  [11, gauge("node_softnet_backlog_len", "Softnet backlog status", labels)],
]);
const cpuColumn = 12;

/** What each CPU did with arriving packets. */
export const softnet: Collector = {
  name: "softnet",
  metrics: [...columns.values()],
  open: () => (source) => {
    const text = source.net("softnet_stat");
    if (text === undefined) return unreadable("net/softnet_stat");
    const samples: Sample[] = [];
    for (const [line, row] of text.trim().split("\n").entries()) {
      const values = row
        .trim()
        .split(/\s+/)
        .map((hexadecimal) => Number.parseInt(hexadecimal, 16));
      if (values.length < 3) return malformed(`net/softnet_stat has ${values.length} columns`);
      const cpu = String(values[cpuColumn] ?? line);
      for (const [column, family] of columns) {
        const value = values[column];
        if (value !== undefined) samples.push(sample(family.name, value, { cpu }));
      }
    }
    return collected(samples);
  },
};
