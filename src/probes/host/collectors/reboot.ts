import { absent, type Collector, collected, gauge, sample } from "../collector.ts";

const required = gauge("node_reboot_required", "Node reboot is required for software updates.", { history: true });

/** Whether an update waits for a restart; distributions of Debian's family leave a file for it. */
export const reboot: Collector = {
  name: "reboot",
  metrics: [required],
  open: () => (source) => {
    const left = source.root("run/reboot-required") ?? source.root("var/run/reboot-required");
    if (left !== undefined) return collected([sample(required.name, 1)]);
    const isTold = source.root("etc/debian_version") !== undefined;
    return isTold ? collected([sample(required.name, 0)]) : absent("file that tells of pending restarts");
  },
};
