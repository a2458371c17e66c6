import { absent, type Collector, collected, gauge, numberOf, sample } from "../collector.ts";

const entries = gauge(
  "node_nf_conntrack_entries",
  "Number of currently allocated flow entries for connection tracking.",
  { history: true },
);
const limit = gauge("node_nf_conntrack_entries_limit", "Maximum size of connection tracking table.", { history: true });

/** Columns of the statistics file, by the kernel's name. */
const helps: Readonly<Record<string, string>> = {
  found: "Number of searched entries which were successful.",
  invalid: "Number of packets seen which can not be tracked.",
  ignore: "Number of packets seen which are already connected to a conntrack entry.",
  insert: "Number of entries inserted into the list.",
  insert_failed: "Number of entries for which list insertion was attempted but failed.",
  drop: "Number of packets dropped due to conntrack failure.",
  early_drop: "Number of dropped conntrack entries to make room for new ones, if maximum table size was reached.",
  search_restart: "Number of conntrack table lookups which had to be restarted due to hashtable resizes.",
};
const nameOf = (column: string): string => `node_nf_conntrack_stat_${column}`;

/** The table of tracked connections; there is none while the kernel's module is not loaded. */
export const conntrack: Collector = {
  name: "conntrack",
  metrics: [entries, limit, ...Object.entries(helps).map(([column, help]) => gauge(nameOf(column), help))],
  open: () => (source) => {
    const count = numberOf(source.proc("sys/net/netfilter/nf_conntrack_count"));
    const most = numberOf(source.proc("sys/net/netfilter/nf_conntrack_max"));
    if (count === undefined || most === undefined) return absent("connection tracking");
    const sums = sumsOf(source.net("stat/nf_conntrack") ?? "");
    return collected([
      sample(entries.name, count),
      sample(limit.name, most),
      ...[...sums].map(([column, sum]) => sample(nameOf(column), sum)),
    ]);
  },
};

/** One line per CPU in hexadecimal under a line of names; kernels differ in which columns they have. */
function sumsOf(text: string): ReadonlyMap<string, number> {
  const [heading = "", ...lines] = text.split("\n");
  const names = heading.trim().split(/\s+/);
  const sums = new Map<string, number>();
  for (const line of lines) {
    if (line === "") continue;
    const values = line.trim().split(/\s+/);
    names.forEach((name, index) => {
      const value = Number.parseInt(values[index] ?? "", 16);
      if (helps[name] !== undefined && Number.isFinite(value)) sums.set(name, (sums.get(name) ?? 0) + value);
    });
  }
  return sums;
}
