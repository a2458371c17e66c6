import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { probeContext } from "../../../../test/support/worlds/probe-harness.ts";
import {
  answering,
  failedCollectors,
  gib,
  lineOf,
  open,
  shown,
  windows,
} from "../../../../test/support/worlds/windows-host.ts";
import { windowsRows } from "../../../../test/support/worlds/windows-rows.ts";
import type { PowerShell, ShellAnswer } from "../../../core/ports/power-shell.ts";
import { host } from "../host.ts";
import { hostOptionsSchema } from "../options.ts";
import { windowsCollectors } from "./collectors/index.ts";
import { queries } from "./queries.ts";

describe("probes/host on Windows", () => {
  it("tells processors, memory, boot time and room without PowerShell, and which collectors failed", async () => {
    const context = probeContext();
    const probe = open(answering({ ok: false, reason: "slow", detail: "no answer within 6000 ms" }));

    const observation = await probe.run(context);

    expect(observation.findings).toEqual([]);
    expect(shown(observation, "windows_cpu_")).toEqual([
      'windows_cpu_time_total{core="0,0",mode="idle"} 8',
      'windows_cpu_time_total{core="0,0",mode="interrupt"} 0.2',
      'windows_cpu_time_total{core="0,0",mode="privileged"} 0.5',
      'windows_cpu_time_total{core="0,0",mode="user"} 1',
      'windows_cpu_time_total{core="0,1",mode="idle"} 9',
      'windows_cpu_time_total{core="0,1",mode="interrupt"} 0.02',
      'windows_cpu_time_total{core="0,1",mode="privileged"} 0',
      'windows_cpu_time_total{core="0,1",mode="user"} 2',
      "windows_cpu_logical_processor{} 2",
    ]);
    expect(shown(observation, "windows_memory_")).toEqual([
      `windows_memory_physical_free_bytes{} ${24 * gib}`,
      `windows_memory_physical_total_bytes{} ${32 * gib}`,
    ]);
    expect(shown(observation, "windows_system_")).toEqual([
      `windows_system_boot_time_timestamp{} ${Date.UTC(2026, 10, 22, 2) / 1000}`,
    ]);
    expect(shown(observation, "windows_logical_disk_free")).toEqual([
      'windows_logical_disk_free_bytes{volume="C:"} 50',
      'windows_logical_disk_free_bytes{volume="D:"} 0',
    ]);
    expect(shown(observation, "windows_os_info")).toEqual([
      'windows_os_info{product="Windows Server 2022 Datacenter",version="10.0.20348",major_version="10",minor_version="0",build_number="20348"} 1',
    ]);
    const wanted: readonly string[] = hostOptionsSchema.parse({}).windows_collectors;
    expect(failedCollectors(observation)).toEqual(
      windowsCollectors
        .filter(({ name, queries: asked }) => wanted.includes(name) && asked.length > 0)
        .map(({ name }) => name),
    );
    expect(context.notes).toContain("collector net: PowerShell: no answer within 6000 ms");
  });

  it("tells everything else from one answer", async () => {
    const observation = await open(answering(lineOf(windowsRows))).run(probeContext());

    expect(failedCollectors(observation)).toEqual([]);
    expect(shown(observation, "windows_memory_")).toContain("windows_memory_swap_page_operations_total{} 1120345");
    expect(shown(observation, "windows_logical_disk_")).toEqual(
      expect.arrayContaining([
        'windows_logical_disk_readonly{volume="C:"} 0',
        'windows_logical_disk_readonly{volume="D:"} 1',
        'windows_logical_disk_info{volume="C:",type="fixed",filesystem="NTFS",volume_name="系统"} 1',
        'windows_logical_disk_info{volume="E:",type="cdrom",filesystem="",volume_name=""} 1',
        'windows_logical_disk_read_bytes_total{volume="C:"} 18446744073709',
        'windows_logical_disk_read_seconds_total{volume="C:"} 500',
        'windows_logical_disk_requests_queued{volume="C:"} 2',
      ]),
    );
    expect(shown(observation, "windows_logical_disk_").join()).not.toContain("HarddiskVolume1");
    expect(shown(observation, "windows_net_")).toEqual(
      expect.arrayContaining([
        'windows_net_current_bandwidth_bytes{nic="vmxnet3 以太网网络适配器"} 1250000000',
        'windows_net_packets_outbound_errors_total{nic="vmxnet3 以太网网络适配器"} 5',
      ]),
    );
    expect(shown(observation, "windows_pagefile_")).toEqual([
      `windows_pagefile_limit_bytes{file="C:\\pagefile.sys"} ${6 * gib}`,
      `windows_pagefile_free_bytes{file="C:\\pagefile.sys"} ${(6144 - 397) * 2 ** 20}`,
    ]);
    expect(shown(observation, "windows_tcp_connections_est")).toEqual([
      'windows_tcp_connections_established{af="ipv4"} 87',
      'windows_tcp_connections_established{af="ipv6"} 12',
    ]);
    expect(shown(observation, "windows_thermalzone_")).toEqual([
      `windows_thermalzone_temperature_celsius{name="\\_TZ.TZ00"} ${301 - 273.15}`,
      `windows_thermalzone_temperature_celsius{name="\\_TZ.TZ01"} ${330 - 273.15}`,
    ]);
    expect(shown(observation, "windows_reboot_required")).toEqual(["windows_reboot_required{} 1"]);
    expect(shown(observation, "windows_system_processor_queue")).toEqual(["windows_system_processor_queue_length{} 3"]);
  });

  it("tells state and start mode of services and drives in windows_exporter's words", async () => {
    const observation = await open(answering(lineOf(windowsRows)), { services_include: "^(Themes|MSSQL.*)$" }).run(
      probeContext(),
    );

    expect(shown(observation, "windows_service_").filter((line) => line.endsWith(" 1"))).toEqual([
      'windows_service_state{name="Themes",state="running"} 1',
      'windows_service_start_mode{name="Themes",start_mode="auto"} 1',
      'windows_service_state{name="MSSQL$MAIN",state="start pending"} 1',
      'windows_service_start_mode{name="MSSQL$MAIN",start_mode="manual"} 1',
    ]);
    expect(shown(observation, "windows_service_")).toHaveLength(24);
    expect(shown(observation, "windows_diskdrive_").filter((line) => !line.endsWith(" 0"))).toEqual([
      'windows_diskdrive_status{name="PHYSICALDRIVE0",status="OK"} 1',
      'windows_diskdrive_size{name="PHYSICALDRIVE0"} 256052966400',
      'windows_diskdrive_status{name="PHYSICALDRIVE1",status="Pred fail"} 1',
      'windows_diskdrive_size{name="PHYSICALDRIVE1"} 203912880128',
    ]);
  });

  it("never tells a value of an earlier run when this one has no answer", async () => {
    const answers: ShellAnswer[] = [lineOf(windowsRows), { ok: false, reason: "ended", detail: "gone" }];
    const probe = open(answering(() => answers.shift() ?? lineOf({})));
    await probe.run(probeContext());

    const observation = await probe.run(probeContext());

    const fromShell =
      /^windows_(?:net|service|pagefile|tcp|diskdrive|thermalzone|reboot|physical_disk|time_(?!current)|cpu_(?!time|logical)|logical_disk_(?!size|free|readonly))/;
    expect(observation.samples.filter(({ metric }) => fromShell.test(metric))).toEqual([]);
    // What a drive is stays known: a disk image without room is not full.
    expect(shown(observation, "windows_logical_disk_readonly")).toContain(
      'windows_logical_disk_readonly{volume="D:"} 1',
    );
  });

  it("lets a class that fails spoil its own collector only, in whatever language it says so", async () => {
    const failed = { net: "AccessDenied 拒绝访问。\r\n", thermalzone: "InvalidClass Ungültige Klasse " };
    const context = probeContext();
    const { net: _net, thermalzone: _zone, ...rest } = windowsRows;

    const observation = await open(answering(lineOf(rest, failed))).run(context);

    expect(failedCollectors(observation)).toEqual(["net"]);
    expect(context.notes).toEqual(["collector net: AccessDenied 拒绝访问。"]);
  });

  it("is unknown when none of the wanted collectors has anything", async () => {
    const probe = open(
      answering({ ok: false, reason: "not_found", detail: "PowerShell could not be started (ENOENT)" }),
      {
        windows_collectors: ["net", "service"],
      },
    );

    expect((await probe.run(probeContext())).findings).toEqual([
      {
        is: "unknown",
        reason: "local_resources",
        phase: "local",
        detail: "no collector has anything: PowerShell: PowerShell could not be started (ENOENT)",
      },
    ]);
  });

  it("is up with what the runtime knows, also where PowerShell has nothing for any of the wanted collectors", async () => {
    const probe = open(answering({ ok: false, reason: "ended", detail: "gone" }), {
      windows_collectors: ["cpu", "memory"],
    });

    const observation = await probe.run(probeContext());

    expect(observation.findings).toEqual([]);
    expect(failedCollectors(observation)).toEqual(["cpu", "memory"]);
    expect(shown(observation, "windows_cpu_time")).toHaveLength(8);
  });

  it("asks PowerShell only for what the wanted collectors need", async () => {
    const asked: string[] = [];
    const powerShell: PowerShell = {
      open: () => ({ ask: (wanted) => (asked.push(wanted), Promise.resolve(lineOf(windowsRows))), close: () => {} }),
    };

    await open(powerShell, { windows_collectors: ["os", "tcp", "reboot"] }).run(probeContext());
    await open(powerShell, { windows_collectors: ["os"] }).run(probeContext());

    expect(asked).toEqual(["tcpv4 tcpv6 reboot"]);
  });

  it("keeps the boot time while the clock is corrected a little, and takes a new one", async () => {
    let uptime = 1000;
    const probe = open(answering(lineOf({})), {}, { ...windows, uptimeSeconds: () => uptime });
    const bootedAt = async () => shown(await probe.run(probeContext()), "windows_system_boot")[0];
    const first = await bootedAt();
    uptime = 1003;
    expect(await bootedAt()).toBe(first);
    uptime = 20;
    expect(await bootedAt()).not.toBe(first);
  });

  it("gives only declared metrics with their labels, whatever is in an answer, and never throws", async () => {
    const declared = new Map(host.metricsOf({}).map((metric) => [metric.name, [...metric.labels].sort().join()]));
    const value = fc.oneof(fc.jsonValue(), fc.string(), fc.double(), fc.constant(null));
    const row = fc.dictionary(
      fc.constantFrom(...new Set(Object.values(queries).flatMap(({ columns }) => columns))),
      value,
    );
    const rows = fc.dictionary(fc.constantFrom(...Object.keys(queries)), fc.oneof(row, fc.array(row), value));
    const line = fc.oneof(
      fc.tuple(rows, fc.jsonValue()).map(([each, failed]) => JSON.stringify({ watchfire: 1, rows: each, failed })),
      fc.json(),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        const { samples } = await open(answering({ ok: true, line: text })).run(probeContext());

        for (const sample of samples) {
          expect(Number.isFinite(sample.value)).toBe(true);
          expect([sample.metric, Object.keys(sample.labels).sort().join()]).toEqual([
            sample.metric,
            declared.get(sample.metric),
          ]);
        }
      }),
    );
  });
});
