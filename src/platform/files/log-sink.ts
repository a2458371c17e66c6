import { fstatSync, write } from "node:fs";
import { Socket } from "node:net";

const longestBacklogBytes = 4 * 1024 * 1024;
const pollMs = 20;

type Outlet = (text: string, done: () => void) => void;

/**
 * Writes lines to a file descriptor without ever waiting for it: a reader that is blocked, a full disk or a closed pipe lose lines,
 * never the daemon's time, and cannot keep the process from ending.
 */
export class LogSink {
  readonly #outlet: Outlet;
  #waiting: string[] = [];
  #waitingBytes = 0;
  #isWriting = false;
  #dropped = 0;

  constructor(fd: number) {
    this.#outlet = outletOf(fd);
  }

  /** Lines that were dropped because nobody took them. */
  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    if (this.#waitingBytes + line.length > longestBacklogBytes) {
      this.#dropped += 1;
      return;
    }
    this.#waiting.push(line);
    this.#waitingBytes += line.length;
    if (!this.#isWriting) this.#next();
  }

  /** Resolves when everything was handed over, or after `withinMs`. */
  async flush(withinMs: number): Promise<void> {
    const endMs = performance.now() + withinMs;
    while (this.#isWriting && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, pollMs));
  }

  #next(): void {
    const text = this.#waiting.join("");
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#isWriting = text !== "";
    if (this.#isWriting) this.#outlet(text, () => this.#next());
  }
}

/** A pipe is written without blocking, which only a socket does; a file by the thread pool. What fails is lost. */
function outletOf(fd: number): Outlet {
  const facts = fstatSync(fd);
  if (!facts.isFIFO() && !facts.isSocket()) return (text, done) => write(fd, text, () => done());
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on("error", () => {});
  socket.unref();
  return (text, done) => {
    if (socket.writable) socket.write(text, () => done());
    else queueMicrotask(done);
  };
}
