import type { Metric, Sample } from "../../../core/metric.ts";
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
  open: () => (source) => {
    const [netstatText, snmp] = [source.net("netstat"), source.net("snmp")];
    if (netstatText === undefined) return unreadable("net/netstat");
    if (snmp === undefined) return unreadable("net/snmp");
    const samples = [...paired(netstatText), ...paired(snmp), ...single(source.net("snmp6") ?? "")];
    return samples.length === 0 ? malformed("net/snmp has none of the known fields") : collected(samples);
  },
};

/** A line of names is followed by a line of values, both beginning with the protocol. */
function paired(text: string): readonly Sample[] {
  const lines = text.split("\n");
  const samples: Sample[] = [];
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const names = (lines[at] ?? "").split(" ");
    const values = (lines[at + 1] ?? "").split(" ");
    const protocol = (names[0] ?? "").replace(":", "");
    if (protocol === "" || names[0] !== values[0]) continue;
    names.forEach((name, index) => samples.push(...sampleOf(`${protocol}_${name}`, values[index])));
  }
  return samples;
}

/** The file of IPv6 has a name such as Icmp6InErrors and its value on each line; without IPv6 there is no file. */
function single(text: string): readonly Sample[] {
  return [...text.matchAll(/^(\w+?6)(\w+)[ \t]+(\d+)$/gm)].flatMap(([, protocol, name, value]) =>
    sampleOf(`${protocol}_${name}`, value),
  );
}

function sampleOf(field: string, value: string | undefined): readonly Sample[] {
  return fields.has(field) && value !== undefined && value !== "" ? [sample(nameOf(field), Number(value))] : [];
}
