import { type Collector, collected, gauge, sample, unreadable } from "../collector.ts";

const load1 = gauge("node_load1", "1m load average.", { history: true });
const load5 = gauge("node_load5", "5m load average.", { history: true });
const load15 = gauge("node_load15", "15m load average.", { history: true });

/** Load averages. */
export const loadavg: Collector = {
  name: "loadavg",
  metrics: [load1, load5, load15],
  open: () => (source) => {
    const text = source.proc("loadavg");
    if (text === undefined) return unreadable("loadavg");
    const values = text.split(" ");
    return collected([load1, load5, load15].map(({ name }, index) => sample(name, Number(values[index]))));
  },
};
