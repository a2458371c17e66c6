import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeClock } from "../../../test/support/fakes/fake-clock.ts";
import { InventoryProcess } from "./inventory-process.ts";

const platformModule = JSON.stringify(new URL("./inventory-process.ts", import.meta.url).href);
const never = new AbortController().signal;
let directory = "";

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "watchfire-inventory-"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(directory, { recursive: true, force: true });
});

async function entryOf(source: string): Promise<URL> {
  const path = join(directory, "entry.mjs");
  await writeFile(path, source);
  return pathToFileURL(path);
}

/** An entry that blocks its thread on a command; the command writes its process id. */
async function blocking(): Promise<Readonly<{ entry: URL; commandPid(): Promise<number> }>> {
  const pidPath = join(directory, "pid");
  const command = JSON.stringify(`echo $$ > ${pidPath}.new; mv ${pidPath}.new ${pidPath}; exec sleep 600`);
  const entry = await entryOf(`import { execSync } from "node:child_process"; execSync(${command});`);
  return {
    entry,
    async commandPid() {
      await expect.poll(() => existsSync(pidPath), { timeout: 10_000 }).toBe(true);
      return Number(await readFile(pidPath, "utf8"));
    },
  };
}

async function isRunning(pid: number): Promise<boolean> {
  const state = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return state !== "" && !state.includes(") Z ");
}

const onLinux = it.runIf(process.platform === "linux");

describe("platform/processes/inventory-process", () => {
  it("hands over what the process tells", async () => {
    const entry = await entryOf(
      `import { answerParent } from ${platformModule}; await answerParent(async () => ({ unanswered: ["disks"] }));`,
    );

    const read = await new InventoryProcess({ entry, clock: new FakeClock(), limitMs: 60_000 }).read(never);

    expect(read).toEqual({ ok: true, inventory: { unanswered: ["disks"] } });
  });

  it("keeps the daemon's environment from the process, but for what commands need", async () => {
    vi.stubEnv("DATABASE_PASSWORD", "hunter2");
    vi.stubEnv("NODE_OPTIONS", "--no-warnings");
    const entry = await entryOf("process.send(Object.keys(process.env));");

    const read = await new InventoryProcess({ entry, clock: new FakeClock(), limitMs: 60_000 }).read(never);

    const names = read.ok ? (read.inventory as unknown as readonly string[]) : [];
    expect(names.some((name) => name.toUpperCase() === "PATH")).toBe(true);
    expect(names).not.toContain("DATABASE_PASSWORD");
    expect(names).not.toContain("NODE_OPTIONS");
  });

  it("says how a process ended that told nothing", async () => {
    const entry = await entryOf("process.exit(3);");

    const read = await new InventoryProcess({ entry, clock: new FakeClock(), limitMs: 60_000 }).read(never);

    expect(read).toEqual({ ok: false, reason: "ended", detail: "ended without an answer (exit code 3)" });
  });

  onLinux("kills a process that blocks on a command, and the command, at the limit", async () => {
    const clock = new FakeClock();
    const { entry, commandPid } = await blocking();
    const reading = new InventoryProcess({ entry, clock, limitMs: 60_000 }).read(never);
    const pid = await commandPid();

    await clock.advance(60_000);

    expect(await reading).toEqual({ ok: false, reason: "timeout", detail: "no answer within 60 s" });
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });

  onLinux("kills both when the reading is called off, and starts none afterwards", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    const { entry, commandPid } = await blocking();
    const source = new InventoryProcess({ entry, clock, limitMs: 60_000 });
    const reading = source.read(stop.signal);
    const pid = await commandPid();

    stop.abort();

    expect(await reading).toMatchObject({ ok: false, reason: "stopped" });
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
    expect(await source.read(stop.signal)).toMatchObject({ ok: false, reason: "stopped" });
    expect(clock.pendingTimers).toBe(0);
  });

  onLinux("kills a command that still hangs when the rest was told", async () => {
    const entry = await entryOf(`
      import { exec } from "node:child_process";
      import { answerParent } from ${platformModule};
      const command = exec("exec sleep 600");
      await answerParent(async () => ({ unanswered: [], pid: command.pid }));`);

    const read = await new InventoryProcess({ entry, clock: new FakeClock(), limitMs: 60_000 }).read(never);

    const { pid } = (read.ok ? read.inventory : {}) as unknown as { pid: number };
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => isRunning(pid), { timeout: 10_000 }).toBe(false);
  });

  it("answers although a callback of a command throws", async () => {
    const entry = await entryOf(`
      import { exec } from "node:child_process";
      import { answerParent } from ${platformModule};
      const thrown = () => new Promise((resolve) => exec("echo", () => { setImmediate(resolve); throw new Error("x"); }));
      await answerParent(async () => { await thrown(); return { unanswered: ["bios"] }; });`);

    const read = await new InventoryProcess({ entry, clock: new FakeClock(), limitMs: 60_000 }).read(never);

    expect(read).toEqual({ ok: true, inventory: { unanswered: ["bios"] } });
  });

  it("ends with its parent", async () => {
    const entry = await entryOf(`
      import { answerParent } from ${platformModule};
      await answerParent(() => { setInterval(() => {}, 1000); process.send("begun"); return new Promise(() => {}); });`);
    const child: ChildProcess = fork(entry, { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
    await new Promise((resolve) => child.once("message", resolve));

    child.disconnect();

    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
  });
});
