import { lookup } from "node:dns/promises";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createFiles } from "../../src/platform/files/files.ts";
import { host } from "../../src/probes/host/host.ts";
import { HungMounts } from "../support/daemons/hung-mounts.ts";
import { FakeClock } from "../support/fakes/fake-clock.ts";
import { linuxFacts } from "../support/worlds/host-source.ts";
import { probeContext, probeIo } from "../support/worlds/probe-harness.ts";

const count = 6;

describe("mounts that hang", () => {
  let directory: string;
  let mounts: HungMounts;

  beforeEach(async () => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), "watchfire-hung-")));
    mounts = await HungMounts.make(directory, count);
    mkdirSync(join(directory, "proc/1"), { recursive: true });
    const lines = mounts.paths.map((path) => `hung ${path} fuse rw 0 0`);
    writeFileSync(join(directory, "proc/1/mounts"), [`/dev/vda ${directory} ext4 rw 0 0`, ...lines, ""].join("\n"));
    writeFileSync(join(directory, "proc/loadavg"), "0.5 0.4 0.3 1/98 2345\n");
  });

  afterEach(async () => {
    await mounts.release();
    rmSync(directory, { recursive: true });
  });

  it("cost the run that meets them a quarter of a second each, later ones nothing, and no look-up its thread", async () => {
    const clock = new FakeClock();
    const asked: string[] = [];
    const ask: typeof mounts.ask = (path) => {
      asked.push(path);
      return mounts.ask(path);
    };
    const probe = host.open(
      { procfs: join(directory, "proc"), collectors: ["loadavg", "filesystem", "time"] },
      probeIo({ files: createFiles(clock, ask), hostFacts: linuxFacts, monotonicMs: () => clock.monotonicMs() }),
    );
    const beganMs = clock.monotonicMs();
    const context = probeContext();
    const running = probe.run(context);
    const first = { hasEnded: false };
    void running.then(() => {
      first.hasEnded = true;
    });
    // Each of the mounts that hang is waited for once it is asked; what comes in between is real and takes its time.
    for (let hung = 1; !first.hasEnded; hung += 1) {
      await expect.poll(() => first.hasEnded || asked.length > hung).toBe(true);
      if (!first.hasEnded) await clock.advance(250);
    }
    const met = await running;

    const pending = asked.length - 1;
    expect(pending).toBeGreaterThan(0);
    expect(clock.monotonicMs() - beganMs).toBe(250 * pending);
    expect(context.notes).toEqual(
      mounts.paths.slice(0, pending).map((path) => expect.stringContaining(`${path} has not answered yet`)),
    );
    expect(met.samples.map(({ metric }) => metric)).toEqual(
      expect.arrayContaining(["node_load1", "node_time_seconds", "node_filesystem_avail_bytes"]),
    );
    await clock.advance(15_000);
    const startedMs = clock.monotonicMs();

    const { findings, samples } = await probe.run(probeContext());

    expect(clock.monotonicMs() - startedMs).toBe(0);
    expect(findings).toEqual([]);
    const errors = samples.filter(({ metric }) => metric === "node_filesystem_device_error");
    expect(errors.map(({ labels, value }) => [labels["mountpoint"], value])).toEqual([
      [directory, 0],
      ...mounts.paths.map((path) => [path, 1]),
    ]);
    expect(samples.map(({ metric }) => metric)).toEqual(expect.arrayContaining(["node_load1", "node_time_seconds"]));
    // Both want a thread of the same pool.
    expect((await lookup("localhost")).address).toBeTruthy();
    expect(await readFile(join(directory, "proc/loadavg"), "utf8")).toContain("0.5");
  });
});
