import { gpu as onLinux, readGpus } from "../../collectors/gpu.ts";
import type { WindowsCollector } from "../collector.ts";

/** GPUs of NVIDIA, as its driver's `nvidia-smi.exe` tells them; on where `more_collectors` names it. */
export const gpu: WindowsCollector = {
  name: "gpu",
  metrics: onLinux.metrics,
  queries: [],
  open: () => async (source) => {
    const found = await readGpus(source.command);
    return found.ok ? { samples: found.samples } : { samples: [], failure: found.detail };
  },
};
