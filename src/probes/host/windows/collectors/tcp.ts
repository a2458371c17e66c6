import {
  type Column,
  columnSamples,
  counterColumn,
  fromRows,
  gaugeColumn,
  joined,
  type WindowsCollector,
} from "../collector.ts";

const labels = ["af"];
const columns: readonly Column[] = [
  counterColumn("ConnectionFailures", "windows_tcp_connection_failures_total", "(TCP.ConnectionFailures)", { labels }),
  counterColumn("ConnectionsActive", "windows_tcp_connections_active_total", "(TCP.ConnectionsActive)", { labels }),
  gaugeColumn("ConnectionsEstablished", "windows_tcp_connections_established", "(TCP.ConnectionsEstablished)", {
    labels,
    history: true,
  }),
  counterColumn("ConnectionsPassive", "windows_tcp_connections_passive_total", "(TCP.ConnectionsPassive)", { labels }),
  counterColumn("ConnectionsReset", "windows_tcp_connections_reset_total", "(TCP.ConnectionsReset)", { labels }),
  counterColumn("SegmentsReceivedPersec", "windows_tcp_segments_received_total", "(TCP.SegmentsReceivedTotal)", {
    labels,
  }),
  counterColumn(
    "SegmentsRetransmittedPersec",
    "windows_tcp_segments_retransmitted_total",
    "(TCP.SegmentsRetransmittedTotal)",
    { labels, history: true },
  ),
  counterColumn("SegmentsSentPersec", "windows_tcp_segments_sent_total", "(TCP.SegmentsSentTotal)", { labels }),
];

/** Connections and segments of both address families. */
export const tcp: WindowsCollector = {
  name: "tcp",
  metrics: columns.map(({ metric }) => metric),
  queries: ["tcpv4", "tcpv6"],
  open: () => (source) =>
    joined(
      fromRows(source.told("tcpv4"), (row) => columnSamples(columns, row, { af: "ipv4" })),
      fromRows(source.told("tcpv6"), (row) => columnSamples(columns, row, { af: "ipv6" })),
    ),
};
