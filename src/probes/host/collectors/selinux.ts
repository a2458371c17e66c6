import { type Collector, collected, gauge, numberOf, sample } from "../collector.ts";

const enabled = gauge("node_selinux_enabled", "SELinux is enabled, 1 is true, 0 is false");
const configured = gauge("node_selinux_config_mode", "Configured SELinux enforcement mode");
const current = gauge("node_selinux_current_mode", "Current SELinux enforcement mode");
const modes: Readonly<Record<string, number>> = { enforcing: 1, permissive: 0 };
const disabled = -1;

/** Whether SELinux is on, and whether it enforces (1), warns (0) or is switched off for the next start (-1). */
export const selinux: Collector = {
  name: "selinux",
  metrics: [enabled, configured, current],
  open: () => (source) => {
    const enforce = numberOf(source.sys("fs/selinux/enforce"));
    if (enforce === undefined) return collected([sample(enabled.name, 0)]);
    const word = /^\s*SELINUX=(\w+)/m.exec(source.root("etc/selinux/config") ?? "")?.[1] ?? "";
    return collected([
      sample(enabled.name, 1),
      sample(configured.name, modes[word] ?? disabled),
      sample(current.name, enforce),
    ]);
  },
};
