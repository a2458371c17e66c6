import { gauge, sample } from "../../collector.ts";
import { textIn } from "../answer.ts";
import { fromRows, type WindowsCollector } from "../collector.ts";

const states = ["continue pending", "pause pending", "paused", "running", "start pending", "stop pending", "stopped"];
const startModes = ["auto", "boot", "disabled", "manual", "system"];
const state = gauge("windows_service_state", "The state of the service (State)", {
  labels: ["name", "state"],
  history: true,
});
const startMode = gauge("windows_service_start_mode", "The start mode of the service (StartMode)", {
  labels: ["name", "start_mode"],
  history: true,
});

/** State and start mode of each service; the words are the same in every language of Windows. */
export const service: WindowsCollector = {
  name: "service",
  metrics: [state, startMode],
  queries: ["service"],
  open: (options) => (source) =>
    fromRows(source.told("service"), (row) => {
      const name = textIn(row, "Name");
      if (name === undefined || !options.services_include(name)) return [];
      const now = textIn(row, "State")?.toLowerCase();
      const mode = textIn(row, "StartMode")?.toLowerCase();
      return [
        ...states.map((each) => sample(state.name, each === now ? 1 : 0, { name, state: each })),
        ...startModes.map((each) => sample(startMode.name, each === mode ? 1 : 0, { name, start_mode: each })),
      ];
    }),
};
