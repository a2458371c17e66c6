import type { Metric, Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, malformed, sample, unreadable } from "../collector.ts";

const udp = "InDatagrams OutDatagrams NoPorts InErrors RcvbufErrors SndbufErrors";
/** What node_exporter's default filter of fields lets through. */
const wanted: Readonly<Record<string, string>> = {
  Icmp: "InErrors InMsgs OutMsgs",
  Icmp6: "InErrors InMsgs OutMsgs",
  Ip: "Forwarding",
  Ip6: "InOctets OutOctets",
  IpExt: "InOctets OutOctets",
  Tcp: "ActiveOpens CurrEstab InErrs InSegs OutRsts OutSegs PassiveOpens RetransSegs",
  TcpExt:
    "ListenDrops ListenOverflows SyncookiesFailed SyncookiesRecv SyncookiesSent TCPOFOQueue TCPRcvQDrop TCPSynRetrans TCPTimeouts",
  Udp: udp,
  Udp6: udp,
  UdpLite: "InErrors",
  UdpLite6: "InErrors",
};
const kept: ReadonlySet<string> = new Set([
  "Tcp_CurrEstab",
  "Tcp_OutSegs",
  "Tcp_RetransSegs",
  "TcpExt_ListenDrops",
  "TcpExt_ListenOverflows",
]);
const fields: ReadonlySet<string> = new Set(
  Object.entries(wanted).flatMap(([protocol, names]) => names.split(" ").map((name) => `${protocol}_${name}`)),
);
const nameOf = (field: string): string => `node_netstat_${field}`;
/** By the name that the file of IPv6 gives a field. */
const metricOfLine: ReadonlyMap<string, string> = new Map(
  [...fields].filter((field) => field.includes("6_")).map((field) => [field.replace("_", ""), nameOf(field)]),
);

/** Counters of the network protocols; untyped as in node_exporter. */
export const netstat: Collector = {
  name: "netstat",
  metrics: [...fields].map(
    (field): Metric => ({
      name: nameOf(field),
      type: "untyped",
      help: `Statistic ${field.replace("_", "")}.`,
      labels: [],
      history: kept.has(field),
    }),
  ),
  open() {
    const layouts = new Map<string, Layout>();
    return (source) => {
      const [netstatText, snmp] = [source.net("netstat"), source.net("snmp")];
      if (netstatText === undefined) return unreadable("net/netstat");
      if (snmp === undefined) return unreadable("net/snmp");
      const samples: Sample[] = [];
      for (const text of [netstatText, snmp]) addPaired(text, layouts, samples);
      addSingle(source.net("snmp6") ?? "", samples);
      return samples.length === 0 ? malformed("net/snmp has none of the known fields") : collected(samples);
    };
  },
};

/** Where the wanted fields stand in a line of values; the line of names before it is the same in every reading. */
type Layout = readonly Readonly<{ column: number; metric: string }>[];
const mostLayouts = 64;

/** A line of names is followed by a line of values, both beginning with the protocol. */
function addPaired(text: string, layouts: Map<string, Layout>, samples: Sample[]): void {
  const lines = text.split("\n");
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const [names = "", values = ""] = [lines[at], lines[at + 1]];
    const start = names.slice(0, names.indexOf(" ") + 1);
    if (start === "" || !values.startsWith(start)) continue;
    const layout = layouts.get(names) ?? layoutOf(names);
    if (layouts.size < mostLayouts) layouts.set(names, layout);
    if (layout.length === 0) continue;
    const told = values.split(" ");
    for (const { column, metric } of layout) add(metric, told[column], samples);
  }
}

function layoutOf(line: string): Layout {
  const [protocol = "", ...names] = line.split(" ");
  return names.flatMap((name, index) => {
    const field = `${protocol.replace(":", "")}_${name}`;
    return fields.has(field) ? [{ column: index + 1, metric: nameOf(field) }] : [];
  });
}

/** The file of IPv6 has a name such as Icmp6InErrors and its value on each line; without IPv6 there is no file. */
function addSingle(text: string, samples: Sample[]): void {
  for (const line of text.split("\n")) {
    const metric = metricOfLine.get(line.slice(0, line.search(/[ \t]/)));
    if (metric !== undefined) add(metric, /(\d+)$/.exec(line)?.[1], samples);
  }
}

function add(metric: string, value: string | undefined, samples: Sample[]): void {
  if (value !== undefined && value !== "") samples.push(sample(metric, Number(value)));
}
