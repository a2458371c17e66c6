import type { Sample } from "../../../core/checks/metric.ts";
import {
  absent,
  type Collected,
  type Collector,
  collected,
  gauge,
  type HostSource,
  malformed,
  sample,
} from "../collector.ts";

const labels = ["uuid"];
const kept = { labels, history: true };
const info = gauge(
  "nvidia_smi_gpu_info",
  "A metric with a constant '1' value labeled by uuid, index, name and driver of a GPU.",
  {
    labels: ["uuid", "index", "name", "driver_version"],
  },
);
/** What a value is divided by. */
const mebi = 1 / (1024 * 1024);
const percent = 100;
const fields = [
  ["temperature.gpu", gauge("nvidia_smi_temperature_gpu", "Temperature of the GPU in degrees Celsius.", kept), 1],
  [
    "utilization.gpu",
    gauge("nvidia_smi_utilization_gpu_ratio", "Share of time in which the GPU worked.", kept),
    percent,
  ],
  [
    "utilization.memory",
    gauge("nvidia_smi_utilization_memory_ratio", "Share of time in which its memory was read or written.", { labels }),
    percent,
  ],
  ["memory.total", gauge("nvidia_smi_memory_total_bytes", "Memory of the GPU.", kept), mebi],
  ["memory.used", gauge("nvidia_smi_memory_used_bytes", "Memory of the GPU in use.", kept), mebi],
  ["power.draw", gauge("nvidia_smi_power_draw_watts", "Power that the GPU takes.", { labels }), 1],
  [
    "fan.speed",
    gauge("nvidia_smi_fan_speed_ratio", "Speed of the fan as a share of its highest.", { labels }),
    percent,
  ],
  [
    "ecc.errors.uncorrected.volatile.total",
    gauge(
      "nvidia_smi_ecc_errors_uncorrected_volatile_total",
      "Memory errors that could not be corrected, since the driver was loaded.",
      kept,
    ),
    1,
  ],
] as const;
const texts = ["uuid", "index", "driver_version", "name"];
const query = [...texts, ...fields.map(([field]) => field)].join(",");
const mostGpus = 64;

/** GPUs of NVIDIA, as `nvidia-smi` tells them, under nvidia_gpu_exporter's names; off by default, as it starts a process. */
export const gpu: Collector = {
  name: "gpu",
  metrics: [info, ...fields.map(([, metric]) => metric)],
  open: () => (source) => readGpus(source.command),
};

/** Asks `nvidia-smi` once, on Linux and on Windows. */
export async function readGpus(command: HostSource["command"]): Promise<Collected> {
  const told = await command("nvidia-smi", `--query-gpu=${query}`, "--format=csv,noheader,nounits");
  if (!told.ok) {
    const isAbsent = told.isMissing || /No devices were found/.test(told.detail);
    return isAbsent ? absent("GPU of NVIDIA") : { ok: false, reason: "permission", detail: told.detail };
  }
  const lines = told.stdout.split("\n").filter((line) => line.trim() !== "");
  const samples = lines.slice(0, mostGpus).flatMap(samplesOf);
  return samples.length === 0 ? malformed("nvidia-smi told of no GPU") : collected(samples);
}

/** What a GPU does not have is written in brackets. */
function samplesOf(line: string): readonly Sample[] {
  const values = line.split(",").map((value) => value.trim());
  const [uuid = "", index = "", driver_version = "", name = ""] = values;
  if (values.length !== texts.length + fields.length || !uuid.startsWith("GPU-")) return [];
  return [
    sample(info.name, 1, { uuid, index, name, driver_version }),
    ...fields.flatMap(([, { name: metric }, divisor], column): readonly Sample[] => {
      const text = values[texts.length + column] ?? "";
      return /^\d+(?:\.\d+)?$/.test(text) ? [sample(metric, Number(text) / divisor, { uuid })] : [];
    }),
  ];
}
