import { describe } from "vitest";
import { holdCases } from "../../../../test/support/worlds/pack-suite.ts";
import { counter, gauge, type PackCases } from "../../../../test/support/worlds/pack-world.ts";
import { linux } from "./linux.ts";
import { systemRules } from "./system.ts";

const nowS = Date.UTC(2026, 10, 23, 2, 0, 0) / 1000;

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
};

describe("alerting/packs/linux/system", () => holdCases(linux, Object.keys(systemRules), cases));
