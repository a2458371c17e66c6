import type { Metric, Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, malformed, numberOf, sample, unreadable } from "../collector.ts";
import { lineValue } from "../line-value.ts";

const fields = ["oom_kill", "pgfault", "pgmajfault", "pgpgin", "pgpgout", "pswpin", "pswpout"];
const kept: ReadonlySet<string> = new Set(["oom_kill", "pgmajfault", "pswpin", "pswpout"]);
const nameOf = (field: string): string => `node_vmstat_${field}`;

/** Paging, faults and OOM kills; untyped as in node_exporter. */
export const vmstat: Collector = {
  name: "vmstat",
  metrics: fields.map(
    (field): Metric => ({
      name: nameOf(field),
      type: "untyped",
      help: `/proc/vmstat information field ${field}.`,
      labels: [],
      history: kept.has(field),
    }),
  ),
  open: () => (source) => {
    const text = source.proc("vmstat");
    if (text === undefined) return unreadable("vmstat");
    const samples: Sample[] = [];
    for (const field of fields) {
      const value = numberOf(lineValue(text, field));
      if (value !== undefined) samples.push(sample(nameOf(field), value));
    }
    return samples.length === 0 ? malformed("vmstat has none of the known fields") : collected(samples);
  },
};
