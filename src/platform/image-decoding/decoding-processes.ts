import type { ChildProcess } from "node:child_process";
import type { Decoded, DecodingSession, ImageDecoding } from "../../core/ports/image-decoding.ts";
import { startWorkProcess } from "../processes/work-process.ts";

/** An image for the process of a decoder. */
export type DecodeJob = Readonly<{ bytes: Uint8Array; mostPixels: number }>;

const mostHeapMb = 128;

/** Decodes in a process: code that reads hostile images is native, and nothing else ends it or bounds what its faults reach. */
export class DecodingProcesses implements ImageDecoding {
  readonly #entry: URL;

  /** @param entry module that calls `serveDecoding`. */
  constructor(entry: URL) {
    this.#entry = entry;
  }

  open(mostPixels: number, signal: AbortSignal): DecodingSession {
    return new ProcessSession(this.#entry, mostPixels, signal);
  }
}

class ProcessSession implements DecodingSession {
  readonly #entry: URL;
  readonly #mostPixels: number;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.close();
  #child: ChildProcess | undefined;
  #before: Promise<unknown> = Promise.resolve();
  #waiting: ((decoded: Decoded) => void) | undefined;
  #isClosed: boolean;

  constructor(entry: URL, mostPixels: number, signal: AbortSignal) {
    this.#entry = entry;
    this.#mostPixels = mostPixels;
    this.#signal = signal;
    this.#isClosed = signal.aborted;
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  decode(bytes: Uint8Array): Promise<Decoded> {
    const decoded = this.#before.then(() => this.#decodeNext(bytes));
    this.#before = decoded;
    return decoded;
  }

  close(): void {
    this.#isClosed = true;
    this.#signal.removeEventListener("abort", this.#onAbort);
    this.#child?.kill("SIGKILL");
    this.#answer({ kind: "closed" });
  }

  #decodeNext(bytes: Uint8Array): Promise<Decoded> {
    if (this.#isClosed) return Promise.resolve({ kind: "closed" });
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#child ??= this.#start();
      this.#child?.send({ bytes, mostPixels: this.#mostPixels } satisfies DecodeJob, () => {});
    });
  }

  #start(): ChildProcess | undefined {
    return startWorkProcess(this.#entry, mostHeapMb, {
      onMessage: (decoded) => this.#answer(decoded as Decoded),
      onUnstarted: (detail) => {
        this.#child = undefined;
        this.#answer({ kind: "unable", because: "local_resources", detail });
      },
      // The next image gets a process of its own.
      onExit: (how) => {
        this.#child = undefined;
        this.#answer({ kind: "broken", problem: `it takes the decoder down (${how})` });
      },
    });
  }

  #answer(decoded: Decoded): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(decoded);
  }
}
