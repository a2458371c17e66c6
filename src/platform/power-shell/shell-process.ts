import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { constants, setPriority } from "node:os";
import { programEnvironment } from "../processes/child-programs.ts";
import { OutputLines } from "./output-lines.ts";

/** Hard limit of what it may write between two answers. */
const mostOutputBytes = 4 * 1024 * 1024;
const shownCharacters = 200;

export type ShellFailure = Readonly<{ reason: "not_found" | "too_much_output" | "ended" | "timeout"; detail: string }>;

export type ShellEvents = Readonly<{
  onLine(line: string): void;
  /** Called once, when the process is gone for certain. */
  onGone(failure: ShellFailure): void;
}>;

/** One PowerShell: what it is told, the lines it writes, and its end. */
export class ShellProcess {
  readonly #events: ShellEvents;
  readonly #lines = new OutputLines();
  readonly #child: ChildProcessWithoutNullStreams | undefined;
  #writtenBytes = 0;
  #complaint = "";
  #failure: ShellFailure | undefined;
  #isGone = false;

  constructor(command: readonly [string, ...string[]], events: ShellEvents) {
    this.#events = events;
    const [program, ...args] = command;
    try {
      const child = spawn(program, args, { shell: false, windowsHide: true, env: programEnvironment({}) });
      this.#child = child;
      this.#listen(child);
      if (child.pid !== undefined) lowerPriority(child.pid);
    } catch (error) {
      queueMicrotask(() => this.#gone(notStarted(error)));
    }
  }

  /** Asked to end, but perhaps not gone yet. */
  get isEnding(): boolean {
    return this.#failure !== undefined;
  }

  tell(line: string): void {
    this.#child?.stdin.write(`${line}\n`);
  }

  /** The output so far was as it should be. */
  forgive(): void {
    this.#writtenBytes = 0;
    this.#complaint = "";
  }

  /** Ends it; `onGone` follows. */
  kill(failure: ShellFailure): void {
    if (this.#failure !== undefined) return;
    this.#failure = { ...failure, detail: this.#withComplaint(failure.detail) };
    // The end of its input ends it, too, where a signal does not.
    this.#child?.stdin.end();
    this.#child?.kill("SIGKILL");
  }

  #listen(child: ChildProcessWithoutNullStreams): void {
    // First of all: without descriptors left it has no streams to listen to.
    child.once("error", (error) => {
      if (child.pid === undefined) this.#gone(notStarted(error));
    });
    child.stdout.on("data", (bytes: Buffer) => {
      if (!this.#counts(bytes)) return;
      for (const line of this.#lines.push(bytes)) if (!this.isEnding) this.#events.onLine(line);
    });
    child.stderr.on("data", (bytes: Buffer) => {
      if (this.#counts(bytes) && this.#complaint.length < shownCharacters) this.#complaint += bytes.toString("utf8");
    });
    // It may be gone before it has read what it is told.
    child.stdin.on("error", () => {});
    child.once("exit", (code, name) =>
      this.#gone({
        reason: "ended",
        detail: this.#withComplaint(`it ended by itself (${name ?? `exit code ${code}`})`),
      }),
    );
  }

  #counts(bytes: Buffer): boolean {
    this.#writtenBytes += bytes.length;
    if (this.isEnding) return false;
    if (this.#writtenBytes <= mostOutputBytes) return true;
    this.kill({ reason: "too_much_output", detail: `it wrote more than ${mostOutputBytes} bytes without an answer` });
    return false;
  }

  #withComplaint(detail: string): string {
    const complaint = this.#complaint.replace(/\s+/g, " ").trim().slice(0, shownCharacters);
    return complaint === "" ? detail : `${detail}: ${complaint}`;
  }

  #gone(failure: ShellFailure): void {
    if (this.#isGone) return;
    this.#isGone = true;
    const final = this.#failure ?? failure;
    this.#failure = final;
    this.#events.onGone(final);
  }
}

function notStarted(error: unknown): ShellFailure {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  const reason = code === "ENOENT" ? "not_found" : "ended";
  return { reason, detail: `PowerShell could not be started (${code})` };
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It may have ended already, or a sandbox forbids it; then it runs like any other.
  }
}
