import { type Course, counter, gauge } from "./pack-world.ts";

const root = { device: "/dev/vda1", mountpoint: "/", fstype: "ext4" };
const gib = 2 ** 30;

/** Two processors that spend these shares of their time; the rest is idle. */
export function cpu(shares: Readonly<Record<string, number>>): readonly Course[] {
  const used = Object.values(shares).reduce((sum, share) => sum + share, 0);
  return ["0", "1"].flatMap((core) =>
    Object.entries({ ...shares, idle: 1 - used }).map(([mode, share]) =>
      counter("node_cpu_seconds_total", share, { cpu: core, mode }),
    ),
  );
}

/** A filesystem of 100 GiB and a million files, of which this part is left. */
export function disk(leftAt: (minute: number) => number, readonly = 0, mount = root): readonly Course[] {
  return [
    gauge("node_filesystem_avail_bytes", (minute) => leftAt(minute) * 100 * gib, mount),
    gauge("node_filesystem_size_bytes", 100 * gib, mount),
    gauge("node_filesystem_files_free", (minute) => leftAt(minute) * 1e6, mount),
    gauge("node_filesystem_files", 1e6, mount),
    gauge("node_filesystem_readonly", readonly, mount),
  ];
}
