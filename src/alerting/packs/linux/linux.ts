import type { RulePack } from "../../../core/alerting/rule-pack.ts";
import { machineRules } from "../machine-rules.ts";
import { cpuRules } from "./cpu.ts";
import { diskRules } from "./disk.ts";
import { memoryRules } from "./memory.ts";
import { networkRules } from "./network.ts";
import { systemRules } from "./system.ts";

/** Health of Linux machines by the `node_*` series of the host probe and of node_exporter: node-mixin's conditions, and what it lacks. */
export const linux: RulePack = {
  id: "linux",
  title: { en: "Linux machines", zh: "Linux 主机" },
  onWith: "hosts",
  disks: {
    owns: (name) => name.startsWith("/"),
    label: "mountpoint",
    filling: "NodeFilesystemSpaceFillingUp",
    all: Object.keys(diskRules).filter((id) => id.startsWith("NodeFilesystem")),
  },
  services: ["NodeSystemdServiceFailed"],
  rules: machineRules({ ...systemRules, ...cpuRules, ...memoryRules, ...diskRules, ...networkRules }),
};
