import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, gauge, type HostSource, sample } from "../collector.ts";

const labels = { labels: ["device", "clocksource"] };
const now = gauge("node_time_seconds", "System time in seconds since epoch (1970).");
const available = gauge(
  "node_time_clocksource_available_info",
  "Available clocksources read from '/sys/devices/system/clocksource'.",
  labels,
);
const current = gauge(
  "node_time_clocksource_current_info",
  "Current clocksource read from '/sys/devices/system/clocksource'.",
  labels,
);
const directory = "devices/system/clocksource";

/** The machine's time at the start of the run, and the hardware that the kernel takes it from. */
export const time: Collector = {
  name: "time",
  metrics: [now, available, current],
  open: () => (source) => {
    const devices = source.sysNames(directory).flatMap((name) => /^clocksource(\d+)$/.exec(name)?.[1] ?? []);
    const sources = devices.flatMap((device) => [
      ...samplesOf(available.name, device, source),
      ...samplesOf(current.name, device, source),
    ]);
    return collected([sample(now.name, source.startedAtMs / 1000), ...sources]);
  },
};

function samplesOf(metric: string, device: string, source: HostSource): readonly Sample[] {
  const file = metric === available.name ? "available_clocksource" : "current_clocksource";
  const names = source.sys(`${directory}/clocksource${device}/${file}`)?.trim().split(/\s+/) ?? [];
  return names.filter((name) => name !== "").map((clocksource) => sample(metric, 1, { device, clocksource }));
}
