import type { Sample } from "../../../core/checks/metric.ts";
import { counter, type HostSource, numberOf, sample } from "../collector.ts";

const core = counter("node_cpu_core_throttles_total", "Number of times this CPU core has been throttled.", {
  labels: ["package", "core"],
});
const whole = counter("node_cpu_package_throttles_total", "Number of times this CPU package has been throttled.", {
  labels: ["package"],
});
const directory = "devices/system/cpu";

/** Families that tell how often heat slowed a processor down. */
export const throttleMetrics = [core, whole];

type Count = Readonly<{ file: string; metric: string; labels: Sample["labels"] }>;

/** Finds once which files hold the counts: threads of a core share one, and so do the cores of a package; virtual machines have none. */
export function throttleCounts(source: HostSource): readonly Count[] {
  const counts = new Map<string, Count>();
  for (const name of source.sysNames(directory)) {
    if (!/^cpu\d+$/.test(name)) continue;
    const [package_, core_] = ["physical_package_id", "core_id"].map((file) =>
      numberOf(source.sys(`${directory}/${name}/topology/${file}`)),
    );
    if (package_ === undefined || core_ === undefined) continue;
    const ofPackage = { package: String(package_) };
    for (const [file, metric, labels] of [
      ["core_throttle_count", core.name, { ...ofPackage, core: String(core_) }],
      ["package_throttle_count", whole.name, ofPackage],
    ] as const) {
      const path = `${directory}/${name}/thermal_throttle/${file}`;
      const key = `${metric} ${Object.values(labels).join(" ")}`;
      if (!counts.has(key) && source.sys(path) !== undefined) counts.set(key, { file: path, metric, labels });
    }
  }
  return [...counts.values()];
}

/** The counts as they are now. */
export function throttleSamples(source: HostSource, counts: readonly Count[]): readonly Sample[] {
  return counts.flatMap(({ file, metric, labels }) => {
    const count = numberOf(source.sys(file));
    return count === undefined ? [] : [sample(metric, count, labels)];
  });
}
