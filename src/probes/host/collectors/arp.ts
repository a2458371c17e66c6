import { type Collector, collected, gauge, sample, unreadable } from "../collector.ts";

const entries = gauge("node_arp_entries", "ARP entries by device", { labels: ["device"] });
const deviceColumn = 5;

/** Neighbours that each network device knows. */
export const arp: Collector = {
  name: "arp",
  metrics: [entries],
  open: () => (source) => {
    const text = source.net("arp");
    if (text === undefined) return unreadable("net/arp");
    const counts = new Map<string, number>();
    for (const line of text.split("\n").slice(1)) {
      const device = line.trim().split(/\s+/)[deviceColumn];
      if (device !== undefined) counts.set(device, (counts.get(device) ?? 0) + 1);
    }
    return collected([...counts].map(([device, count]) => sample(entries.name, count, { device })));
  },
};
