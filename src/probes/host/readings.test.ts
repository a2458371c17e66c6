import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { facts, linuxMachine } from "../../../test/support/worlds/linux-machine.ts";
import { probeContext } from "../../../test/support/worlds/probe-harness.ts";
import type { Files } from "../../core/ports/files.ts";
import { createFiles } from "../../platform/files/files.ts";

describe("probes/host readings", () => {
  const { open, write, valuesOf, ...machine } = linuxMachine();

  it("reports time, load, memory, paging and kernel counters", async () => {
    const observation = await open().run(probeContext());

    expect(observation.findings).toEqual([]);
    expect(valuesOf(observation, "node_cpu_seconds_total")).toMatchObject({
      "0 user": 38.48,
      "0 idle": 1374.54,
      "1 idle": 2,
    });
    expect(valuesOf(observation, "node_cpu_guest_seconds_total")).toMatchObject({ "0 user": 0.05, "0 nice": 0.02 });
    const single = [
      "intr_total",
      "context_switches_total",
      "forks_total",
      "boot_time_seconds",
      "procs_running",
      "procs_blocked",
    ];
    expect(single.map((name) => valuesOf(observation, `node_${name}`)[""])).toEqual([
      481545, 1154639, 11036, 1795408795, 3, 1,
    ]);
    expect(["1", "5", "15"].map((span) => valuesOf(observation, `node_load${span}`)[""])).toEqual([0.04, 0.11, 0.18]);
    expect(valuesOf(observation, "node_memory_MemTotal_bytes")).toEqual({ "": 24684092 * 1024 });
    expect(valuesOf(observation, "node_memory_Active_anon_bytes")).toEqual({ "": 1572 * 1024 });
    expect(valuesOf(observation, "node_memory_HugePages_Total")).toEqual({ "": 7 });
    expect(valuesOf(observation, "node_vmstat_oom_kill")).toEqual({ "": 2 });
    expect(valuesOf(observation, "node_vmstat_pgmajfault")).toEqual({ "": 1768 });
    expect(valuesOf(observation, "node_time_seconds")).toEqual({ "": Date.UTC(2026, 10, 23, 2) / 1000 });
  });

  it("reports disks, network devices and pressure without the excluded ones", async () => {
    const observation = await open().run(probeContext());

    expect(valuesOf(observation, "node_disk_read_bytes_total")).toEqual({ vda: 4689362 * 512, old: 3 * 512 });
    expect(valuesOf(observation, "node_disk_io_time_seconds_total")).toEqual({ vda: 8.58, old: 0.01 });
    expect(valuesOf(observation, "node_disk_flush_requests_total")).toEqual({ vda: 3936 });
    expect(valuesOf(observation, "node_network_receive_bytes_total")).toEqual({ eth0: 645935385 });
    expect(valuesOf(observation, "node_network_receive_nohandler_total")).toEqual({ eth0: 4 });
    expect(valuesOf(observation, "node_network_transmit_compressed_total")).toEqual({ eth0: 12 });
    expect(valuesOf(observation, "node_pressure_cpu_waiting_seconds_total")).toEqual({ "": 26.868126 });
    expect(valuesOf(observation, "node_pressure_irq_stalled_seconds_total")).toEqual({ "": 1.5 });
    expect(valuesOf(observation, "node_pressure_io_waiting_seconds_total")).toEqual({});
    expect(observation.samples.find((sample) => sample.metric === "node_uname_info")?.labels).toEqual({
      domainname: "(none)",
      machine: "x86_64",
      nodename: "web-1",
      release: "6.18.44",
      sysname: "Linux",
      version: "#1 SMP",
    });
  });

  it("reports filesystems once each, with octal names read and read-only seen, network filesystems left out", async () => {
    const observation = await open().run(probeContext());

    expect(valuesOf(observation, "node_filesystem_avail_bytes")).toEqual({
      "/dev/vda / ext4": 500,
      "/dev/vdb /data disk xfs": 500,
      "tmpfs /run/lock tmpfs": 500,
    });
    expect(valuesOf(observation, "node_filesystem_readonly")).toEqual({
      "/dev/vda / ext4": 0,
      "/dev/vdb /data disk xfs": 1,
      "tmpfs /run/lock tmpfs": 1,
    });
  });

  it("shows a device error without sizes for a stuck filesystem and goes on with the others", async () => {
    const filesystem: Files["filesystem"] = (path) => Promise.resolve(path === "/" ? "stuck" : facts);

    const observation = await open({}, { files: { filesystem } }).run(probeContext());

    expect(valuesOf(observation, "node_filesystem_device_error")).toMatchObject({
      "/dev/vda / ext4": 1,
      "/dev/vdb /data disk xfs": 0,
    });
    expect(Object.keys(valuesOf(observation, "node_filesystem_size_bytes"))).not.toContain("/dev/vda / ext4");
    expect(observation.findings).toEqual([]);
  });

  it("says nothing of the room of a filesystem that is late, and that is no error", async () => {
    const filesystem: Files["filesystem"] = (path) => Promise.resolve(path === "/" ? "late" : facts);
    const context = probeContext();

    const observation = await open({}, { files: { filesystem } }).run(context);

    const disks = ["/dev/vdb /data disk xfs", "tmpfs /run/lock tmpfs"];
    expect(Object.keys(valuesOf(observation, "node_filesystem_device_error"))).toEqual(disks);
    expect(Object.keys(valuesOf(observation, "node_filesystem_size_bytes"))).toEqual(disks);
    expect(valuesOf(observation, "node_filesystem_readonly")).toMatchObject({ "/dev/vda / ext4": 0 });
    expect(context.notes).toContain("collector filesystem: / has not answered yet; this run is without its room");
  });

  it("ends when the signal aborts while a filesystem hangs", async () => {
    const cancel = new AbortController();
    const filesystem: Files["filesystem"] = () => {
      cancel.abort();
      return new Promise(() => {});
    };

    const observation = await open({}, { files: { filesystem } }).run(probeContext({ signal: cancel.signal }));

    expect(valuesOf(observation, "node_filesystem_device_error")).toEqual({ "/dev/vda / ext4": 1 });
  });

  it("asks for filesystems under the host's root and shows them as the host sees them", async () => {
    write("1/mounts", "/dev/vda /host ext4 rw 0 0\n/dev/vdb /host/data xfs rw 0 0\n");
    const asked: string[] = [];
    const filesystem: Files["filesystem"] = (path) => {
      asked.push(path);
      return Promise.resolve(facts);
    };

    const observation = await open({ rootfs: "/host/" }, { files: { filesystem } }).run(probeContext());

    expect(asked).toEqual(["/host/", "/host/data"]);
    expect(Object.keys(valuesOf(observation, "node_filesystem_size_bytes"))).toEqual([
      "/dev/vda / ext4",
      "/dev/vdb /data xfs",
    ]);
  });

  it("never lets CPU time step back, but starts over when the CPU came back", async () => {
    const probe = open();
    await probe.run(probeContext());

    write("stat", "cpu0 3840 12 2270 137400 40 1 17 13 5 2\n");
    expect(valuesOf(await probe.run(probeContext()), "node_cpu_seconds_total")).toMatchObject({
      "0 idle": 1374.54,
      "0 iowait": 0.46,
    });
    write("stat", "cpu0 1 0 0 10 0 0 0 0 0 0\n");
    expect(valuesOf(await probe.run(probeContext()), "node_cpu_seconds_total")).toMatchObject({
      "0 idle": 0.1,
      "0 user": 0.01,
    });
  });

  it("tells of the device that has a name now, also when the files of another one of it are still open", async () => {
    const files = createFiles(machine.clock());
    const forgotten: string[] = [];
    const keepKernelFiles: Files["keepKernelFiles"] = () => {
      const texts = new Map<string, string | undefined>();
      return {
        read(path) {
          if (!texts.has(path)) texts.set(path, files.readKernelFile(path));
          return texts.get(path);
        },
        forget(below) {
          forgotten.push(below);
          texts.clear();
        },
        closeUnused() {},
        close() {},
      };
    };
    const device = (index: string, mtu: string) => {
      write("sysfs/class/net/eth0/ifindex", index);
      write("sysfs/class/net/eth0/operstate", "up");
      write("sysfs/class/net/eth0/mtu", mtu);
    };
    const probe = open({ collectors: ["netclass", "netdev"] }, { files: { keepKernelFiles } });
    const mtu = async () => valuesOf(await probe.run(probeContext()), "node_network_mtu_bytes");

    device("2", "1500");
    expect([await mtu(), await mtu(), forgotten]).toEqual([{ eth0: 1500 }, { eth0: 1500 }, []]);
    device("3", "9000");
    expect([await mtu(), await mtu()]).toEqual([{ eth0: 9000 }, { eth0: 9000 }]);
    expect(forgotten).toEqual([join(machine.directory(), "sysfs/class/net/eth0")]);
  });

  it.runIf(process.platform === "linux")("knows whether somebody listens on a port of this machine", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const probe = open({
      procfs: "/proc",
      collectors: ["watched_processes"],
      watched_processes: { own: { kind: "port", port } },
    });
    const counted = async () => valuesOf(await probe.run(probeContext()), "namedprocess_namegroup_num_procs");

    expect(await counted()).toEqual({ own: 1 });
    await new Promise((resolve) => server.close(resolve));

    expect(await counted()).toEqual({ own: 0 });
    await probe.close();
  });

  it("reads metrics from text files and tells of those that it does not understand", async () => {
    write("text/good.prom", "backup_files 12\n");
    write("text/bad.prom", "backup files\n");
    const context = probeContext();

    const observation = await open({ textfile_directory: join(machine.directory(), "text") }).run(context);

    expect(valuesOf(observation, "backup_files")).toEqual({ "": 12 });
    expect(valuesOf(observation, "node_textfile_scrape_error")).toEqual({ "": 1 });
    expect(context.notes).toEqual(expect.arrayContaining([expect.stringContaining("bad.prom: line 1: no number")]));
  });

  it("leaves out nothing when a pattern is empty", async () => {
    const observation = await open({ network_devices_exclude: "" }).run(probeContext());

    expect(Object.keys(valuesOf(observation, "node_network_receive_bytes_total"))).toEqual(["lo", "eth0"]);
  });
});
