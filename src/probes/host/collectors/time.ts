import { type Collector, collected, gauge, sample } from "../collector.ts";

const now = gauge("node_time_seconds", "System time in seconds since epoch (1970).");

/** The machine's time at the start of the run. */
export const time: Collector = {
  name: "time",
  metrics: [now],
  open: () => (source) => collected([sample(now.name, source.startedAtMs / 1000)]),
};
