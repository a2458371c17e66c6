import { textIn } from "../answer.ts";
import {
  type Column,
  columnSamples,
  counterColumn,
  fromRows,
  gaugeColumn,
  type WindowsCollector,
} from "../collector.ts";

const labels = ["nic"];
const kept = { labels, history: true };
const bitsPerByte = 8;
const columns: readonly Column[] = [
  counterColumn("BytesReceivedPersec", "windows_net_bytes_received_total", "(Network.BytesReceivedPerSec)", kept),
  counterColumn("BytesSentPersec", "windows_net_bytes_sent_total", "(Network.BytesSentPerSec)", kept),
  gaugeColumn("CurrentBandwidth", "windows_net_current_bandwidth_bytes", "(Network.CurrentBandwidth)", {
    labels,
    scale: 1 / bitsPerByte,
  }),
  gaugeColumn("OutputQueueLength", "windows_net_output_queue_length_packets", "(Network.OutputQueueLength)", {
    labels,
  }),
  counterColumn("PacketsReceivedPersec", "windows_net_packets_received_total", "(Network.PacketsReceivedPerSec)", kept),
  counterColumn("PacketsSentPersec", "windows_net_packets_sent_total", "(Network.PacketsSentPerSec)", kept),
  counterColumn(
    "PacketsReceivedErrors",
    "windows_net_packets_received_errors_total",
    "(Network.PacketsReceivedErrors)",
    kept,
  ),
  counterColumn(
    "PacketsReceivedDiscarded",
    "windows_net_packets_received_discarded_total",
    "(Network.PacketsReceivedDiscarded)",
    kept,
  ),
  counterColumn(
    "PacketsReceivedUnknown",
    "windows_net_packets_received_unknown_total",
    "(Network.PacketsReceivedUnknown)",
    { labels },
  ),
  counterColumn(
    "PacketsOutboundErrors",
    "windows_net_packets_outbound_errors_total",
    "(Network.PacketsOutboundErrors)",
    kept,
  ),
  counterColumn(
    "PacketsOutboundDiscarded",
    "windows_net_packets_outbound_discarded_total",
    "(Network.PacketsOutboundDiscarded)",
    kept,
  ),
];

/** Traffic, errors and drops of each network card. */
export const net: WindowsCollector = {
  name: "net",
  metrics: columns.map(({ metric }) => metric),
  queries: ["net"],
  open: (options) => (source) =>
    fromRows(source.told("net"), (row) => {
      const nic = textIn(row, "Name");
      return nic === undefined || options.network_devices_exclude(nic) ? [] : columnSamples(columns, row, { nic });
    }),
};
