import type { Worker } from "node:worker_threads";
import { messageOf } from "../core/errors.ts";
import type { Clock } from "../core/ports/clock.ts";
import { formatDuration } from "../core/time/duration.ts";
import type { ProbeOrder, ProbeReport } from "./probe-messages.ts";
import type { ThreadSupply } from "./thread-supply.ts";

const firstBackOffMs = 1000;
const longestBackOffMs = 60_000;
/** A worker tells its figures every 15 s at least: one that is silent for so long hangs in a loop of its own. */
const longestSilenceMs = 60_000;
const watchEveryMs = 15_000;
/** A worker that lived this long has earned a quick restart again. */
const healthyAfterMs = 300_000;

export type ProbeThreadParts = Readonly<{
  clock: Clock;
  threads: ThreadSupply;
  /** Orders that bring a new worker to where the lost one stood. */
  onReady(): readonly ProbeOrder[];
  onReport(report: ProbeReport): void;
  /** The worker is gone; it comes back after `backOffMs`. */
  onCrash(detail: string, backOffMs: number): void;
}>;

/** One probe worker that is started again, ever later, when it crashes. */
export class ProbeThread {
  readonly #parts: ProbeThreadParts;
  #worker: Worker | undefined;
  #ready = false;
  #stopped = false;
  #bornMs = 0;
  #backOffMs = firstBackOffMs;
  #heardMs = 0;
  #cancelRestart: () => void = () => {};
  #cancelWatch: () => void = () => {};

  constructor(parts: ProbeThreadParts) {
    this.#parts = parts;
  }

  /** Resolves when the worker takes orders. @throws {Error} when it ends before: its code does not load. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#spawn(resolve, (error) => {
        this.#stopped = true;
        reject(error);
      });
    });
  }

  /** Sends an order; one that comes while the worker is away is dropped, since `onReady` tells a new worker everything. */
  send(order: ProbeOrder): void {
    if (this.#ready) this.#worker?.postMessage(order);
  }

  get isReady(): boolean {
    return this.#ready;
  }

  /** Ends the worker for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#ready = false;
    this.#cancelRestart();
    this.#cancelWatch();
    await this.#worker?.terminate();
  }

  #spawn(onReady: () => void, onEarlyEnd: (error: Error) => void): void {
    const worker = this.#parts.threads.take("begin");
    this.#worker = worker;
    this.#bornMs = this.#parts.clock.monotonicMs();
    let detail = "it ended by itself";
    worker.on("message", (report: ProbeReport) => {
      this.#heardMs = this.#parts.clock.monotonicMs();
      if (report.kind === "ready") {
        this.#ready = true;
        for (const order of this.#parts.onReady()) this.send(order);
        onReady();
        this.#watch(worker, () => {
          detail = `it said nothing for ${formatDuration(longestSilenceMs)}`;
        });
      }
      this.#parts.onReport(report);
    });
    worker.on("error", (error) => {
      detail = messageOf(error);
    });
    worker.on("exit", () => {
      if (this.#stopped) return;
      if (this.#ready) this.#restartLater(detail);
      else onEarlyEnd(new Error(`a probe worker did not start: ${detail}`));
    });
  }

  #restartLater(detail: string): void {
    const { clock } = this.#parts;
    this.#ready = false;
    this.#cancelWatch();
    if (clock.monotonicMs() - this.#bornMs >= healthyAfterMs) this.#backOffMs = firstBackOffMs;
    const backOffMs = this.#backOffMs;
    this.#backOffMs = Math.min(longestBackOffMs, backOffMs * 2);
    this.#parts.onCrash(detail, backOffMs);
    this.#cancelRestart = clock.setTimer(backOffMs, () =>
      this.#spawn(
        () => {},
        (error) => this.#restartLater(error.message),
      ),
    );
  }

  /** Ends a worker that hangs; its exit starts another. */
  #watch(worker: Worker, onHang: () => void): void {
    const { clock } = this.#parts;
    const setAtMs = clock.monotonicMs();
    this.#cancelWatch = clock.setTimer(watchEveryMs, () => {
      const nowMs = clock.monotonicMs();
      // Who stood still himself has heard nothing either.
      if (nowMs - setAtMs >= 2 * watchEveryMs) this.#heardMs = nowMs;
      if (nowMs - this.#heardMs < longestSilenceMs) return this.#watch(worker, onHang);
      onHang();
      void worker.terminate();
    });
  }
}
