import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, counter, malformed, numberOf, sample, unreadable } from "../collector.ts";

const columns = [
  "receive_bytes",
  "receive_packets",
  "receive_errs",
  "receive_drop",
  "receive_fifo",
  "receive_frame",
  "receive_compressed",
  "receive_multicast",
  "transmit_bytes",
  "transmit_packets",
  "transmit_errs",
  "transmit_drop",
  "transmit_fifo",
  "transmit_colls",
  "transmit_carrier",
  "transmit_compressed",
];
const kept = /_(?:bytes|packets|errs|drop)$/;
/** Packets of a multipath link that is passive; procfs leaves them out. */
const nohandler = counter("node_network_receive_nohandler_total", "Network device statistic receive_nohandler.", {
  labels: ["device"],
});

/** Traffic, errors and drops of each network device. */
export const netdev: Collector = {
  name: "netdev",
  metrics: [
    ...columns.map((column) =>
      counter(`node_network_${column}_total`, `Network device statistic ${column}.`, {
        labels: ["device"],
        history: kept.test(column),
      }),
    ),
    nohandler,
  ],
  open: (options) => (source) => {
    const text = source.net("dev");
    if (text === undefined) return unreadable("net/dev");
    const samples: Sample[] = [];
    for (const line of text.split("\n").slice(2)) {
      const colon = line.lastIndexOf(":");
      if (colon < 0) continue;
      const device = line.slice(0, colon).trim();
      const values = line
        .slice(colon + 1)
        .trim()
        .split(/ +/);
      if (values.length !== columns.length) return malformed(`net/dev has ${values.length} columns for ${device}`);
      if (options.network_devices_exclude(device)) continue;
      samples.push(...samplesOf(device, values));
      const unhandled = numberOf(source.ofDevice(device, "statistics/rx_nohandler"));
      if (unhandled !== undefined) samples.push(sample(nohandler.name, unhandled, { device }));
    }
    return collected(samples);
  },
};

function samplesOf(device: string, values: readonly string[]): readonly Sample[] {
  const labels = { device };
  return columns.map((column, index) => sample(`node_network_${column}_total`, Number(values[index]), labels));
}
