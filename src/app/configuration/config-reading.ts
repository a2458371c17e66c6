import type { ConfigOutcome } from "../../config/load-config.ts";
import { threadSupply } from "../thread-supply.ts";
import { threadUrl } from "../thread-url.ts";
import type { ConfigSource } from "./config-source.ts";

/** Threads that read a config; one may be prepared while the main thread loads its own code. */
export const configThreads = threadSupply(threadUrl(import.meta.url, "config-thread"), {});

/** Reads a config in a thread of its own, since parsing ten thousand checks takes seconds. @throws {Error} when the thread breaks off, as it does when the signal aborts. */
export function readInThread(source: ConfigSource, signal?: AbortSignal): Promise<ConfigOutcome> {
  return new Promise((resolve, reject) => {
    const worker = configThreads.take(source);
    signal?.addEventListener("abort", () => void worker.terminate(), { once: true });
    worker.once("message", (outcome: ConfigOutcome) => {
      resolve(outcome);
      void worker.terminate();
    });
    worker.once("error", reject);
    worker.once("exit", () => reject(new Error("the config thread ended without an answer")));
  });
}
