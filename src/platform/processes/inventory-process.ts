import { type ChildProcess, fork } from "node:child_process";
import { constants, setPriority } from "node:os";
import { messageOf } from "../../core/errors.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Inventory, InventoryRead, InventorySource } from "../../core/ports/inventory.ts";

// What commands need to be found and to run; the rest of our environment may hold secrets.
const passedOn = [
  "PATH",
  "Path",
  "PATHEXT",
  "SystemRoot",
  "SystemDrive",
  "windir",
  "ComSpec",
  "PSModulePath",
  "ProgramFiles",
  "COMPUTERNAME",
  "USERDNSDOMAIN",
  "TEMP",
  "TMP",
];

export type InventoryProcessSettings = Readonly<{
  /** Module that calls `answerParent`. */
  entry: URL;
  clock: Clock;
  /** Time until the process and its commands are killed; at most one minute. */
  limitMs: number;
}>;

/**
 * Reads the inventory in a process of its own with low priority: a thread cannot be ended while it waits for a command, and would keep
 * the daemon from stopping. The process is gone when the promise resolves or soon after, with every command it started.
 */
export class InventoryProcess implements InventorySource {
  readonly #settings: InventoryProcessSettings;

  constructor(settings: InventoryProcessSettings) {
    this.#settings = settings;
  }

  read(signal: AbortSignal): Promise<InventoryRead> {
    const { entry, clock, limitMs } = this.#settings;
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(stopped);
      const child = startChild(entry);
      const end = (read: InventoryRead): void => {
        cancelLimit();
        signal.removeEventListener("abort", onAbort);
        killWithCommands(child);
        resolve(read);
      };
      const onAbort = (): void => end(stopped);
      const cancelLimit = clock.setTimer(limitMs, () =>
        end({ ok: false, reason: "timeout", detail: `no answer within ${limitMs / 1000} s` }),
      );
      signal.addEventListener("abort", onAbort);
      child.once("message", (inventory) => end({ ok: true, inventory: inventory as Inventory }));
      child.once("error", (error) => end({ ok: false, reason: "ended", detail: messageOf(error) }));
      child.once("exit", (code, name) =>
        end({ ok: false, reason: "ended", detail: `ended without an answer (${name ?? `exit code ${code}`})` }),
      );
    });
  }
}

/** Tells the parent process what `make` returns, then waits to be ended by it; ends with the parent. */
export async function answerParent(make: () => Promise<Inventory>): Promise<void> {
  process.once("disconnect", () => process.exit());
  // The library also throws in callbacks of its commands; the question they belong to then ends by its limit.
  process.on("uncaughtException", () => {});
  const inventory = await make();
  process.send?.(inventory);
}

const stopped: InventoryRead = { ok: false, reason: "stopped", detail: "it was called off" };
const hasGroups = process.platform !== "win32";

function startChild(entry: URL): ChildProcess {
  const child = fork(entry, {
    detached: hasGroups,
    env: Object.fromEntries(passedOn.map((name) => [name, process.env[name]])),
    execArgv: [],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It may have ended already, or a sandbox forbids it; then it runs like any other.
  }
  return child;
}

function killWithCommands(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (hasGroups) process.kill(-child.pid, "SIGKILL");
    else child.kill();
  } catch {
    // It ended between our question and the signal.
  }
}
