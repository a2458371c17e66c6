import { type Collector, collected, gauge, sample } from "../collector.ts";

const required = gauge("node_reboot_required", "Node reboot is required for software updates.", { history: true });

/** Whether an update waits for a restart; distributions of Debian's family leave a file for it. */
export const reboot: Collector = {
  name: "reboot",
  metrics: [required],
  open: () => (source) => {
    const left = source.root("run/reboot-required") ?? source.root("var/run/reboot-required");
    return collected([sample(required.name, left === undefined ? 0 : 1)]);
  },
};
