import { gauge, sample } from "../../collector.ts";
import { numberIn, textIn } from "../answer.ts";
import { fromRows, type WindowsCollector } from "../collector.ts";

const temperature = gauge("windows_thermalzone_temperature_celsius", "(Temperature)", {
  labels: ["name"],
  history: true,
});
const zeroCelsius = 273.15;

/** Temperature of each thermal zone; virtual machines have none. Some firmware knows whole kelvins only. */
export const thermalzone: WindowsCollector = {
  name: "thermalzone",
  metrics: [temperature],
  queries: ["thermalzone"],
  open: () => (source) => {
    const told = source.told("thermalzone");
    // Systems without sensors mostly have the class all the same, and no rows.
    if (!told.ok && told.detail.startsWith("InvalidClass")) return { samples: [] };
    return fromRows(told, (row) => {
      const name = textIn(row, "Name");
      const tenths = numberIn(row, "HighPrecisionTemperature") ?? 0;
      const kelvin = tenths > 0 ? tenths / 10 : (numberIn(row, "Temperature") ?? 0);
      return name === undefined || kelvin <= 0 ? [] : [sample(temperature.name, kelvin - zeroCelsius, { name })];
    });
  },
};
