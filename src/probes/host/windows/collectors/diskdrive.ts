import { gauge, sample } from "../../collector.ts";
import { numberIn, textIn } from "../answer.ts";
import { fromRows, type WindowsCollector } from "../collector.ts";

/** @see https://learn.microsoft.com/windows/win32/cimwin32prov/win32-diskdrive */
const statuses = [
  "OK",
  "Error",
  "Degraded",
  "Unknown",
  "Pred fail",
  "Starting",
  "Stopping",
  "Service",
  "Stressed",
  "Nonrecover",
  "No Contact",
  "Lost Comm",
];
const status = gauge("windows_diskdrive_status", "Status of the drive", { labels: ["name", "status"], history: true });
const size = gauge("windows_diskdrive_size", "Size of the disk drive in bytes", { labels: ["name"] });

/** What each physical drive says of itself. */
export const diskdrive: WindowsCollector = {
  name: "diskdrive",
  metrics: [status, size],
  queries: ["diskdrive"],
  open: () => (source) =>
    fromRows(source.told("diskdrive"), (row) => {
      const name = textIn(row, "Name")?.replace(/^[\\.]+/, "");
      if (name === undefined) return [];
      const now = textIn(row, "Status")?.toLowerCase();
      const bytes = numberIn(row, "Size");
      return [
        ...statuses.map((each) => sample(status.name, each.toLowerCase() === now ? 1 : 0, { name, status: each })),
        ...(bytes === undefined ? [] : [sample(size.name, bytes, { name })]),
      ];
    }),
};
