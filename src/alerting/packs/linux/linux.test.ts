import { describe, expect, it } from "vitest";
import { type Course, counter, gauge, hours, type PackCases, playPack } from "../../../../test/support/pack-world.ts";
import { linux } from "./linux.ts";

const root = { device: "/dev/vda1", mountpoint: "/", fstype: "ext4" };
const nic = { device: "eth0" };
const gib = 2 ** 30;
const nowS = Date.UTC(2026, 10, 23, 2, 0, 0) / 1000;

/** Two processors that spend these shares of their time; the rest is idle. */
function cpu(shares: Readonly<Record<string, number>>): readonly Course[] {
  const used = Object.values(shares).reduce((sum, share) => sum + share, 0);
  return ["0", "1"].flatMap((core) =>
    Object.entries({ ...shares, idle: 1 - used }).map(([mode, share]) =>
      counter("node_cpu_seconds_total", share, { cpu: core, mode }),
    ),
  );
}

function disk(leftAt: (minute: number) => number, readonly = 0, mount = root): readonly Course[] {
  return [
    gauge("node_filesystem_avail_bytes", (minute) => leftAt(minute) * 100 * gib, mount),
    gauge("node_filesystem_size_bytes", 100 * gib, mount),
    gauge("node_filesystem_files_free", (minute) => leftAt(minute) * 1e6, mount),
    gauge("node_filesystem_files", 1e6, mount),
    gauge("node_filesystem_readonly", readonly, mount),
  ];
}

const falling = (minute: number): number => Math.max(0.001, 0.25 - (0.03 * minute) / 60);

const cases: PackCases = {
  NodeDown: {
    fires: { minutes: 30, courses: [gauge("node_load1", (minute) => (minute < 10 ? 1 : undefined))] },
    as: "critical",
    silent: { minutes: 30, courses: [gauge("node_load1", (minute) => (minute % 4 === 0 ? 1 : undefined))] },
  },
  NodeRebooted: {
    fires: { minutes: 5, courses: [gauge("node_boot_time_seconds", nowS - 60)] },
    as: "info",
    silent: { minutes: 5, courses: [gauge("node_boot_time_seconds", nowS - 86_400)] },
  },
  NodeRebootRequired: {
    fires: { minutes: 70, courses: [gauge("node_reboot_required", 1)] },
    as: "info",
    silent: { minutes: 90, courses: [gauge("node_reboot_required", (minute) => (minute < 30 ? 1 : 0))] },
  },
  NodeClockSkewDetected: {
    fires: { minutes: 15, courses: [gauge("node_timex_offset_seconds", -0.3)] },
    as: "warning",
    // The value that some virtual machines report for a moment.
    silent: {
      minutes: 60,
      courses: [gauge("node_timex_offset_seconds", (minute) => (minute % 8 === 0 ? 4.294967296 : 0.001))],
    },
  },
  NodeClockOffByNTP: {
    fires: { minutes: 15, courses: [gauge("probe_ntp_offset_seconds", -0.07)] },
    as: "info",
    // A server far away, whose answer is on its way for long now and then.
    silent: {
      minutes: 60,
      courses: [gauge("probe_ntp_offset_seconds", (minute) => (minute % 20 === 0 ? 0.3 : 0.01))],
    },
  },
  NodeClockNotSynchronising: {
    fires: {
      minutes: 20,
      courses: [gauge("node_timex_maxerror_seconds", 16), gauge("node_timex_sync_status", 0)],
    },
    as: "warning",
    silent: {
      minutes: 20,
      courses: [gauge("node_timex_maxerror_seconds", 16), gauge("node_timex_sync_status", 1)],
    },
  },
  NodeFileDescriptorLimit: {
    fires: { minutes: 20, courses: [gauge("node_filefd_allocated", 95), gauge("node_filefd_maximum", 100)] },
    as: "critical",
    silent: { minutes: 30, courses: [gauge("node_filefd_allocated", 69), gauge("node_filefd_maximum", 100)] },
  },
  NodeSystemdServiceFailed: {
    fires: { minutes: 10, courses: [gauge("node_systemd_unit_state", 1, { name: "a.service", state: "failed" })] },
    as: "warning",
    silent: {
      minutes: 10,
      courses: [
        gauge("node_systemd_unit_state", 0, { name: "a.service", state: "failed" }),
        gauge("node_systemd_unit_state", 1, { name: "a.service", state: "active" }),
      ],
    },
  },
  NodeSystemdServiceCrashlooping: {
    fires: { minutes: 30, courses: [counter("node_systemd_service_restart_total", 1 / 60, { name: "a.service" })] },
    as: "warning",
    silent: { minutes: 60, courses: [counter("node_systemd_service_restart_total", 1 / 180, { name: "a.service" })] },
  },
  NodeProcessGone: {
    fires: { minutes: 6, courses: [gauge("namedprocess_namegroup_num_procs", 0, { groupname: "db" })] },
    as: "critical",
    silent: { minutes: 20, courses: [gauge("namedprocess_namegroup_num_procs", (m) => m % 2, { groupname: "db" })] },
  },
  NodeGPUHot: {
    fires: { minutes: 15, courses: [gauge("nvidia_smi_temperature_gpu", 96, { uuid: "GPU-1" })] },
    as: "critical",
    silent: { minutes: 30, courses: [gauge("nvidia_smi_temperature_gpu", 80, { uuid: "GPU-1" })] },
  },
  ContainerMemoryNearLimit: {
    fires: {
      minutes: 30,
      courses: [
        gauge("container_memory_working_set_bytes", 95, { id: "/" }),
        gauge("container_spec_memory_limit_bytes", 100, { id: "/" }),
      ],
    },
    as: "warning",
    silent: {
      minutes: 40,
      courses: [
        gauge("container_memory_working_set_bytes", 95, { id: "/" }),
        gauge("container_memory_working_set_bytes", 99, { id: "/docker/a" }),
        gauge("container_spec_memory_limit_bytes", 100, { id: "/docker/a" }),
      ],
    },
  },
  ContainerCPUThrottled: {
    fires: {
      minutes: 40,
      courses: [
        counter("container_cpu_cfs_throttled_periods_total", 5, { id: "/" }),
        counter("container_cpu_cfs_periods_total", 10, { id: "/" }),
      ],
    },
    as: "warning",
    silent: {
      minutes: 60,
      courses: [
        counter("container_cpu_cfs_throttled_periods_total", 1, { id: "/" }),
        counter("container_cpu_cfs_periods_total", 10, { id: "/" }),
      ],
    },
  },
  NodeHungTasks: {
    fires: { minutes: 10, courses: [counter("node_kernel_hung_tasks", (minute) => (minute === 5 ? 1 / 60 : 0))] },
    as: "warning",
    silent: { minutes: 30, courses: [counter("node_kernel_hung_tasks", 0)] },
  },
  NodeTemperatureHigh: {
    fires: { minutes: 15, courses: [gauge("node_hwmon_temp_celsius", 96, { chip: "c", sensor: "temp1" })] },
    as: "critical",
    silent: { minutes: 30, courses: [gauge("node_hwmon_temp_celsius", 84, { chip: "c", sensor: "temp1" })] },
  },
  NodeThermalZoneHigh: {
    fires: { minutes: 15, courses: [gauge("node_thermal_zone_temp", 90, { zone: "0", type: "x86_pkg_temp" })] },
    as: "warning",
    silent: { minutes: 30, courses: [gauge("node_thermal_zone_temp", 70, { zone: "0", type: "x86_pkg_temp" })] },
  },
  NodeTextFileCollectorScrapeError: {
    fires: { minutes: 3, courses: [gauge("node_textfile_scrape_error", 1)] },
    as: "warning",
    silent: { minutes: 30, courses: [gauge("node_textfile_scrape_error", 0)] },
  },
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
  NodeMemoryHighUtilization: {
    fires: {
      minutes: 25,
      courses: [gauge("node_memory_MemAvailable_bytes", 0.5 * gib), gauge("node_memory_MemTotal_bytes", 8 * gib)],
    },
    as: "warning",
    silent: {
      minutes: 40,
      courses: [gauge("node_memory_MemAvailable_bytes", gib), gauge("node_memory_MemTotal_bytes", 8 * gib)],
    },
  },
  NodeMemoryMajorPagesFaults: {
    fires: { minutes: 30, courses: [counter("node_vmstat_pgmajfault", 600)] },
    as: "warning",
    silent: { minutes: 40, courses: [counter("node_vmstat_pgmajfault", 400)] },
  },
  NodeOOMKill: {
    fires: { minutes: 12, courses: [counter("node_vmstat_oom_kill", (minute) => (minute === 10 ? 1 / 60 : 0))] },
    as: "warning",
    silent: { minutes: 40, courses: [counter("node_vmstat_oom_kill", 0)] },
  },
  NodePressureMemory: {
    fires: { minutes: 20, courses: [counter("node_pressure_memory_stalled_seconds_total", 0.35)] },
    as: "critical",
    silent: { minutes: 40, courses: [counter("node_pressure_memory_stalled_seconds_total", 0.05)] },
  },
  NodeSwapFull: {
    fires: {
      minutes: 40,
      courses: [gauge("node_memory_SwapFree_bytes", 0.1 * gib), gauge("node_memory_SwapTotal_bytes", gib)],
    },
    as: "warning",
    // A machine without swap.
    silent: {
      minutes: 60,
      courses: [gauge("node_memory_SwapFree_bytes", 0), gauge("node_memory_SwapTotal_bytes", 0)],
    },
  },
  NodeSwapping: {
    fires: { minutes: 40, courses: [counter("node_vmstat_pswpout", 2000)] },
    as: "warning",
    silent: { minutes: 60, courses: [counter("node_vmstat_pswpout", (minute) => (minute === 20 ? 20_000 : 0))] },
  },
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
  NodeNetworkReceiveErrs: {
    fires: {
      minutes: 75,
      courses: [
        counter("node_network_receive_errs_total", 5, nic),
        counter("node_network_receive_packets_total", 100, nic),
      ],
    },
    as: "warning",
    // Half of the packets, but there are hardly any.
    silent: {
      minutes: 90,
      courses: [
        counter("node_network_receive_errs_total", 1, nic),
        counter("node_network_receive_packets_total", 2, nic),
      ],
    },
  },
  NodeNetworkTransmitErrs: {
    fires: {
      minutes: 75,
      courses: [
        counter("node_network_transmit_errs_total", 5, nic),
        counter("node_network_transmit_packets_total", 100, nic),
      ],
    },
    as: "warning",
    silent: { minutes: 90, courses: [counter("node_network_transmit_packets_total", 100, nic)] },
  },
  NodeNetworkReceiveDrops: {
    fires: {
      minutes: 40,
      courses: [
        counter("node_network_receive_drop_total", 5, nic),
        counter("node_network_receive_packets_total", 100, nic),
      ],
    },
    as: "warning",
    silent: {
      minutes: 60,
      courses: [
        counter("node_network_receive_drop_total", 5, nic),
        counter("node_network_receive_packets_total", 10, nic),
      ],
    },
  },
  NodeHighNumberConntrackEntriesUsed: {
    fires: {
      minutes: 5,
      courses: [gauge("node_nf_conntrack_entries", 95), gauge("node_nf_conntrack_entries_limit", 100)],
    },
    as: "critical",
    silent: {
      minutes: 30,
      courses: [gauge("node_nf_conntrack_entries", 74), gauge("node_nf_conntrack_entries_limit", 100)],
    },
  },
  NodeTCPListenOverflows: {
    fires: { minutes: 20, courses: [counter("node_netstat_TcpExt_ListenOverflows", 3)] },
    as: "warning",
    silent: { minutes: 30, courses: [counter("node_netstat_TcpExt_ListenOverflows", 0.1)] },
  },
  NodeBondingDegraded: {
    fires: {
      minutes: 10,
      courses: [gauge("node_bonding_active", 1, { master: "b0" }), gauge("node_bonding_slaves", 2, { master: "b0" })],
    },
    as: "warning",
    silent: {
      minutes: 30,
      courses: [gauge("node_bonding_active", 2, { master: "b0" }), gauge("node_bonding_slaves", 2, { master: "b0" })],
    },
  },
};

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
  it("has a case for every rule", () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(linux.rules).sort());
  });

  it.each(Object.entries(cases))("%s fires and stays silent", (id, { fires, as, silent }) => {
    expect(playPack(linux, [id], fires).at(-1)).toContain(`${id} ${as}`);
    expect(new Set(playPack(linux, [id], silent).flat())).toEqual(new Set());
  });

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
