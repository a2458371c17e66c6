import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readlinkSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KeptKernelFiles } from "./kernel-files.ts";

describe.runIf(process.platform === "linux")("platform/kernel-files", () => {
  let kept: KeptKernelFiles;

  beforeEach(() => {
    kept = new KeptKernelFiles();
  });

  afterEach(() => kept.close());

  it("keeps a file of the kernel open and gives what it tells at each reading, whole", () => {
    // A file of its own name, so that what other tests of this process open does not count.
    const path = "/proc/sys/kernel/random/uuid";

    const first = kept.read(path);

    expect(first).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(openTimes(path)).toBe(1);
    expect(kept.read(path)).not.toBe(first);
    expect(openTimes(path)).toBe(1);
    expect(kept.read("/proc/self/smaps")?.length).toBeGreaterThan(64 * 1024);
    kept.close();
    expect(openTimes(path)).toBe(0);
    expect(kept.read(path)).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(openTimes(path)).toBe(0);
  });

  it("reads settings of the kernel also after a file of some megabytes", () => {
    const directory = mkdtempSync(join(tmpdir(), "watchfire-kernel-"));
    writeFileSync(join(directory, "large"), Buffer.alloc(5 * 1024 * 1024, "x"));

    expect(kept.read(join(directory, "large"))).toHaveLength(4 * 1024 * 1024);

    expect(kept.read("/proc/sys/kernel/random/boot_id")).toMatch(/^[0-9a-f-]{36}\n$/);
    rmSync(directory, { recursive: true });
  });

  it("closes what a whole reading did not ask for, such as the files of a device that is gone", () => {
    const [always, once] = ["/proc/sys/kernel/random/uuid", "/proc/sys/kernel/random/poolsize"];
    kept.read(always);
    kept.read(once);
    kept.closeUnused();
    expect([openTimes(always), openTimes(once)]).toEqual([1, 1]);

    kept.read(always);
    kept.closeUnused();

    expect([openTimes(always), openTimes(once)]).toEqual([1, 0]);
    expect(kept.read(once)).toMatch(/^\d+\n$/);
  });

  it("opens what it was told to forget anew", () => {
    const path = "/proc/sys/kernel/random/boot_id";
    kept.read(path);

    kept.forget("/proc/sys/kernel/rand");
    expect(openTimes(path)).toBe(1);
    kept.forget("/proc/sys/kernel/random");

    expect(openTimes(path)).toBe(0);
    expect(kept.read(path)).toMatch(/^[0-9a-f-]{36}\n$/);
  });

  it("gives undefined once what a file told of has ended, and keeps nothing of it open", async () => {
    const child = spawn("sleep", ["600"], { stdio: "ignore" });
    await once(child, "spawn");
    const path = `/proc/${child.pid}/stat`;
    expect(kept.read(path)).toContain("(sleep)");

    child.kill("SIGKILL");
    await once(child, "exit");

    expect(kept.read(path)).toBeUndefined();
    expect(openTimes(path)).toBe(0);
  });

  it("gives undefined for what the kernel refuses to tell, each time it is asked", () => {
    // Reading one's own memory from its start is refused.
    expect([kept.read("/proc/self/mem"), kept.read("/proc/self/mem")]).toEqual([undefined, undefined]);
    expect(kept.read("/proc/no-such-file")).toBeUndefined();
    expect(kept.read("/proc/self")).toBeUndefined();
  });

  it("reads a file on a disk anew each time, as another may have come in its place", () => {
    const directory = mkdtempSync(join(tmpdir(), "watchfire-kernel-"));
    const path = join(directory, "file");
    writeFileSync(path, "old");
    writeFileSync(`${path}.new`, "new");

    expect(kept.read(path)).toBe("old");
    renameSync(`${path}.new`, path);

    expect(kept.read(path)).toBe("new");
    rmSync(directory, { recursive: true });
  });

  it("keeps no more than 256 files open and reads the others all the same", () => {
    const before = readdirSync("/proc/self/fd").length;
    const ids = Array.from({ length: 300 }, (_, index) => `/proc/self/net/../net/${"./".repeat(index)}dev`);

    const texts = new Set(ids.map((path) => kept.read(path)?.split("\n")[0]));

    expect([...texts]).toEqual([expect.stringContaining("Inter-")]);
    expect(readdirSync("/proc/self/fd").length - before).toBeLessThanOrEqual(256);
  });
});

function openTimes(path: string): number {
  return readdirSync("/proc/self/fd").filter((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      // The listing's own has ended meanwhile.
      return false;
    }
  }).length;
}
