import { type ChildProcess, fork } from "node:child_process";
import { messageOf } from "../../core/errors.ts";
import { programEnvironment } from "./child-programs.ts";

/** Who hears of a process that works for us. */
export type WorkEars = Readonly<{
  onMessage(message: unknown): void;
  /** No process could be started, for want of what this machine has. */
  onUnstarted(detail: string): void;
  onExit(how: string): void;
}>;

/** Starts a process of ours for work that may not come to an end, or may take its process down; undefined when it cannot be started at once. */
export function startWorkProcess(entry: URL, mostHeapMb: number, ears: WorkEars): ChildProcess | undefined {
  try {
    const child = fork(entry, {
      serialization: "advanced",
      env: programEnvironment({}),
      execArgv: [`--max-old-space-size=${mostHeapMb}`],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    child.on("message", (message) => ears.onMessage(message));
    child.once("error", (error) => ears.onUnstarted(messageOf(error)));
    child.once("exit", (code, name) => ears.onExit(name ?? `exit code ${code}`));
    return child;
  } catch (error) {
    ears.onUnstarted(messageOf(error));
    return undefined;
  }
}
