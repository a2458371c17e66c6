import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, gauge, type HostSource, numberOf, sample } from "../collector.ts";

const temperature = gauge("node_thermal_zone_temp", "Zone temperature in Celsius", {
  labels: ["zone", "type"],
  history: true,
});
const coolingLabels = { labels: ["name", "type"] };
const coolingNow = gauge(
  "node_cooling_device_cur_state",
  "Current throttle state of the cooling device",
  coolingLabels,
);
const coolingMost = gauge(
  "node_cooling_device_max_state",
  "Maximum throttle state of the cooling device",
  coolingLabels,
);
const perDegree = 1000;
const directory = "class/thermal";

/** Temperature zones and cooling devices; a zone whose sensor gives no answer is left out. */
export const thermalZone: Collector = {
  name: "thermal_zone",
  metrics: [temperature, coolingNow, coolingMost],
  open: () => (source) => collected(source.sysNames(directory).flatMap((name) => samplesOf(name, source))),
};

function samplesOf(name: string, source: HostSource): readonly Sample[] {
  const [, kind, number = ""] = /^(thermal_zone|cooling_device)(\d+)$/.exec(name) ?? [];
  if (kind === undefined) return [];
  const type = source.sys(`${directory}/${name}/type`)?.trim();
  if (type === undefined) return [];
  const value = (file: string): number | undefined => numberOf(source.sys(`${directory}/${name}/${file}`));
  if (kind === "thermal_zone") {
    const millidegrees = value("temp");
    const labels = { zone: number, type };
    return millidegrees === undefined ? [] : [sample(temperature.name, millidegrees / perDegree, labels)];
  }
  const [now, most] = [value("cur_state"), value("max_state")];
  const labels = { name: number, type };
  return now === undefined || most === undefined
    ? []
    : [sample(coolingNow.name, now, labels), sample(coolingMost.name, most, labels)];
}
