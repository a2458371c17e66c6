import { gauge, sample } from "../../collector.ts";
import { numberIn, textIn } from "../answer.ts";
import { fromRows, type WindowsCollector } from "../collector.ts";

const kept = { labels: ["file"], history: true };
const limit = gauge("windows_pagefile_limit_bytes", "Number of bytes that can be stored in the paging file", kept);
const free = gauge("windows_pagefile_free_bytes", "Number of bytes that are free in the paging file", kept);
const bytesPerUnit = 1024 * 1024;

/** Room in each page file; a machine without one has no series. */
export const pagefile: WindowsCollector = {
  name: "pagefile",
  metrics: [limit, free],
  queries: ["pagefile"],
  open: () => (source) =>
    fromRows(source.told("pagefile"), (row) => {
      const file = textIn(row, "Name");
      const allocated = numberIn(row, "AllocatedBaseSize");
      const used = numberIn(row, "CurrentUsage");
      if (file === undefined || allocated === undefined || used === undefined) return [];
      return [
        sample(limit.name, allocated * bytesPerUnit, { file }),
        sample(free.name, (allocated - used) * bytesPerUnit, { file }),
      ];
    }),
};
