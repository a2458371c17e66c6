import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Observation } from "../../../src/core/checks/result.ts";
import type { Files } from "../../../src/core/ports/files.ts";
import type { HostFacts } from "../../../src/core/ports/host-facts.ts";
import { createFiles } from "../../../src/platform/files/files.ts";
import { systemStoredFiles } from "../../../src/platform/files/stored-files.ts";
import { host } from "../../../src/probes/host/host.ts";
import { FakeClock } from "../fakes/fake-clock.ts";
import { linuxFacts } from "./host-source.ts";
import { probeIo } from "./probe-harness.ts";

/** Files of the kernel of a small machine. */
export const procfs: Readonly<Record<string, string>> = {
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

/** Room of its filesystems. */
export const facts = { sizeBytes: 1000, freeBytes: 600, availableBytes: 500, files: 100, filesFree: 40 };

/** A machine whose kernel files lie in a directory of each test; to be called within a describe. */
export function linuxMachine() {
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

  return { open, write, valuesOf, directory: () => directory, clock: () => clock };
}
