import { describe, expect, it } from "vitest";
import { cpu, disk } from "../../../../test/support/worlds/linux-courses.ts";
import { type Course, counter, gauge, playPack } from "../../../../test/support/worlds/pack-world.ts";
import { linux } from "./linux.ts";

const root = { device: "/dev/vda1", mountpoint: "/", fstype: "ext4" };
const gib = 2 ** 30;
const nowS = Date.UTC(2026, 10, 23, 2, 0, 0) / 1000;

/** A machine that is well, with everything that a machine has. */
const well: readonly Course[] = [
  ...cpu({ user: 0.2, system: 0.05, iowait: 0.02, steal: 0.01 }),
  ...disk((minute) => 0.6 - minute / 60 / 1000),
  gauge("node_load1", 0.7),
  gauge("node_boot_time_seconds", nowS - 10 * 86_400),
  gauge("node_memory_MemAvailable_bytes", 4 * gib),
  gauge("node_memory_MemTotal_bytes", 8 * gib),
  gauge("node_memory_SwapFree_bytes", gib),
  gauge("node_memory_SwapTotal_bytes", gib),
  counter("node_vmstat_oom_kill", 0),
  counter("node_vmstat_pgmajfault", 2),
  counter("node_pressure_memory_stalled_seconds_total", 0),
  gauge("node_filesystem_device_error", 0, root),
];

describe("alerting/packs/linux", () => {
  const all = Object.keys(linux.rules);

  it.each<[string, readonly Course[], readonly string[]]>([
    ["well", well, []],
    ["without any series", [], []],
    [
      "robbed of its processors",
      [...well.filter(({ metric }) => metric !== "node_cpu_seconds_total"), ...cpu({ user: 0.3, steal: 0.4 })],
      ["NodeCPUSteal critical"],
    ],
    [
      "with a full disk",
      [...well, ...disk(() => 0.01, 0, { ...root, mountpoint: "/data" })],
      ["NodeFilesystemAlmostOutOfFiles critical", "NodeFilesystemAlmostOutOfSpace critical"],
    ],
    [
      "whose kernel kills a process",
      [
        ...well.filter(({ metric }) => metric !== "node_vmstat_oom_kill"),
        counter("node_vmstat_oom_kill", (minute) => (minute === 80 ? 1 / 60 : 0)),
      ],
      ["NodeOOMKill warning"],
    ],
  ])("says what is wrong with a machine %s", (_state, courses, wanted) => {
    const said = playPack(linux, all, { minutes: 90, courses });

    expect(said.at(-1)).toEqual(wanted);
  });
});
