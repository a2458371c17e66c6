import type { ChildProcess } from "node:child_process";
import type { DatabaseEvent, DatabaseJob, DatabaseSession, Databases } from "../../core/ports/databases.ts";
import { startWorkProcess } from "../processes/work-process.ts";

/** What the parent tells the driver's process. */
export type ParentMessage = Readonly<
  { kind: "job"; job: DatabaseJob } | { kind: "bytes"; bytes: Uint8Array } | { kind: "end" }
>;

const mostHeapMb = 128;
const lastKinds: ReadonlySet<DatabaseEvent["kind"]> = new Set(["missing", "unstarted", "broken", "end"]);
/** Each takes some 50 MB. */
const mostAtOnce = 8;

/**
 * Runs each session in a process: a query in SQLite cannot be ended from within, a driver that is fed garbage may throw anywhere,
 * and neither may reach the daemon.
 */
export class DatabaseProcesses implements Databases {
  readonly #entry: URL;
  readonly #waiting = new Set<ProcessSession>();
  #running = 0;

  /** @param entry module that calls `serveDatabase`. */
  constructor(entry: URL) {
    this.#entry = entry;
  }

  open(job: DatabaseJob, signal: AbortSignal): DatabaseSession {
    const session = new ProcessSession(job, signal, (wasStarted) => {
      this.#waiting.delete(session);
      if (wasStarted) this.#running -= 1;
      this.#startNext();
    });
    if (!signal.aborted) this.#waiting.add(session);
    this.#startNext();
    return session;
  }

  #startNext(): void {
    for (const session of this.#waiting) {
      if (this.#running >= mostAtOnce) return;
      this.#waiting.delete(session);
      this.#running += 1;
      session.start(this.#entry);
    }
  }
}

class ProcessSession implements DatabaseSession {
  readonly #job: DatabaseJob;
  readonly #signal: AbortSignal;
  readonly #onEnd: (wasStarted: boolean) => void;
  readonly #events: DatabaseEvent[] = [];
  readonly #onAbort = (): void => this.close();
  #isStarted = false;
  #child: ChildProcess | undefined;
  #waiting: ((event: DatabaseEvent) => void) | undefined;
  #last: DatabaseEvent | undefined;

  constructor(job: DatabaseJob, signal: AbortSignal, onEnd: (wasStarted: boolean) => void) {
    this.#job = job;
    this.#signal = signal;
    this.#onEnd = onEnd;
    if (signal.aborted) this.#last = { kind: "end" };
    else signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  start(entry: URL): void {
    this.#isStarted = true;
    this.#child = startWorkProcess(entry, mostHeapMb, {
      onMessage: (event) => this.#take(event as DatabaseEvent),
      onUnstarted: (detail) => this.#take({ kind: "unstarted", detail }),
      onExit: (how) => this.#take({ kind: "broken", detail: `its process ended (${how})` }),
    });
    this.#tell({ kind: "job", job: this.#job });
  }

  next(): Promise<DatabaseEvent> {
    const event = this.#events.shift() ?? this.#last;
    if (event !== undefined) return Promise.resolve(event);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  give(bytes: Uint8Array): void {
    this.#tell({ kind: "bytes", bytes });
  }

  giveEnd(): void {
    this.#tell({ kind: "end" });
  }

  close(): void {
    this.#take({ kind: "end" });
    this.#events.length = 0;
  }

  #tell(message: ParentMessage): void {
    // The process may have ended meanwhile; its exit tells that.
    if (this.#last === undefined && this.#child?.connected === true) this.#child.send(message, () => {});
  }

  #take(event: DatabaseEvent): void {
    if (this.#last !== undefined) return;
    if (lastKinds.has(event.kind)) {
      this.#last = event;
      this.#signal.removeEventListener("abort", this.#onAbort);
      this.#child?.kill("SIGKILL");
      this.#onEnd(this.#isStarted);
    }
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting !== undefined) waiting(event);
    else if (this.#last === undefined) this.#events.push(event);
  }
}
