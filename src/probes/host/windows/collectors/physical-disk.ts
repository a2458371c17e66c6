import { textIn } from "../answer.ts";
import { columnSamples, fromRows, type WindowsCollector } from "../collector.ts";
import { diskColumns } from "../disk-columns.ts";

const columns = diskColumns("windows_physical_disk", ["disk"]);

/** Traffic of each disk; the name in Windows is its number and the drives on it, of which the number is the label. */
export const physicalDisk: WindowsCollector = {
  name: "physical_disk",
  metrics: columns.map(({ metric }) => metric),
  queries: ["physical_disk"],
  open: () => (source) =>
    fromRows(source.told("physical_disk"), (row) => {
      const disk = textIn(row, "Name")?.split(" ")[0];
      return disk === undefined ? [] : columnSamples(columns, row, { disk });
    }),
};
