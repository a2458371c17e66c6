import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/support/fake-clock.ts";
import { linuxFacts } from "../../../test/support/host-source.ts";
import { probeContext, probeIo } from "../../../test/support/probe-harness.ts";
import { costlyCollectors } from "../../core/host-options.ts";
import type { Files } from "../../core/ports/files.ts";
import type { HostFacts } from "../../core/ports/host-facts.ts";
import type { Observation } from "../../core/result.ts";
import { createFiles } from "../../platform/files.ts";
import { systemStoredFiles } from "../../platform/stored-files.ts";
import { collectors } from "./collectors/index.ts";
import { host } from "./host.ts";
import { hostOptionsSchema } from "./options.ts";

const procfs: Readonly<Record<string, string>> = {
  stat: [
    "cpu  300 0 0 0 0 0 0 0 0 0",
    "cpu0 3848 12 2270 137454 46 1 17 13 5 2",
    "cpu1 100 0 0 200 0 0 0 0 0 0",
    "intr 481545 11 22 33",
    "ctxt 1154639",
    "btime 1795408795",
    "processes 11036",
    "procs_running 3",
    "procs_blocked 1",
    "softirq 1 2 3",
    "",
  ].join("\n"),
  loadavg: "0.04 0.11 0.18 1/98 2345\n",
  meminfo:
    "MemTotal:       24684092 kB\nMemAvailable:   24374360 kB\nActive(anon):       1572 kB\nHugePages_Total:       7\nFromTheFuture:  1 kB\n",
  vmstat: "nr_free_pages 1\npgpgin 2344681\npgfault 4969540\npgmajfault 1768\npgmajfault_x 3\noom_kill 2\n",
  diskstats:
    " 254 0 vda 46487 13638 4689362 23043 26909 31375 4386164 10764 2 8580 35139 13555 68 437008 1168 3936 163\n 254 1 vda1 1 1 1 1 1 1 1 1 1 1 1\n   8 0 old 1 2 3 4 5 6 7 8 9 10 11\n",
  "1/mounts": [
    "proc /proc proc rw 0 0",
    "/dev/vda / ext4 rw,relatime 0 0",
    "/dev/vdb /data\\040disk xfs ro,relatime 0 0",
    "tmpfs /run/lock tmpfs rw,emergency_ro 0 0",
    "filer:/x /net nfs4 rw 0 0",
    "/dev/vda / ext4 rw,relatime 0 0",
    "",
  ].join("\n"),
  "net/dev":
    "Inter-|   Receive  |  Transmit\n face |bytes | bytes\n    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n  eth0:645935385 16197 1 2 3 4 5 6 1096206 10051 7 8 9 10 11 12\n",
  "sysfs/class/net/eth0/statistics/rx_nohandler": "4\n",
  "sys/kernel/domainname": "(none)\n",
  "pressure/cpu":
    "some avg10=0.00 avg60=0.00 avg300=0.24 total=26868126\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n",
  "pressure/irq": "full avg10=0.00 avg60=0.00 avg300=0.00 total=1500000\n",
};

const facts = { sizeBytes: 1000, freeBytes: 600, availableBytes: 500, files: 100, filesFree: 40 };

describe("probes/host", () => {
  let directory: string;
  let clock: FakeClock;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "watchfire-host-"));
    clock = new FakeClock();
    for (const [path, text] of Object.entries(procfs)) write(path, text);
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  function write(path: string, text: string): void {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }

  function open(options: object = {}, ports: Readonly<{ files?: Partial<Files>; facts?: HostFacts }> = {}) {
    const files: Files = { ...createFiles(clock), filesystem: () => Promise.resolve(facts), ...ports.files };
    const io = probeIo({
      storedFiles: systemStoredFiles,
      files,
      hostFacts: ports.facts ?? linuxFacts,
      monotonicMs: () => clock.monotonicMs(),
    });
    return host.open({ procfs: directory, sysfs: join(directory, "sysfs"), ...options }, io);
  }

  function valuesOf(observation: Observation, metric: string): Readonly<Record<string, number>> {
    const found = observation.samples.filter((sample) => sample.metric === metric);
    return Object.fromEntries(found.map((sample) => [Object.values(sample.labels).join(" "), sample.value]));
  }

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

  it("has the collectors that the options name, in that order; the costly ones come last and are off", () => {
    const names = collectors.map((collector) => collector.name);
    expect(names).toEqual([...hostOptionsSchema.parse({}).collectors, ...costlyCollectors]);
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

  it("stays up when a collector fails and says so in a note, but not of what this machine just does not have", async () => {
    write("loadavg", "broken\n");
    rmSync(join(directory, "pressure"), { recursive: true });
    const context = probeContext();

    const observation = await open({ collectors: ["cpu", "loadavg", "pressure", "mdadm", "hwmon"] }).run(context);

    expect(observation.findings).toEqual([]);
    expect(valuesOf(observation, "node_scrape_collector_success")).toEqual({
      cpu: 1,
      loadavg: 0,
      pressure: 0,
      mdadm: 0,
      hwmon: 0,
    });
    expect(valuesOf(observation, "node_load1")).toEqual({});
    expect(context.notes).toEqual([
      "collector loadavg: node_load1 is no number",
      "collector pressure: pressure is not there or may not be read",
    ]);
  });

  it("is up where none of the wanted collectors has anything to read", async () => {
    const context = probeContext();

    const observation = await open({ collectors: ["mdadm", "bonding"] }).run(context);

    expect(observation.findings).toEqual([]);
    expect(context.notes).toEqual([]);
  });

  it.each([{ collectors: ["cpu", "meminfo"] }, { collectors: ["mdadm"] }, { collectors: ["loadavg", "uname"] }, {}])(
    "is unknown where procfs is not: %j",
    async (options) => {
      const observation = await open({ ...options, procfs: join(directory, "missing") }).run(probeContext());

      expect(observation.findings).toMatchObject([{ is: "unknown", reason: "permission" }]);
    },
  );

  it("is unknown on a machine without procfs", async () => {
    const observation = await open({}, { facts: { ...linuxFacts, platform: () => "darwin" } }).run(probeContext());

    expect(observation.findings).toMatchObject([
      { is: "unknown", reason: "driver_missing", detail: expect.stringContaining("darwin") },
    ]);
  });

  it("runs only the wanted collectors, each file read once", async () => {
    const read: string[] = [];
    const files = createFiles(clock);
    const keepKernelFiles: Files["keepKernelFiles"] = () => {
      const kept = files.keepKernelFiles();
      return {
        read(path) {
          read.push(path);
          return kept.read(path);
        },
        forget: (path) => kept.forget(path),
        closeUnused: () => kept.closeUnused(),
        close: () => kept.close(),
      };
    };

    const observation = await open({ collectors: ["stat", "cpu"] }, { files: { keepKernelFiles } }).run(probeContext());

    expect(read).toEqual([join(directory, "stat")]);
    expect(Object.keys(valuesOf(observation, "node_scrape_collector_success"))).toEqual(["cpu", "stat"]);
  });

  it("tells of the device that has a name now, also when the files of another one of it are still open", async () => {
    const files = createFiles(clock);
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
    expect(forgotten).toEqual([join(directory, "sysfs/class/net/eth0")]);
  });

  it("closes the files that a whole reading did not ask for, and none after one that was called off", async () => {
    const done: string[] = [];
    const kept = { read: () => "1", forget() {}, closeUnused: () => void done.push("closed"), close() {} };
    const probe = open({ collectors: ["entropy"] }, { files: { keepKernelFiles: () => kept } });

    await probe.run(probeContext());
    expect(done).toEqual(["closed"]);
    await probe.run(probeContext({ signal: AbortSignal.abort() }));

    expect(done).toEqual(["closed"]);
  });

  it("closes its files when it is closed", async () => {
    let closed = 0;
    const kept = { read: () => "1", forget() {}, closeUnused() {}, close: () => void (closed += 1) };
    const probe = open({ collectors: ["entropy"] }, { files: { keepKernelFiles: () => kept } });
    await probe.run(probeContext());

    await probe.close();

    expect(closed).toBe(1);
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

    const observation = await open({ textfile_directory: join(directory, "text") }).run(context);

    expect(valuesOf(observation, "backup_files")).toEqual({ "": 12 });
    expect(valuesOf(observation, "node_textfile_scrape_error")).toEqual({ "": 1 });
    expect(context.notes).toEqual(expect.arrayContaining([expect.stringContaining("bad.prom: line 1: no number")]));
  });

  it("leaves out nothing when a pattern is empty", async () => {
    const observation = await open({ network_devices_exclude: "" }).run(probeContext());

    expect(Object.keys(valuesOf(observation, "node_network_receive_bytes_total"))).toEqual(["lo", "eth0"]);
  });

  it("never throws and gives only finite values, whatever the kernel's files hold", async () => {
    const paths = Object.keys(procfs);
    const cut = fc.tuple(fc.constantFrom(...paths), fc.nat(400), fc.string({ maxLength: 20 }));
    const mangled = cut.map(([path, at, text]) => `${procfs[path]?.slice(0, at)}${text}${procfs[path]?.slice(at + 3)}`);
    const anyText = fc.oneof(mangled, fc.string(), fc.constant(undefined));
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(anyText), async (texts) => {
        const readKernelFile: Files["readKernelFile"] = () => texts.next().value;

        const kept = { read: readKernelFile, forget() {}, closeUnused() {}, close() {} };

        const observation = await open({}, { files: { readKernelFile, keepKernelFiles: () => kept } }).run(
          probeContext(),
        );

        expect(observation.samples.filter((sample) => !Number.isFinite(sample.value))).toEqual([]);
      }),
    );
  });

  it("refuses a bad pattern, an unknown collector and a relative path", () => {
    const parse = (options: object) => host.options.safeParse(options).error?.issues[0]?.message ?? "";

    expect(parse({ mount_points_exclude: "a(?=b)" })).toContain("is no RE2 pattern");
    expect(parse({ collectors: ["cpu", "disk"] })).toContain("Invalid option");
    expect(parse({ collectors: ["cpu", "cpu"] })).toContain("named twice");
    expect(parse({ procfs: "proc" })).toContain("begins with /");
    expect(() => host.locate("a b")).toThrow("this machine's name");
  });
});
