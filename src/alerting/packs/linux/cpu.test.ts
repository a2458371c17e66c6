import { describe } from "vitest";
import { cpu } from "../../../../test/support/worlds/linux-courses.ts";
import { holdCases } from "../../../../test/support/worlds/pack-suite.ts";
import { counter, gauge, type PackCases } from "../../../../test/support/worlds/pack-world.ts";
import { cpuRules } from "./cpu.ts";
import { linux } from "./linux.ts";

const cases: PackCases = {
  NodeCPUHighUsage: {
    fires: { minutes: 25, courses: cpu({ user: 0.8, steal: 0.15 }) },
    as: "info",
    silent: { minutes: 40, courses: cpu({ user: 0.5, iowait: 0.45 }) },
  },
  NodeSystemSaturation: {
    fires: { minutes: 25, courses: [gauge("node_load1", 4.2), ...cpu({ user: 1 })] },
    as: "warning",
    silent: { minutes: 40, courses: [gauge("node_load1", 3.8), ...cpu({ user: 1 })] },
  },
  NodeCPUSteal: {
    fires: { minutes: 30, courses: cpu({ user: 0.4, steal: 0.2 }) },
    as: "warning",
    silent: { minutes: 60, courses: cpu({ user: 0.4, steal: 0.08 }) },
  },
  NodeCPUIOWait: {
    fires: { minutes: 30, courses: cpu({ user: 0.1, iowait: 0.5 }) },
    as: "warning",
    silent: { minutes: 60, courses: cpu({ user: 0.6, iowait: 0.3 }) },
  },
  NodePressureCPU: {
    fires: { minutes: 40, courses: [counter("node_pressure_cpu_waiting_seconds_total", 0.8)] },
    as: "warning",
    silent: { minutes: 60, courses: [counter("node_pressure_cpu_waiting_seconds_total", 0.5)] },
  },
};

describe("alerting/packs/linux/cpu", () => holdCases(linux, Object.keys(cpuRules), cases));
