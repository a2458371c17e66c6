import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, counter, malformed, sample, unreadable } from "../collector.ts";

import { throttleCounts, throttleMetrics, throttleSamples } from "./cpu-throttles.ts";

const modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;
const idle = modes.indexOf("idle");
const ticksPerSecond = 100;
const hotplugSeconds = 3;

const cpuSeconds = counter("node_cpu_seconds_total", "Seconds the CPUs spent in each mode.", {
  labels: ["cpu", "mode"],
  history: true,
});
const guestSeconds = counter("node_cpu_guest_seconds_total", "Seconds the CPUs spent in guests (VMs) for each mode.", {
  labels: ["cpu", "mode"],
});

/** Time of each CPU by mode. The kernel's iowait and idle can step back a little; a counter must not, so the larger value stays. */
export const cpu: Collector = {
  name: "cpu",
  metrics: [cpuSeconds, guestSeconds, ...throttleMetrics],
  open() {
    const previous = new Map<string, readonly number[]>();
    let throttles: ReturnType<typeof throttleCounts> | undefined;
    return (source) => {
      const text = source.proc("stat");
      if (text === undefined) return unreadable("stat");
      const samples: Sample[] = [];
      for (const [, name = "", fields = ""] of text.matchAll(/^cpu(\d+) +(.+)$/gm)) {
        const seconds = steady(
          previous.get(name),
          fields.split(" ").map((ticks) => Number(ticks) / ticksPerSecond),
        );
        previous.set(name, seconds);
        samples.push(...samplesOf(name, seconds));
      }
      throttles ??= throttleCounts(source);
      if (samples.length > 0) samples.push(...throttleSamples(source, throttles));
      return samples.length === 0 ? malformed("stat names no CPU") : collected(samples);
    };
  },
};

function samplesOf(cpuName: string, seconds: readonly number[]): readonly Sample[] {
  const samples = modes.map((mode, index) => sample(cpuSeconds.name, seconds[index] ?? 0, { cpu: cpuName, mode }));
  const [user = 0, nice = 0] = seconds.slice(modes.length);
  samples.push(sample(guestSeconds.name, user, { cpu: cpuName, mode: "user" }));
  samples.push(sample(guestSeconds.name, nice, { cpu: cpuName, mode: "nice" }));
  return samples;
}

/** A large step back of idle means that the CPU was plugged in anew: then all of it starts over. */
function steady(previous: readonly number[] | undefined, seconds: readonly number[]): readonly number[] {
  if (previous === undefined || (previous[idle] ?? 0) - (seconds[idle] ?? 0) >= hotplugSeconds) return seconds;
  return seconds.map((value, index) => Math.max(value, previous[index] ?? 0));
}
