import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, gauge, type HostSource, numberOf, sample } from "../collector.ts";

const labels = { labels: ["cpu"] };
const hertz = 1000;
const directory = "devices/system/cpu";
const frequencies: Readonly<Record<string, ReturnType<typeof gauge>>> = {
  cpuinfo_cur_freq: gauge("node_cpu_frequency_hertz", "Current CPU thread frequency in hertz.", labels),
  cpuinfo_min_freq: gauge("node_cpu_frequency_min_hertz", "Minimum CPU thread frequency in hertz.", labels),
  cpuinfo_max_freq: gauge("node_cpu_frequency_max_hertz", "Maximum CPU thread frequency in hertz.", labels),
  scaling_cur_freq: gauge("node_cpu_scaling_frequency_hertz", "Current scaled CPU thread frequency in hertz.", labels),
  scaling_min_freq: gauge(
    "node_cpu_scaling_frequency_min_hertz",
    "Minimum scaled CPU thread frequency in hertz.",
    labels,
  ),
  scaling_max_freq: gauge(
    "node_cpu_scaling_frequency_max_hertz",
    "Maximum scaled CPU thread frequency in hertz.",
    labels,
  ),
};
const governor = gauge("node_cpu_scaling_governor", "Current enabled CPU frequency governor.", {
  labels: ["cpu", "governor"],
});

/** Clock of each CPU; virtual machines mostly do not see it. */
export const cpufreq: Collector = {
  name: "cpufreq",
  metrics: [...Object.values(frequencies), governor],
  open: () => (source) => {
    const cpus = source.sysNames(directory).flatMap((name) => /^cpu(\d+)$/.exec(name)?.[1] ?? []);
    return collected(cpus.flatMap((cpu) => samplesOf(cpu, source)));
  },
};

function samplesOf(cpu: string, source: HostSource): readonly Sample[] {
  const files: ReadonlySet<string> = new Set(source.sysNames(`${directory}/cpu${cpu}/cpufreq`));
  if (files.size === 0) return [];
  const text = (file: string): string | undefined =>
    files.has(file) ? source.sys(`${directory}/cpu${cpu}/cpufreq/${file}`) : undefined;
  const chosen = text("scaling_governor")?.trim();
  const samples: Sample[] = [];
  for (const [file, family] of Object.entries(frequencies)) {
    const kilohertz = numberOf(text(file));
    if (kilohertz !== undefined) samples.push(sample(family.name, kilohertz * hertz, { cpu }));
  }
  if (chosen === undefined || chosen === "") return samples;
  const known = text("scaling_available_governors")?.trim().split(" ") ?? [];
  for (const name of known) samples.push(sample(governor.name, name === chosen ? 1 : 0, { cpu, governor: name }));
  return samples;
}
