import type { Metric } from "../../../core/checks/metric.ts";
import { counter, gauge } from "../collector.ts";

/** A family of sensor values and what the kernel's number is multiplied by. */
export type SensorFamily = Readonly<{ metric: Metric; factor: number }>;

const milli = 0.001;
const micro = 1e-6;
const voltage =
  "input min max lcrit crit average lowest highest alarm min_alarm max_alarm lcrit_alarm crit_alarm beep fault";
/** Files of each kind of sensor that the kernel documents. @see https://docs.kernel.org/hwmon/sysfs-interface.html */
const elements: Readonly<Record<string, string>> = {
  in: voltage,
  cpu: voltage,
  curr: voltage,
  temp: "input min max min_hyst max_hyst min_alarm max_alarm crit crit_hyst crit_alarm lcrit lcrit_hyst lcrit_alarm emergency emergency_hyst emergency_alarm alarm fault beep offset lowest highest type",
  fan: "input min max target div pulses alarm min_alarm max_alarm fault beep",
  power:
    "input average average_interval average_interval_min average_interval_max average_min average_max input_lowest input_highest accuracy cap cap_min cap_max cap_hyst cap_alarm max crit alarm max_alarm crit_alarm",
  energy: "input",
  humidity: "input",
  intrusion: "alarm beep",
  pwm: "value enable mode freq auto_channels_temp",
};
const rotations: ReadonlySet<string> = new Set(["input", "min", "max", "target"]);

/** Returns the family of a sensor's file; undefined for files that no sensor is documented to have. */
export function sensorFamily(type: string, element: string): SensorFamily | undefined {
  return families.get(`${type} ${element}`);
}

const labels = ["chip", "sensor"];

/** Each name once: the first element of a name describes it. */
export const sensorMetrics: () => readonly Metric[] = () => [
  ...new Map([...families.values()].map(({ metric }) => [metric.name, metric] as const)).values(),
];

function familyOf(type: string, element: string): SensorFamily {
  const isPlain = element === "input" || element === "value";
  const name = `node_hwmon_${type}${isPlain ? "" : `_${element}`}`;
  const declare = (suffix: string, help: string, factor: number): SensorFamily => {
    const isKept = element === "input" && (type === "temp" || type === "fan");
    return { metric: gauge(`${name}${suffix}`, help, { labels, history: isKept }), factor };
  };
  if (element === "fault" || element === "alarm") return declare("", `Hardware sensor ${element} status (${type})`, 1);
  if (element === "beep") return declare("_enabled", "Hardware monitor sensor has beeping enabled", 1);
  if (type === "in" || type === "cpu") return declare("_volts", `Hardware monitor for voltage (${element})`, milli);
  if (type === "curr") return declare("_amps", `Hardware monitor for current (${element})`, milli);
  if (type === "temp" && element !== "type") {
    return declare("_celsius", `Hardware monitor for temperature (${element})`, milli);
  }
  if (type === "fan" && rotations.has(element)) {
    return declare("_rpm", `Hardware monitor for fan revolutions per minute (${element})`, 1);
  }
  return type === "power" ? powerFamily(element, declare) : otherFamily(type, element, name, declare);
}

type Declare = (suffix: string, help: string, factor: number) => SensorFamily;

function powerFamily(element: string, declare: Declare): SensorFamily {
  if (element === "accuracy") return declare("", "Hardware monitor power meter accuracy, as a ratio", micro);
  return element.startsWith("average_interval")
    ? declare("_seconds", `Hardware monitor power usage update interval (${element})`, milli)
    : declare("_watt", `Hardware monitor for power usage in watts (${element})`, micro);
}

function otherFamily(type: string, element: string, name: string, declare: Declare): SensorFamily {
  if (type === "energy") {
    const help = `Hardware monitor for joules used so far (${element})`;
    return { metric: counter(`${name}_joule_total`, help, { labels }), factor: micro };
  }
  if (type === "humidity") {
    const ratio = "as a ratio (multiply with 100.0 to get the humidity as a percentage)";
    return declare("", `Hardware monitor for humidity, ${ratio} (${element})`, micro);
  }
  return declare("", `Hardware monitor ${type} element ${element === "value" ? "" : element}`, 1);
}

const families: ReadonlyMap<string, SensorFamily> = new Map(
  Object.entries(elements).flatMap(([type, names]) =>
    names.split(" ").map((element) => [`${type} ${element}`, familyOf(type, element)] as const),
  ),
);
