import { Worker, type WorkerOptions } from "node:worker_threads";

/** Where threads of one kind come from. Each waits for a first message, which `take` sends, so that it can load its code before there is work. */
export type ThreadSupply = Readonly<{
  /** Starts threads that load their code meanwhile; they keep no process alive. */
  prepare(count: number): void;
  /** Returns a thread with its first message sent: a prepared one where there is one. */
  take(first: unknown): Worker;
}>;

/** Makes a supply of threads that run the file. */
export function threadSupply(url: URL, options: WorkerOptions): ThreadSupply {
  const prepared: Worker[] = [];
  return {
    prepare(count) {
      for (let made = 0; made < count; made += 1) {
        const worker = new Worker(url, options);
        // One that does not load is made again by `take`, where somebody listens.
        worker.on("error", ignore);
        worker.unref();
        prepared.push(worker);
      }
    },
    take(first) {
      const ready = prepared.shift();
      const worker = ready === undefined || hasEnded(ready) ? new Worker(url, options) : ready;
      worker.off("error", ignore);
      worker.ref();
      // A transfer list tells the linter that this is no window.
      worker.postMessage(first, []);
      return worker;
    },
  };
}

function ignore(): void {}

function hasEnded(worker: Worker): boolean {
  return worker.threadId === -1;
}
