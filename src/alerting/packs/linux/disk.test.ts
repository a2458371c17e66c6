import { describe } from "vitest";
import { disk } from "../../../../test/support/worlds/linux-courses.ts";
import { holdCases } from "../../../../test/support/worlds/pack-suite.ts";
import { counter, gauge, hours, type PackCases } from "../../../../test/support/worlds/pack-world.ts";
import { diskRules } from "./disk.ts";
import { linux } from "./linux.ts";

const root = { device: "/dev/vda1", mountpoint: "/", fstype: "ext4" };
const falling = (minute: number): number => Math.max(0.001, 0.25 - (0.03 * minute) / 60);

const cases: PackCases = {
  NodeFilesystemSpaceFillingUp: {
    fires: { minutes: 6 * hours, courses: disk(falling) },
    as: "critical",
    // Falls as fast, but there is much left.
    silent: { minutes: 9 * hours, courses: disk((minute) => 0.95 - (0.03 * minute) / 60) },
  },
  NodeFilesystemAlmostOutOfSpace: {
    fires: { minutes: 15, courses: disk(() => 0.02) },
    as: "critical",
    silent: { minutes: 60, courses: disk(() => 0, 1) },
  },
  NodeFilesystemFilesFillingUp: {
    fires: { minutes: 6 * hours, courses: disk(falling) },
    as: "critical",
    silent: { minutes: 9 * hours, courses: disk(() => 0.1) },
  },
  NodeFilesystemAlmostOutOfFiles: {
    fires: { minutes: 70, courses: disk(() => 0.04) },
    as: "warning",
    silent: { minutes: 90, courses: disk(() => 0, 0, { ...root, fstype: "squashfs" }) },
  },
  NodeFilesystemDeviceError: {
    fires: { minutes: 25, courses: [gauge("node_filesystem_device_error", 1, { ...root, fstype: "nfs4" })] },
    as: "warning",
    silent: {
      minutes: 40,
      courses: [gauge("node_filesystem_device_error", (minute) => minute % 3, { ...root, fstype: "nfs4" })],
    },
  },
  NodeDiskIOSaturation: {
    fires: { minutes: 45, courses: [counter("node_disk_io_time_weighted_seconds_total", 15, { device: "vda" })] },
    as: "warning",
    silent: { minutes: 60, courses: [counter("node_disk_io_time_weighted_seconds_total", 9, { device: "vda" })] },
  },
  NodePressureIO: {
    fires: { minutes: 40, courses: [counter("node_pressure_io_stalled_seconds_total", 0.6)] },
    as: "warning",
    silent: { minutes: 60, courses: [counter("node_pressure_io_stalled_seconds_total", 0.3)] },
  },
  NodeRAIDDegraded: {
    fires: {
      minutes: 20,
      courses: [
        gauge("node_md_disks", 1, { device: "md0", state: "active" }),
        gauge("node_md_disks", 1, { device: "md0", state: "failed" }),
        gauge("node_md_disks_required", 2, { device: "md0" }),
      ],
    },
    as: "critical",
    silent: {
      minutes: 30,
      courses: [
        gauge("node_md_disks", 2, { device: "md0", state: "active" }),
        gauge("node_md_disks_required", 2, { device: "md0" }),
      ],
    },
  },
  NodeRAIDDiskFailure: {
    fires: { minutes: 3, courses: [gauge("node_md_disks", 1, { device: "md0", state: "failed" })] },
    as: "warning",
    silent: { minutes: 30, courses: [gauge("node_md_disks", 0, { device: "md0", state: "failed" })] },
  },
};

describe("alerting/packs/linux/disk", () => holdCases(linux, Object.keys(diskRules), cases));
