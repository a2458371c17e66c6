import { absent, type Collector, collected, counter, numberOf, sample } from "../collector.ts";

const hung = counter("node_kernel_hung_tasks", "Tasks that the kernel found hanging since it started.", {
  history: true,
});

/** Processes that waited in the kernel for longer than its limit, mostly for a disk; counted since Linux 6.13. */
export const kernelHung: Collector = {
  name: "kernel_hung",
  metrics: [hung],
  open: () => (source) => {
    const count = numberOf(source.proc("sys/kernel/hung_task_detect_count"));
    return count === undefined ? absent("count of hung tasks") : collected([sample(hung.name, count)]);
  },
};
