import { describe, expect, it } from "vitest";
import { probeContext, probeIo } from "../../../../test/support/worlds/probe-harness.ts";
import {
  answering,
  failedCollectors,
  lineOf,
  open,
  shown,
  windows,
} from "../../../../test/support/worlds/windows-host.ts";
import { windowsRows } from "../../../../test/support/worlds/windows-rows.ts";
import type { Files } from "../../../core/ports/files.ts";
import type { Programs } from "../../../core/ports/programs.ts";
import { host } from "../host.ts";
import { hostOptionsSchema } from "../options.ts";
import { windowsCollectors } from "./collectors/index.ts";
import { queries } from "./queries.ts";

describe("probes/host/windows/collectors", () => {
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
});
