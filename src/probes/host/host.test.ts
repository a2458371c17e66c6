import { rmSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linuxFacts } from "../../../test/support/worlds/host-source.ts";
import { linuxMachine, procfs } from "../../../test/support/worlds/linux-machine.ts";
import { probeContext } from "../../../test/support/worlds/probe-harness.ts";
import { costlyCollectors } from "../../core/checks/host-options.ts";
import type { Files } from "../../core/ports/files.ts";
import { createFiles } from "../../platform/files/files.ts";
import { collectors } from "./collectors/index.ts";
import { host } from "./host.ts";
import { hostOptionsSchema } from "./options.ts";

describe("probes/host", () => {
  const { open, write, valuesOf, ...machine } = linuxMachine();

  it("has the collectors that the options name, in that order; the costly ones come last and are off", () => {
    const names = collectors.map((collector) => collector.name);
    expect(names).toEqual([...hostOptionsSchema.parse({}).collectors, ...costlyCollectors]);
  });

  it("stays up when a collector fails and says so in a note, but not of what this machine just does not have", async () => {
    write("loadavg", "broken\n");
    rmSync(join(machine.directory(), "pressure"), { recursive: true });
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
      const observation = await open({ ...options, procfs: join(machine.directory(), "missing") }).run(probeContext());

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
    const files = createFiles(machine.clock());
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

    expect(read).toEqual([join(machine.directory(), "stat")]);
    expect(Object.keys(valuesOf(observation, "node_scrape_collector_success"))).toEqual(["cpu", "stat"]);
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
