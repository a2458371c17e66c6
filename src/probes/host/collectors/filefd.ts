import { type Collector, collected, gauge, malformed, sample, unreadable } from "../collector.ts";

const allocated = gauge("node_filefd_allocated", "File descriptor statistics: allocated.", { history: true });
const maximum = gauge("node_filefd_maximum", "File descriptor statistics: maximum.", { history: true });

/** Open files of the whole machine beside their limit. */
export const filefd: Collector = {
  name: "filefd",
  metrics: [allocated, maximum],
  open: () => (source) => {
    const text = source.proc("sys/fs/file-nr");
    if (text === undefined) return unreadable("sys/fs/file-nr");
    const fields = /^(\d+)\s+\d+\s+(\d+)\s*$/.exec(text);
    if (fields === null) return malformed("sys/fs/file-nr has not three numbers");
    return collected([sample(allocated.name, Number(fields[1])), sample(maximum.name, Number(fields[2]))]);
  },
};
