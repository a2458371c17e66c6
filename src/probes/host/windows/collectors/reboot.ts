import { gauge, sample } from "../../collector.ts";
import { numberIn } from "../answer.ts";
import { fromRows, type WindowsCollector } from "../collector.ts";

const required = gauge("windows_reboot_required", "Whether updates or components wait for a restart.", {
  history: true,
});

/** Whether Windows Update or its component store waits for a restart. */
export const reboot: WindowsCollector = {
  name: "reboot",
  metrics: [required],
  queries: ["reboot"],
  open: () => (source) =>
    fromRows(source.told("reboot"), (row) => {
      const reasons = ["Servicing", "Update"].map((column) => numberIn(row, column));
      if (reasons.every((reason) => reason === undefined)) return [];
      return [sample(required.name, reasons.some((reason) => reason === 1) ? 1 : 0)];
    }),
};
