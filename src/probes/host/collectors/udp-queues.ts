import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, gauge, sample, unreadable } from "../collector.ts";

const queues = gauge("node_udp_queues", "Number of allocated memory in the kernel for UDP datagrams in bytes.", {
  labels: ["queue", "ip"],
});
const queueColumn = 4;

/** Datagrams that wait in all UDP sockets: those that no process fetches, and those that the network does not take. */
export const udpQueues: Collector = {
  name: "udp_queues",
  metrics: [queues],
  open: () => (source) => {
    const [v4, v6] = [source.net("udp"), source.net("udp6")];
    if (v4 === undefined) return unreadable("net/udp");
    return collected([...samplesOf("v4", v4), ...(v6 === undefined ? [] : samplesOf("v6", v6))]);
  },
};

function samplesOf(ip: string, text: string): readonly Sample[] {
  let [sent, received] = [0, 0];
  for (const line of text.split("\n").slice(1)) {
    const [, tx, rx] = /^([0-9A-F]+):([0-9A-F]+)$/.exec(line.trim().split(/\s+/)[queueColumn] ?? "") ?? [];
    if (tx === undefined || rx === undefined) continue;
    sent += Number.parseInt(tx, 16);
    received += Number.parseInt(rx, 16);
  }
  return [sample(queues.name, sent, { queue: "tx", ip }), sample(queues.name, received, { queue: "rx", ip })];
}
