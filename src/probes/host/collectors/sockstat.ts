import type { Metric, Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, gauge, sample, unreadable } from "../collector.ts";

const states: Readonly<Record<string, string>> = {
  TCP: "inuse orphan tw alloc mem mem_bytes",
  UDP: "inuse mem mem_bytes",
  UDPLITE: "inuse",
  RAW: "inuse",
  FRAG: "inuse memory",
  TCP6: "inuse",
  UDP6: "inuse",
  UDPLITE6: "inuse",
  RAW6: "inuse",
  FRAG6: "inuse memory",
};
const kept: ReadonlySet<string> = new Set(["TCP_inuse", "TCP_tw", "TCP_orphan"]);
const used = gauge("node_sockstat_sockets_used", "Number of IPv4 sockets in use.");
const families: ReadonlyMap<string, Metric> = new Map(
  Object.entries(states).flatMap(([protocol, names]) =>
    names.split(" ").map((state) => {
      const help = `Number of ${protocol} sockets in state ${state}.`;
      const key = `${protocol}_${state}`;
      return [key, gauge(`node_sockstat_${key}`, help, { history: kept.has(key) })] as const;
    }),
  ),
);
/** The entry AT_PAGESZ of the auxiliary vector begins with its number, 6, in 8 bytes, lowest first; the size follows. */
const pageSizeEntry = `${String.fromCharCode(6)}${"\0".repeat(7)}`;
const usualPageBytes = 4096;

/** Sockets by protocol and state, in constant time; the tables of sockets themselves are never read. */
export const sockstat: Collector = {
  name: "sockstat",
  metrics: [used, ...families.values()],
  open() {
    let pageBytes: number | undefined;
    return (source) => {
      const [v4, v6] = [source.net("sockstat"), source.net("sockstat6")];
      if (v4 === undefined && v6 === undefined) return unreadable("net/sockstat");
      pageBytes ??= pageBytesOf(source.proc("self/auxv") ?? "");
      const samples: Sample[] = [];
      const all = /^sockets: used (\d+)$/m.exec(v4 ?? "")?.[1];
      if (all !== undefined) samples.push(sample(used.name, Number(all)));
      for (const line of `${v4 ?? ""}\n${v6 ?? ""}`.split("\n")) samples.push(...samplesOf(line, pageBytes));
      return collected(samples);
    };
  },
};

/** The kernel counts socket memory in pages. */
function samplesOf(line: string, pageBytes: number): readonly Sample[] {
  const [protocol = "", ...pairs] = line.split(" ");
  const samples: Sample[] = [];
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const key = `${protocol.replace(":", "")}_${pairs[at]}`;
    const value = Number(pairs[at + 1]);
    const [family, inBytes] = [families.get(key), families.get(`${key}_bytes`)];
    if (family !== undefined) samples.push(sample(family.name, value));
    if (inBytes !== undefined) samples.push(sample(inBytes.name, value * pageBytes));
  }
  return samples;
}

function pageBytesOf(auxiliary: string): number {
  const at = auxiliary.indexOf(pageSizeEntry) + pageSizeEntry.length;
  if (at < pageSizeEntry.length) return usualPageBytes;
  const bytes = [2, 1, 0].reduce((sum, place) => sum * 256 + auxiliary.charCodeAt(at + place), 0);
  return bytes >= usualPageBytes && Number.isInteger(Math.log2(bytes)) ? bytes : usualPageBytes;
}
