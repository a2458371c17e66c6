import type { Sample } from "../../../core/checks/metric.ts";
import { type Collector, collected, gauge, malformed, sample, unreadable } from "../collector.ts";

/** Fields of /proc/meminfo up to Linux 6.18, in kB unless counted; a field that is not listed is passed over. @see proc_meminfo(5) */
const fieldNames = `MemTotal MemFree MemAvailable Buffers Cached SwapCached Active Inactive Active_anon Inactive_anon
Active_file Inactive_file Unevictable Mlocked HighTotal HighFree LowTotal LowFree MmapCopy SwapTotal SwapFree Zswap Zswapped
Dirty Writeback AnonPages Mapped Shmem KReclaimable Slab SReclaimable SUnreclaim KernelStack ShadowCallStack PageTables
SecPageTables Quicklists NFS_Unstable Bounce WritebackTmp CommitLimit Committed_AS VmallocTotal VmallocUsed VmallocChunk
Percpu EarlyMemtestBad HardwareCorrupted AnonHugePages ShmemHugePages ShmemPmdMapped FileHugePages FilePmdMapped
CmaTotal CmaFree Unaccepted Balloon GPUActive GPUReclaim Hugepagesize Hugetlb DirectMap4k DirectMap2M DirectMap4M DirectMap1G`;
const countedNames = ["HugePages_Total", "HugePages_Free", "HugePages_Rsvd", "HugePages_Surp"];
const kept: ReadonlySet<string> = new Set(["MemTotal", "MemFree", "MemAvailable", "SwapTotal", "SwapFree"]);
const bytesPerUnit = 1024;

const byField = new Map([
  ...fieldNames.split(/\s+/).map((name) => [name, declare(`${name}_bytes`, kept.has(name))] as const),
  ...countedNames.map((name) => [name, declare(name, false)] as const),
]);

function declare(field: string, history: boolean): ReturnType<typeof gauge> {
  return gauge(`node_memory_${field}`, `Memory information field ${field}.`, { history });
}

/** Memory by use. */
export const meminfo: Collector = {
  name: "meminfo",
  metrics: [...byField.values()],
  open: () => (source) => {
    const text = source.proc("meminfo");
    if (text === undefined) return unreadable("meminfo");
    const samples: Sample[] = [];
    for (const [, field = "", value = "", unit] of text.matchAll(/^([\w()]+): +(\d+)( kB)?$/gm)) {
      const family = byField.get(field.replace("(", "_").replace(")", ""));
      if (family !== undefined)
        samples.push(sample(family.name, Number(value) * (unit === undefined ? 1 : bytesPerUnit)));
    }
    return samples.length === 0 ? malformed("meminfo has none of the known fields") : collected(samples);
  },
};
