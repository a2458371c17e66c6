import { describe, expect, it } from "vitest";
import { linux } from "../../src/alerting/packs/linux/linux.ts";
import type { Files, FilesystemFacts } from "../../src/core/ports/files.ts";
import { host } from "../../src/probes/host/host.ts";
import { linuxFacts } from "../support/worlds/host-source.ts";
import { type Course, counter, gauge, playPack } from "../support/worlds/pack-world.ts";
import { probeContext, probeIo } from "../support/worlds/probe-harness.ts";

/** What the kernel of a machine tells and how much room its disk has, minute by minute. */
type Machine = Readonly<{
  stealPercent?: number;
  oomKills?: (minute: number) => number;
  leftBytes?: (minute: number) => number;
}>;

const gib = 2 ** 30;
const ticksPerMinute = 6000;
const bootedAtS = Date.UTC(2026, 9, 1) / 1000;

/** A machine with two processors, half of whose time is idle where nobody steals it. */
function kernelFiles(machine: Machine, minute: number): Readonly<Record<string, string>> {
  const percent = (share: number): number => Math.round((minute * ticksPerMinute * share) / 100);
  const steal = machine.stealPercent ?? 0;
  const times = [percent(30), 0, percent(10), percent(60 - steal), 0, 0, 0, percent(steal), 0, 0].join(" ");
  return {
    stat: `cpu  ${times}\ncpu0 ${times}\ncpu1 ${times}\nctxt 1\nbtime ${bootedAtS}\nprocs_running 1\n`,
    loadavg: "0.50 0.40 0.30 1/98 2345\n",
    meminfo: "MemTotal: 8388608 kB\nMemFree: 4194304 kB\nMemAvailable: 6291456 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n",
    vmstat: `pgfault 1\npgmajfault 1\npswpin 0\npswpout 0\noom_kill ${machine.oomKills?.(minute) ?? 0}\n`,
    "1/mounts": "/dev/vda1 / ext4 rw,relatime 0 0\nproc /proc proc rw 0 0\n",
  };
}

function filesOf(machine: Machine, minuteNow: () => number): Files {
  const read = (path: string): string | undefined => kernelFiles(machine, minuteNow())[path.replace("/proc/", "")];
  return {
    readKernelFile: read,
    keepKernelFiles: () => ({ read, forget() {}, closeUnused() {}, close() {} }),
    listKernelDirectory: () => [],
    kernelLink: () => undefined,
    kernelLinkText: () => undefined,
    filesystem(): Promise<FilesystemFacts> {
      const left = machine.leftBytes?.(minuteNow()) ?? 60 * gib;
      const facts = { sizeBytes: 100 * gib, freeBytes: left, availableBytes: left, files: 1e6, filesFree: 9e5 };
      return Promise.resolve(facts);
    },
  };
}

/** Reads the machine once a minute by the host probe, and plays what it said to every rule of the pack. */
async function firingOver(minutes: number, machine: Machine): Promise<readonly (readonly string[])[]> {
  let minute = 0;
  const files = filesOf(machine, () => minute);
  const probe = host.open({}, probeIo({ files, hostFacts: linuxFacts, monotonicMs: () => 0 }));
  const counters = new Set(host.metricsOf({}).flatMap(({ name, type }) => (type === "gauge" ? [] : [name])));
  const told = new Map<string, { course: Course; values: (number | undefined)[] }>();
  for (; minute < minutes; minute += 1) {
    const { findings, samples } = await probe.run(probeContext({ startedAtMs: bootedAtS * 1000 + minute * 60_000 }));
    expect(findings).toEqual([]);
    for (const { metric, labels, value } of samples) {
      const key = `${metric} ${JSON.stringify(labels)}`;
      const values = told.get(key)?.values ?? [];
      const make = counters.has(metric) ? counter : gauge;
      const course = { ...make(metric, () => 0, labels), at: (at: number) => values[at] };
      told.set(key, { course, values });
      values[minute] = value;
    }
  }
  const courses = [...told.values()].map(({ course }) => course);
  return playPack(linux, Object.keys(linux.rules), { minutes, courses });
}

describe("the machine's own alerts, from the kernel's files on", () => {
  it("are silent while it is well", async () => {
    expect((await firingOver(40, {})).flat()).toEqual([]);
  });

  it("tell of a hypervisor that takes its time", async () => {
    expect((await firingOver(40, { stealPercent: 20 })).at(-1)).toEqual(["NodeCPUSteal warning"]);
  });

  it("tell of a full disk, first that it fills and then that it is full", async () => {
    const said = await firingOver(9 * 60, { leftBytes: (minute) => Math.max(0, 45 - minute / 9) * gib });

    expect(said.find((now) => now.length > 0)?.[0]).toMatch(/^NodeFilesystemSpaceFillingUp /);
    expect(said.at(-1)).toEqual(expect.arrayContaining(["NodeFilesystemAlmostOutOfSpace critical"]));
    expect(said.flat().filter((alert) => !/^NodeFilesystem(?:SpaceFillingUp|AlmostOutOfSpace) /.test(alert))).toEqual(
      [],
    );
  });

  it("tell of a process that the kernel killed for its memory, and that it is over in time", async () => {
    const said = await firingOver(90, { oomKills: (minute) => (minute < 20 ? 3 : 4) });

    expect(said[22]).toEqual(["NodeOOMKill warning"]);
    expect(said.slice(0, 19).flat()).toEqual([]);
    expect(said.at(-1)).toEqual([]);
  });
});
