import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collector, collected, counter, sample } from "../collector.ts";

const labels = { labels: ["cpu"] };
const nanoseconds = 1e9;
const running = counter(
  "node_schedstat_running_seconds_total",
  "Number of seconds CPU spent running a process.",
  labels,
);
const waiting = counter(
  "node_schedstat_waiting_seconds_total",
  "Number of seconds spent by processing waiting for this CPU.",
  labels,
);
const timeslices = counter("node_schedstat_timeslices_total", "Number of timeslices executed by CPU.", labels);

/** Time that processes ran on and waited for each CPU; kernels without CONFIG_SCHEDSTATS have no such file. */
export const schedstat: Collector = {
  name: "schedstat",
  metrics: [running, waiting, timeslices],
  open: () => (source) => {
    const text = source.proc("schedstat");
    if (text === undefined) return absent("statistics of its scheduler");
    const samples: Sample[] = [];
    for (const [, cpu = "", ran, waited, slices] of text.matchAll(/^cpu(\d+)(?: \d+){6} (\d+) (\d+) (\d+)/gm)) {
      samples.push(sample(running.name, Number(ran) / nanoseconds, { cpu }));
      samples.push(sample(waiting.name, Number(waited) / nanoseconds, { cpu }));
      samples.push(sample(timeslices.name, Number(slices), { cpu }));
    }
    return collected(samples);
  },
};
