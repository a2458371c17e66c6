import type { Sample } from "../../../core/checks/metric.ts";
import { absent, type Collector, collected, gauge, type HostSource, numberOf, sample } from "../collector.ts";
import { sensorFamily, sensorMetrics } from "./hwmon-families.ts";

const chipNames = gauge("node_hwmon_chip_names", "Annotation metric for human-readable chip names", {
  labels: ["chip", "chip_name"],
});
const sensorLabel = gauge("node_hwmon_sensor_label", "Label for given chip and sensor", {
  labels: ["chip", "sensor", "label"],
});
const directory = "class/hwmon";
const mostChips = 64;
const mostFilesOfChip = 256;

/** Temperatures, fans, voltages and what else the board measures. A sensor that gives no answer is left out. */
export const hwmon: Collector = {
  name: "hwmon",
  metrics: [chipNames, sensorLabel, ...sensorMetrics()],
  open: () => (source) => {
    const chips = source.sysNames(directory);
    if (chips.length === 0) return absent("hardware sensors");
    const seen = new Set<string>();
    return collected(chips.slice(0, mostChips).flatMap((chip) => samplesOf(chip, source, seen)));
  },
};

/** Two chips can bear the same name; of equal series the first stays. */
function samplesOf(chip: string, source: HostSource, seen: Set<string>): readonly Sample[] {
  const path = `${directory}/${chip}`;
  const humanName = clean(source.sys(`${path}/name`) ?? "");
  const name = nameOf(path, source, humanName === "" ? chip : humanName);
  const files = [path, `${path}/device`].flatMap((place) =>
    source
      .sysNames(place)
      .slice(0, mostFilesOfChip)
      .flatMap((file) => readingOf(`${place}/${file}`, file, { chip: name, source })),
  );
  const annotation = humanName === "" ? [] : [sample(chipNames.name, 1, { chip: name, chip_name: humanName })];
  return [...annotation, ...files].filter((one) => {
    const identity = `${one.metric}\n${Object.values(one.labels).join("\n")}`;
    if (seen.has(identity)) return false;
    seen.add(identity);
    return true;
  });
}

type Chip = Readonly<{ chip: string; source: HostSource }>;

/** A file is named after the kind of sensor, its number and what it holds: temp1_crit. */
function readingOf(path: string, file: string, { chip, source }: Chip): readonly Sample[] {
  const [, type = "", number = "", element = "value"] = /^([a-z]+?)(\d+)(?:_([a-z_]+))?$/.exec(file) ?? [];
  const sensor = `${type}${number}`;
  if (element === "label" && sensorFamily(type, "input") !== undefined) {
    const label = source.sys(path)?.trim();
    return label === undefined ? [] : [sample(sensorLabel.name, 1, { chip, sensor, label })];
  }
  const family = sensorFamily(type, element);
  const value = family === undefined ? undefined : numberOf(source.sys(path));
  return family === undefined || value === undefined
    ? []
    : [sample(family.metric.name, value * family.factor, { chip, sensor })];
}

/** The kernel's numbers of chips change with the order of loading; the place of the device on its bus does not. */
function nameOf(path: string, source: HostSource, otherwise: string): string {
  const parts = source.sysLink(`${path}/device`)?.split("/") ?? [];
  const [bus, device] = [clean(parts.at(-2) ?? ""), clean(parts.at(-1) ?? "")];
  if (device === "") return otherwise;
  return bus === "" ? device : `${bus}_${device}`;
}

function clean(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9:_]/g, "_")
    .replace(/^_+|_+$/g, "");
}
