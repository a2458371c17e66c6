import { describe, expect, it } from "vitest";
import { holdCases } from "../../../../test/support/worlds/pack-suite.ts";
import {
  type Course,
  counter,
  gauge,
  hours,
  type PackCases,
  playPack,
} from "../../../../test/support/worlds/pack-world.ts";
import { windows } from "./windows.ts";

const gib = 2 ** 30;
const nowS = Date.UTC(2026, 10, 23, 2, 0, 0) / 1000;
const nic = { nic: "Intel(R) Ethernet" };

function cpu(idle: number): readonly Course[] {
  return ["0,0", "0,1"].flatMap((core) => [
    counter("windows_cpu_time_total", idle, { core, mode: "idle" }),
    counter("windows_cpu_time_total", 1 - idle, { core, mode: "user" }),
  ]);
}

function volume(freeAt: (minute: number) => number, name = "C:", readonly = 0): readonly Course[] {
  return [
    gauge("windows_logical_disk_free_bytes", (minute) => freeAt(minute) * 100 * gib, { volume: name }),
    gauge("windows_logical_disk_size_bytes", 100 * gib, { volume: name }),
    gauge("windows_logical_disk_readonly", readonly, { volume: name }),
  ];
}

function service(name: string, running: number, auto: number): readonly Course[] {
  return [
    gauge("windows_service_state", running, { name, state: "running" }),
    gauge("windows_service_state", 1 - running, { name, state: "stopped" }),
    gauge("windows_service_start_mode", auto, { name, start_mode: "auto" }),
    gauge("windows_service_start_mode", 1 - auto, { name, start_mode: "manual" }),
  ];
}

function pair(of: Course, to: Course): readonly Course[] {
  return [of, to];
}

const cases: PackCases = {
  WindowsDown: {
    fires: {
      minutes: 30,
      courses: [gauge("windows_system_boot_time_timestamp", (minute) => (minute < 10 ? nowS - 86_400 : undefined))],
    },
    as: "critical",
    silent: { minutes: 30, courses: [gauge("windows_system_boot_time_timestamp", nowS - 86_400)] },
  },
  WindowsNodeHasRebooted: {
    fires: { minutes: 5, courses: [gauge("windows_system_boot_time_timestamp", nowS - 60)] },
    as: "info",
    silent: { minutes: 5, courses: [gauge("windows_system_boot_time_timestamp", nowS - 3600)] },
  },
  WindowsRebootRequired: {
    fires: { minutes: 75, courses: [gauge("windows_reboot_required", 1)] },
    as: "info",
    silent: { minutes: 90, courses: [gauge("windows_reboot_required", 0)] },
  },
  WindowsTemperatureHigh: {
    fires: { minutes: 15, courses: [gauge("windows_thermalzone_temperature_celsius", 97, { name: "TZ00" })] },
    as: "critical",
    silent: { minutes: 30, courses: [gauge("windows_thermalzone_temperature_celsius", 60, { name: "TZ00" })] },
  },
  WindowsServiceNotRunning: {
    fires: { minutes: 10, courses: service("gitlab-runner", 0, 1) },
    as: "warning",
    silent: {
      minutes: 30,
      courses: [...service("gitlab-runner", 1, 1), ...service("fax", 0, 0), ...service("edgeupdate", 0, 1)],
    },
  },
  WindowsDiskDriveNotHealthy: {
    fires: { minutes: 10, courses: [gauge("windows_diskdrive_status", 0, { name: "PD0", status: "OK" })] },
    as: "critical",
    silent: {
      minutes: 30,
      courses: [
        gauge("windows_diskdrive_status", 1, { name: "PD0", status: "OK" }),
        gauge("windows_diskdrive_status", 0, { name: "PD0", status: "Pred Fail" }),
      ],
    },
  },
  WindowsTimeOffset: {
    fires: { minutes: 15, courses: [gauge("windows_time_computed_time_offset_seconds", -2)] },
    as: "warning",
    silent: { minutes: 30, courses: [gauge("windows_time_computed_time_offset_seconds", 0.4)] },
  },
  WindowsNTPClientDelay: {
    fires: { minutes: 15, courses: [gauge("windows_time_ntp_round_trip_delay_seconds", 1.5)] },
    as: "warning",
    silent: { minutes: 30, courses: [gauge("windows_time_ntp_round_trip_delay_seconds", 0.05)] },
  },
  WindowsCollectorFailed: {
    fires: { minutes: 25, courses: [gauge("windows_exporter_collector_success", 0, { collector: "service" })] },
    as: "info",
    silent: {
      minutes: 40,
      courses: [gauge("windows_exporter_collector_success", (minute) => minute % 2, { collector: "service" })],
    },
  },
  WindowsCPUHighUsage: {
    fires: { minutes: 25, courses: cpu(0.05) },
    as: "warning",
    silent: { minutes: 40, courses: cpu(0.12) },
  },
  WindowsProcessorQueue: {
    fires: { minutes: 25, courses: [gauge("windows_system_processor_queue_length", 5), ...cpu(0)] },
    as: "warning",
    silent: { minutes: 40, courses: [gauge("windows_system_processor_queue_length", 4), ...cpu(0)] },
  },
  WindowsMemoryHighUtilization: {
    fires: {
      minutes: 25,
      courses: pair(
        gauge("windows_memory_physical_free_bytes", 0.2 * gib),
        gauge("windows_memory_physical_total_bytes", 8 * gib),
      ),
    },
    as: "critical",
    silent: {
      minutes: 40,
      courses: pair(
        gauge("windows_memory_physical_free_bytes", gib),
        gauge("windows_memory_physical_total_bytes", 8 * gib),
      ),
    },
  },
  WindowsPagefileFull: {
    fires: {
      minutes: 25,
      courses: pair(
        gauge("windows_pagefile_free_bytes", 0.05 * gib, { file: "C:\\pagefile.sys" }),
        gauge("windows_pagefile_limit_bytes", gib, { file: "C:\\pagefile.sys" }),
      ),
    },
    as: "warning",
    silent: {
      minutes: 40,
      courses: pair(
        gauge("windows_pagefile_free_bytes", 0.5 * gib, { file: "C:\\pagefile.sys" }),
        gauge("windows_pagefile_limit_bytes", gib, { file: "C:\\pagefile.sys" }),
      ),
    },
  },
  WindowsDiskAlmostOutOfSpace: {
    fires: { minutes: 15, courses: volume(() => 0.02) },
    as: "critical",
    silent: {
      minutes: 40,
      courses: [...volume(() => 0.01, "HarddiskVolume3"), ...volume(() => 0, "E:", 1), ...volume(() => 0.2)],
    },
  },
  WindowsDiskFillingUp: {
    fires: { minutes: 6 * hours, courses: volume((minute) => Math.max(0.001, 0.25 - (0.03 * minute) / 60)) },
    as: "critical",
    silent: { minutes: 9 * hours, courses: volume(() => 0.1) },
  },
  WindowsDiskQueue: {
    fires: { minutes: 45, courses: [gauge("windows_logical_disk_requests_queued", 20, { volume: "C:" })] },
    as: "warning",
    silent: { minutes: 60, courses: [gauge("windows_logical_disk_requests_queued", 2, { volume: "C:" })] },
  },
  WindowsNetworkReceiveErrors: {
    fires: {
      minutes: 75,
      courses: pair(
        counter("windows_net_packets_received_errors_total", 5, nic),
        counter("windows_net_packets_received_total", 100, nic),
      ),
    },
    as: "warning",
    silent: { minutes: 90, courses: [counter("windows_net_packets_received_total", 100, nic)] },
  },
  WindowsNetworkTransmitErrors: {
    fires: {
      minutes: 75,
      courses: pair(
        counter("windows_net_packets_outbound_errors_total", 5, nic),
        counter("windows_net_packets_sent_total", 100, nic),
      ),
    },
    as: "warning",
    silent: {
      minutes: 90,
      courses: pair(
        counter("windows_net_packets_outbound_errors_total", 1, nic),
        counter("windows_net_packets_sent_total", 2, nic),
      ),
    },
  },
};

describe("alerting/packs/windows", () => {
  holdCases(windows, Object.keys(windows.rules), cases);

  it("says nothing where there is no Windows machine", () => {
    const said = playPack(windows, Object.keys(windows.rules), { minutes: 30, courses: [gauge("node_load1", 1)] });

    expect(new Set(said.flat())).toEqual(new Set());
  });
});
