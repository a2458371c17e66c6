import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../../test/support/fake-clock.ts";
import { FakePowerShell } from "../../../../test/support/fake-power-shell.ts";
import { linuxFacts } from "../../../../test/support/host-source.ts";
import { probeContext, probeIo } from "../../../../test/support/probe-harness.ts";
import { windowsRows } from "../../../../test/support/windows-rows.ts";
import type { Files } from "../../../core/ports/files.ts";
import type { HostFacts } from "../../../core/ports/host-facts.ts";
import type { PowerShell, ShellAnswer } from "../../../core/ports/power-shell.ts";
import type { Programs } from "../../../core/ports/programs.ts";
import type { Observation } from "../../../core/result.ts";
import { createPowerShell } from "../../../platform/power-shell/power-shell.ts";
import { host } from "../host.ts";
import { hostOptionsSchema } from "../options.ts";
import { windowsCollectors } from "./collectors/index.ts";
import { queries } from "./queries.ts";
import { windowsScript } from "./script.ts";

const gib = 2 ** 30;
const windows: HostFacts = {
  ...linuxFacts,
  platform: () => "win32",
  uname: () => ({
    sysname: "Windows_NT",
    nodename: "WIN-1",
    release: "10.0.20348",
    version: "Windows Server 2022 Datacenter",
    machine: "x86_64",
  }),
  cpuTimes: () => [
    { userMs: 1000, systemMs: 700, idleMs: 8000, interruptMs: 200 },
    { userMs: 2000, systemMs: 10, idleMs: 9000, interruptMs: 20 },
  ],
  memory: () => ({ totalBytes: 32 * gib, freeBytes: 24 * gib }),
  uptimeSeconds: () => 86_400.25,
};
const drives: Readonly<Record<string, Awaited<ReturnType<Files["filesystem"]>>>> = {
  "C:\\": { sizeBytes: 100, freeBytes: 60, availableBytes: 50, files: 0, filesFree: 0 },
  "D:\\": { sizeBytes: 5, freeBytes: 0, availableBytes: 0, files: 0, filesFree: 0 },
  "Z:\\": "stuck",
};

function answering(answer: ShellAnswer | (() => ShellAnswer)): PowerShell {
  return {
    open: () => ({ ask: () => Promise.resolve(typeof answer === "function" ? answer() : answer), close: () => {} }),
  };
}

function lineOf(rows: object, failed: object = {}): ShellAnswer {
  return { ok: true, line: JSON.stringify({ watchfire: 1, rows, failed }) };
}

function open(powerShell: PowerShell, options: object = {}, facts: HostFacts = windows) {
  const filesystem: Files["filesystem"] = (path) => Promise.resolve(drives[path] ?? "error");
  const files = { filesystem } as Files;
  return host.open(options, probeIo({ powerShell, files, hostFacts: facts, monotonicMs: () => 0 }));
}

/** Samples as a scrape shows them. */
function shown(observation: Observation, prefix: string): readonly string[] {
  return observation.samples
    .filter(({ metric }) => metric.startsWith(prefix))
    .map(({ metric, labels, value }) => {
      const pairs = Object.entries(labels).map(([name, text]) => `${name}="${text}"`);
      return `${metric}{${pairs.join(",")}} ${value}`;
    });
}

function failedCollectors({ samples }: Observation): readonly (string | undefined)[] {
  return samples
    .filter(({ metric, value }) => metric === "windows_exporter_collector_success" && value === 0)
    .map(({ labels }) => labels["collector"]);
}

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

  it("has the collectors that the options name, in that order, and asks every query that there is", () => {
    expect(windowsCollectors.map(({ name }) => name)).toEqual([
      ...hostOptionsSchema.parse({}).windows_collectors,
      "watched_processes",
      "process",
      "gpu",
    ]);
    expect([...new Set(windowsCollectors.flatMap((collector) => collector.queries))].sort()).toEqual(
      Object.keys(queries).sort(),
    );
  });

  it("tells of processors, disks and the clock what only PowerShell knows", async () => {
    const observation = await open(answering(lineOf(windowsRows))).run(probeContext());

    expect(shown(observation, "windows_cpu_")).toEqual(
      expect.arrayContaining([
        'windows_cpu_time_total{core="0,0",mode="dpc"} 156.25',
        'windows_cpu_time_total{core="0,0",mode="idle"} 8',
        'windows_cpu_dpcs_total{core="0,0"} 250000',
        'windows_cpu_dpcs_total{core="0,1"} 7',
        'windows_cpu_interrupts_total{core="0,0"} 4000000',
        'windows_cpu_clock_interrupts_total{core="0,0"} 1000000',
        'windows_cpu_idle_break_events_total{core="0,0"} 3000000',
        'windows_cpu_core_frequency_mhz{core="0,0"} 2394',
        'windows_cpu_parking_status{core="0,0"} 0',
      ]),
    );
    expect(shown(observation, "windows_physical_disk_")).toEqual([
      'windows_physical_disk_requests_queued{disk="0"} 1',
      'windows_physical_disk_read_bytes_total{disk="0"} 1024',
      'windows_physical_disk_idle_seconds_total{disk="0"} 7',
      'windows_physical_disk_requests_queued{disk="1"} 0',
      'windows_physical_disk_read_bytes_total{disk="1"} 2048',
    ]);
    expect(shown(observation, "windows_time_")).toEqual([
      `windows_time_current_timestamp_seconds{} ${Date.UTC(2026, 10, 23, 2) / 1000}`,
      "windows_time_computed_time_offset_seconds{} 2.5",
      "windows_time_ntp_round_trip_delay_seconds{} 0.03125",
      "windows_time_ntp_client_time_sources{} 1",
      "windows_time_clock_frequency_adjustment_ppb{} 0",
      "windows_time_ntp_server_incoming_requests_total{} 0",
      "windows_time_ntp_server_outgoing_responses_total{} 0",
    ]);
  });

  it("knows the time also where Windows has no time service to ask, which is no failure", async () => {
    const { time: _time, ...rest } = windowsRows;

    const observation = await open(answering(lineOf(rest, { time: "InvalidClass Invalid class " }))).run(
      probeContext(),
    );

    expect(shown(observation, "windows_time_")).toHaveLength(1);
    expect(failedCollectors(observation)).toEqual([]);
  });

  it("tells of the processes that are wanted, by name and number, and of none by default", async () => {
    const answer = answering(lineOf(windowsRows));
    const options = { windows_collectors: ["process"], processes_include: "^(?i)shop$" };

    const observation = await open(answer, options).run(probeContext());

    expect(shown(observation, "windows_process_").filter((line) => line.includes('"4711"'))).toEqual([
      `windows_process_start_time_seconds_timestamp{process="Shop",process_id="4711"} ${Date.UTC(2026, 10, 22, 2) / 1000}`,
      'windows_process_cpu_time_total{process="Shop",process_id="4711",mode="user"} 60',
      'windows_process_cpu_time_total{process="Shop",process_id="4711",mode="privileged"} 2',
      'windows_process_io_bytes_total{process="Shop",process_id="4711",mode="read"} 4096',
      'windows_process_pool_bytes{process="Shop",process_id="4711",pool="paged"} 300000',
      'windows_process_handles{process="Shop",process_id="4711"} 320',
      'windows_process_private_bytes{process="Shop",process_id="4711"} 80000000',
      'windows_process_threads{process="Shop",process_id="4711"} 12',
      'windows_process_virtual_bytes{process="Shop",process_id="4711"} 2000000000',
      'windows_process_working_set_bytes{process="Shop",process_id="4711"} 100000000',
    ]);
    expect(shown(observation, "windows_process_working_set_bytes")).toHaveLength(2);
    expect(shown(await open(answer).run(probeContext()), "windows_process_")).toEqual([]);
  });

  it("tells of two hundred processes at most, of the machine's idle time never", async () => {
    const process = Array.from({ length: 300 }, (_, id) => ({ Name: `p#${id}`, IDProcess: id, ThreadCount: 1 }));
    const rows = { process: [...windowsRows.process.slice(0, 1), ...process] };

    const observation = await open(answering(lineOf(rows)), { windows_collectors: ["process"] }).run(probeContext());

    expect(shown(observation, "windows_process_threads")).toHaveLength(200);
    expect(shown(observation, "windows_process_").join()).not.toContain("Idle");
  });

  it("watches processes by their program's name, and says of other ways that Windows has them not", async () => {
    const watched_processes = {
      shop: { kind: "name", name: "shop.exe" },
      gone: { kind: "name", name: "gone" },
      unit: { kind: "unit", unit: "shop.service" },
    };
    const later = windowsRows.process
      .filter(({ IDProcess }) => IDProcess !== 4712)
      .map((row) => ({ ...row, PercentUserTime: 700_000_000 }));
    const answers = [lineOf(windowsRows), lineOf({ ...windowsRows, process: later })];
    const probe = open(
      answering(() => answers.shift() ?? lineOf({})),
      { windows_collectors: ["os"], watched_processes },
    );
    const context = probeContext();

    expect(shown(await probe.run(context), "namedprocess_")).toEqual([
      'namedprocess_namegroup_num_procs{groupname="shop"} 2',
      'namedprocess_namegroup_cpu_seconds_total{groupname="shop",mode="user"} 61',
      'namedprocess_namegroup_cpu_seconds_total{groupname="shop",mode="system"} 4',
      'namedprocess_namegroup_num_threads{groupname="shop"} 15',
      'namedprocess_namegroup_memory_bytes{groupname="shop",memtype="virtual"} 4000000000',
      'namedprocess_namegroup_memory_bytes{groupname="shop",memtype="resident"} 150000000',
      `namedprocess_namegroup_oldest_start_time_seconds{groupname="shop"} ${Date.UTC(2026, 10, 22, 2) / 1000}`,
      'namedprocess_namegroup_num_procs{groupname="gone"} 0',
      'namedprocess_namegroup_cpu_seconds_total{groupname="gone",mode="user"} 0',
      'namedprocess_namegroup_cpu_seconds_total{groupname="gone",mode="system"} 0',
    ]);
    expect(context.notes).toEqual(["collector watched_processes: unit: on Windows a process is watched by its name"]);
    // One of the two has ended: what it had used stays counted.
    expect(shown(await probe.run(probeContext()), "namedprocess_namegroup_cpu")[0]).toBe(
      'namedprocess_namegroup_cpu_seconds_total{groupname="shop",mode="user"} 71',
    );
  });

  it("asks the driver's program for GPUs where that is wanted, and says why it has none", async () => {
    const asked: string[][] = [];
    const line = "GPU-1, 0, 551.61, NVIDIA L4, 61, 40, 10, 23034, 1024, 70.5, [N/A], 0\n";
    const programs = (stdout: string | undefined): Programs => ({
      run({ command }) {
        asked.push([...command]);
        return Promise.resolve(
          stdout === undefined
            ? { ok: false, reason: "not_found", detail: "ENOENT", hasRun: false }
            : { ok: true, exitCode: 0, stdout, stderr: "" },
        );
      },
    });
    const run = (stdout: string | undefined, context = probeContext()) =>
      host
        .open(
          { windows_collectors: ["os"], more_collectors: ["gpu"] },
          probeIo({ programs: programs(stdout), files: {} as Files, hostFacts: windows, monotonicMs: () => 0 }),
        )
        .run(context);

    const observation = await run(line);

    expect(asked.map(([program]) => program)).toEqual(["C:\\Windows\\System32\\nvidia-smi.exe"]);
    expect(shown(observation, "nvidia_smi_temperature_gpu")).toEqual(['nvidia_smi_temperature_gpu{uuid="GPU-1"} 61']);
    expect(failedCollectors(observation)).toEqual([]);
    const context = probeContext();
    expect(failedCollectors(await run(undefined, context))).toEqual(["gpu"]);
    expect(context.notes).toEqual(["collector gpu: this machine has no GPU of NVIDIA"]);
    expect(asked.at(-1)?.[0]).toBe("C:\\Program Files\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe");
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

describe("the script for PowerShell", () => {
  it("is one line of ASCII, so that no console cuts it and no code page changes it", () => {
    expect(windowsScript.prelude).toMatch(/^[\x20-\x7e]+$/);
    expect(windowsScript.question(7, "net tcpv4")).toBe("Read-Watchfire 7 'net tcpv4'");
  });

  it("has its brackets and quotes closed, and selects what it asked for", () => {
    const bare = windowsScript.prelude.replace(/'[^']*'/g, "").replace(/"[^"]*"/g, "");
    expect(bare).not.toMatch(/["']/);
    for (const [open_, close] of ["{}", "()", "[]"]) {
      expect(bare.split(open_ as string).length).toBe(bare.split(close as string).length);
    }
    const asked = [...windowsScript.prelude.matchAll(/-Property (\S+) -Op\S+ \d+\|Select-Object (\S+?)\}/g)];
    expect(asked.length).toBe(Object.keys(queries).length - 1);
    for (const [, properties, selected] of asked) expect(properties).toBe(selected);
  });

  it.each([
    ['{"watchfire":7,"rows":{}}', true],
    ['{"rows":{},"watchfire":7}', true],
    ['{"watchfire":77,"rows":{}}', false],
    ['{"rows":{"a":"\\"watchfire\\":7,"},"watchfire":6}', false],
    ['PS C:\\> {"watchfire":7}', false],
  ])("knows whether %s is the answer to question 7", (line, is) => {
    expect(windowsScript.isAnswer(line, 7)).toBe(is);
  });
});

describe("probes/host with a process in PowerShell's place", () => {
  let fake: FakePowerShell;
  beforeEach(() => {
    fake = new FakePowerShell(windowsRows);
  });
  afterEach(() => fake.remove());

  it.each(["hangs", "babbles", "complains"] as const)(
    "reports failure and no earlier value of a process that %s, and never has a second one",
    async (mode) => {
      const clock = new FakeClock();
      const probe = open(createPowerShell(clock, fake.command));
      expect(shown(await probe.run(probeContext()), "windows_service_state")).toHaveLength(28);
      fake.set(mode);
      const ended = { is: false };

      const running = probe.run(probeContext()).finally(() => {
        ended.is = true;
      });
      await expect
        .poll(async () => {
          await clock.advance(1000);
          expect(fake.alive).toBeLessThanOrEqual(1);
          return ended.is;
        })
        .toBe(true);

      const observation = await running;
      expect(shown(observation, "windows_service_state")).toEqual([]);
      expect(failedCollectors(observation)).toEqual(expect.arrayContaining(["cpu", "service", "net"]));
      expect(shown(observation, "windows_cpu_logical")).toEqual(["windows_cpu_logical_processor{} 2"]);
      await probe.close();
      await expect.poll(() => fake.alive).toBe(0);
      expect(fake.starts).toBe(1);
    },
  );

  it("reads, survives a crash without stale values, reads again, and leaves no process", async () => {
    const clock = new FakeClock();
    const probe = open(createPowerShell(clock, fake.command));
    const services = async () => shown(await probe.run(probeContext()), "windows_service_state").length;

    expect(await services()).toBe(28);
    fake.set("crashes");
    expect(await services()).toBe(0);
    fake.set("answers");
    expect(await services()).toBe(0);
    await clock.advance(10_000);
    expect(await services()).toBe(28);
    expect([fake.starts, fake.alive]).toEqual([2, 1]);
    await probe.close();
    await expect.poll(() => fake.alive).toBe(0);
  });
});
