import { describe } from "vitest";
import { holdCases } from "../../../../test/support/worlds/pack-suite.ts";
import { counter, gauge, type PackCases } from "../../../../test/support/worlds/pack-world.ts";
import { linux } from "./linux.ts";
import { memoryRules } from "./memory.ts";

const gib = 2 ** 30;

const cases: PackCases = {
  ContainerMemoryNearLimit: {
    fires: {
      minutes: 30,
      courses: [
        gauge("container_memory_working_set_bytes", 95, { id: "/" }),
        gauge("container_spec_memory_limit_bytes", 100, { id: "/" }),
      ],
    },
    as: "warning",
    silent: {
      minutes: 40,
      courses: [
        gauge("container_memory_working_set_bytes", 95, { id: "/" }),
        gauge("container_memory_working_set_bytes", 99, { id: "/docker/a" }),
        gauge("container_spec_memory_limit_bytes", 100, { id: "/docker/a" }),
      ],
    },
  },
  ContainerCPUThrottled: {
    fires: {
      minutes: 40,
      courses: [
        counter("container_cpu_cfs_throttled_periods_total", 5, { id: "/" }),
        counter("container_cpu_cfs_periods_total", 10, { id: "/" }),
      ],
    },
    as: "warning",
    silent: {
      minutes: 60,
      courses: [
        counter("container_cpu_cfs_throttled_periods_total", 1, { id: "/" }),
        counter("container_cpu_cfs_periods_total", 10, { id: "/" }),
      ],
    },
  },
  NodeMemoryHighUtilization: {
    fires: {
      minutes: 25,
      courses: [gauge("node_memory_MemAvailable_bytes", 0.5 * gib), gauge("node_memory_MemTotal_bytes", 8 * gib)],
    },
    as: "warning",
    silent: {
      minutes: 40,
      courses: [gauge("node_memory_MemAvailable_bytes", gib), gauge("node_memory_MemTotal_bytes", 8 * gib)],
    },
  },
  NodeMemoryMajorPagesFaults: {
    fires: { minutes: 30, courses: [counter("node_vmstat_pgmajfault", 600)] },
    as: "warning",
    silent: { minutes: 40, courses: [counter("node_vmstat_pgmajfault", 400)] },
  },
  NodeOOMKill: {
    fires: { minutes: 12, courses: [counter("node_vmstat_oom_kill", (minute) => (minute === 10 ? 1 / 60 : 0))] },
    as: "warning",
    silent: { minutes: 40, courses: [counter("node_vmstat_oom_kill", 0)] },
  },
  NodePressureMemory: {
    fires: { minutes: 20, courses: [counter("node_pressure_memory_stalled_seconds_total", 0.35)] },
    as: "critical",
    silent: { minutes: 40, courses: [counter("node_pressure_memory_stalled_seconds_total", 0.05)] },
  },
  NodeSwapFull: {
    fires: {
      minutes: 40,
      courses: [gauge("node_memory_SwapFree_bytes", 0.1 * gib), gauge("node_memory_SwapTotal_bytes", gib)],
    },
    as: "warning",
    // A machine without swap.
    silent: {
      minutes: 60,
      courses: [gauge("node_memory_SwapFree_bytes", 0), gauge("node_memory_SwapTotal_bytes", 0)],
    },
  },
  NodeSwapping: {
    fires: { minutes: 40, courses: [counter("node_vmstat_pswpout", 2000)] },
    as: "warning",
    silent: { minutes: 60, courses: [counter("node_vmstat_pswpout", (minute) => (minute === 20 ? 20_000 : 0))] },
  },
};

describe("alerting/packs/linux/memory", () => holdCases(linux, Object.keys(memoryRules), cases));
