import { type Collector, collected, gauge, sample } from "../collector.ts";

const info = gauge("node_uname_info", "Labeled system information as provided by the uname system call.", {
  labels: ["domainname", "machine", "nodename", "release", "sysname", "version"],
});

/** Name and kernel of the machine; dashboards find their instances by it. */
export const uname: Collector = {
  name: "uname",
  metrics: [info],
  open: () => (source) => {
    const domainname = source.proc("sys/kernel/domainname")?.trim() ?? "(none)";
    return collected([sample(info.name, 1, { domainname, ...source.facts.uname() })]);
  },
};
