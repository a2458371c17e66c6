import { describe, expect, it } from "vitest";
import { scraped } from "../../../../test/support/worlds/host-source.ts";

const units = `init.scope                        loaded    active   running      System and Service Manager
nginx.service                     loaded    active   running      A high performance web server
shop-sync.service                 loaded    failed   failed       Sync of the shop
flapping.service                  loaded    activating auto-restart Comes and goes
systemd-fsck@dev-disk-by\\x2duuid.service loaded inactive dead     File System Check
gone.service                      not-found inactive dead         gone.service
-.mount                           loaded    active   mounted      Root Mount
daily.timer                       loaded    active   waiting      Daily
`;
const services = `Type=notify
NRestarts=0
Id=nginx.service

Type=oneshot
NRestarts=0
Id=shop-sync.service

Type=simple
NRestarts=17
Id=flapping.service

Type=
NRestarts=[not set]
Id=gone.service
`;
const systemctl = {
  "systemctl list-units": units,
  "systemctl show --no-pager --property=Id": services,
  "systemctl show --no-pager --property=SystemState": "SystemState=degraded\n",
};

describe("probes/host/collectors/systemd", () => {
  it("tells state and restarts under node_exporter's names, without the kinds of units that it leaves out", async () => {
    const lines = await scraped("systemd", { files: {}, commands: systemctl });

    expect(lines.filter((line) => line.startsWith("node_systemd_unit_state") && line.endsWith(" 1"))).toEqual([
      'node_systemd_unit_state{name="nginx.service",state="active",type="notify"} 1',
      'node_systemd_unit_state{name="shop-sync.service",state="failed",type="oneshot"} 1',
      'node_systemd_unit_state{name="flapping.service",state="activating",type="simple"} 1',
      'node_systemd_unit_state{name="systemd-fsck@dev-disk-by\\x2duuid.service",state="inactive",type=""} 1',
      'node_systemd_unit_state{name="gone.service",state="inactive",type=""} 1',
      'node_systemd_unit_state{name="daily.timer",state="active",type=""} 1',
    ]);
    expect(lines.filter((line) => !line.startsWith("node_systemd_unit_state"))).toEqual([
      'node_systemd_service_restart_total{name="nginx.service"} 0',
      'node_systemd_service_restart_total{name="shop-sync.service"} 0',
      'node_systemd_service_restart_total{name="flapping.service"} 17',
      'node_systemd_units{state="active"} 4',
      'node_systemd_units{state="activating"} 1',
      'node_systemd_units{state="deactivating"} 0',
      'node_systemd_units{state="failed"} 1',
      'node_systemd_units{state="inactive"} 2',
      "node_systemd_system_running 0",
    ]);
  });

  it("is absent without systemd, fails when systemctl does, and when it lists nothing", async () => {
    const told = (detail: string) => ({ "systemctl list-units": { ok: false, isMissing: false, detail } as const });
    const booted = "systemctl ended with 1: System has not been booted with systemd as init system (PID 1).";

    expect(await scraped("systemd", { files: {} })).toEqual(["absent"]);
    expect(await scraped("systemd", { files: {}, commands: told(booted) })).toEqual(["absent"]);
    expect(await scraped("systemd", { files: {}, commands: told("it did not end in time") })).toEqual(["permission"]);
    const empty = { ...systemctl, "systemctl list-units": "\n" };
    expect(await scraped("systemd", { files: {}, commands: empty })).toEqual(["parse"]);
  });
});

describe("probes/host/collectors/timex", () => {
  const told = (text: string) => scraped("timex", { files: {}, commands: { perl: text } });

  it("tells the clock's error in microseconds or nanoseconds", async () => {
    const micro = await told("0 -1500 65536000 250000 120 1 7 1 32768000 10000 0 0 0 0 0 0 0 0 37\n");
    const nano = await told("0 -1500 0 250000 120 8193 7 1 32768000 10000 0 0 0 0 0 0 0 0 37\n");

    expect(micro).toEqual(
      expect.arrayContaining([
        "node_timex_offset_seconds -0.0015",
        "node_timex_sync_status 1",
        "node_timex_maxerror_seconds 0.25",
        "node_timex_frequency_adjustment_ratio 1.001",
        "node_timex_tick_seconds 0.01",
        "node_timex_tai_offset_seconds 37",
      ]),
    );
    expect(micro).toHaveLength(17);
    expect(nano).toContain("node_timex_offset_seconds -0.0000015");
  });

  it("says that the clock is not synchronised, and leaves out an offset that virtual machines make up", async () => {
    const lines = await told("5 4294967296 0 16000000 16000000 8256 2 1 32768000 10000 0 0 0 0 0 0 0 0 0\n");

    expect(lines).toContain("node_timex_sync_status 0");
    expect(lines.join("\n")).not.toContain("node_timex_offset_seconds");
  });

  it("is absent without perl, and fails where the call is not allowed or not understood", async () => {
    expect(await scraped("timex", { files: {} })).toEqual(["absent"]);
    expect(await told("-1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n")).toEqual(["permission"]);
    expect(await told("5 0\n")).toEqual(["parse"]);
  });
});

describe("probes/host/collectors/gpu", () => {
  // As nvidia-smi's documentation and users show it; taken from no machine here.
  const cards =
    "GPU-88fdf9c3-0f4c-0b2b-9d65-000000000001, 0, 550.54.15, NVIDIA L4, 47, 35, 12, 23034, 1024, 28.62, [N/A], 0\nGPU-88fdf9c3-0f4c-0b2b-9d65-000000000002, 1, 550.54.15, NVIDIA GeForce RTX 4090, 71, 100, 80, 24564, 24000, [Not Supported], 63, [N/A]\n";

  it("tells heat, use, memory and power of each card, and nothing that a card does not have", async () => {
    const lines = await scraped("gpu", { files: {}, commands: { "nvidia-smi": cards } });

    const first = (name: string) => lines.filter((line) => line.startsWith(`${name}{`));
    expect(first("nvidia_smi_gpu_info")[0]).toBe(
      'nvidia_smi_gpu_info{driver_version="550.54.15",index="0",name="NVIDIA L4",uuid="GPU-88fdf9c3-0f4c-0b2b-9d65-000000000001"} 1',
    );
    expect(first("nvidia_smi_temperature_gpu").map((line) => line.split(" ")[1])).toEqual(["47", "71"]);
    expect(first("nvidia_smi_utilization_gpu_ratio").map((line) => line.split(" ")[1])).toEqual(["0.35", "1"]);
    expect(first("nvidia_smi_memory_used_bytes").map((line) => line.split(" ")[1])).toEqual([
      String(1024 * 2 ** 20),
      String(24_000 * 2 ** 20),
    ]);
    expect([first("nvidia_smi_power_draw_watts").length, first("nvidia_smi_fan_speed_ratio").length]).toEqual([1, 1]);
  });

  it("is absent without a card or its driver, and fails when the driver does", async () => {
    const told = (detail: string) => ({ "nvidia-smi": { ok: false, isMissing: false, detail } as const });

    expect(await scraped("gpu", { files: {} })).toEqual(["absent"]);
    expect(await scraped("gpu", { files: {}, commands: told("No devices were found") })).toEqual(["absent"]);
    expect(await scraped("gpu", { files: {}, commands: told("ended with 9: couldn't communicate") })).toEqual([
      "permission",
    ]);
    expect(await scraped("gpu", { files: {}, commands: { "nvidia-smi": "Unknown Error\n" } })).toEqual(["parse"]);
  });
});
