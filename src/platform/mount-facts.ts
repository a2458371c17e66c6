import { statfs } from "node:fs/promises";
import type { Clock } from "../core/ports/clock.ts";
import type { Files, FilesystemFacts } from "../core/ports/files.ts";

const stuckAfterMs = 5000;
/** Libuv's own, where the daemon's start has set no other. */
const usualThreads = 4;
const threads = Number(process.env["UV_THREADPOOL_SIZE"] ?? usualThreads);
/** Half of the pool stays for look-ups and files, however many mounts hang; those that have answered before are asked until one is left. */
const mostHangingForNew = Math.max(1, Math.floor(threads / 2));
const mostHanging = Math.max(1, threads - 1);

type Answer = Awaited<ReturnType<typeof statfs>>;

/** Asks a mount for its room; the real one holds a thread of the pool until the kernel answers. */
export type AskMount = (path: string) => Promise<Answer>;

/**
 * Facts of filesystems. One that hangs is asked once and costs one thread of the pool until it answers; when half of the pool hangs,
 * none is asked that has never answered.
 */
export function createMountFacts(clock: Clock, ask: AskMount = statfs): Files["filesystem"] {
  const underWay = new Set<string>();
  const hanging = new Set<string>();
  const answered = new Set<string>();
  return (path) => {
    const most = answered.has(path) ? mostHanging : mostHangingForNew;
    if (underWay.has(path) || hanging.size >= most) return Promise.resolve("stuck");
    underWay.add(path);
    const answer = ask(path)
      .then(factsOf, (): "error" => "error")
      .finally(() => {
        underWay.delete(path);
        hanging.delete(path);
      });
    return new Promise((resolve) => {
      const cancel = clock.setTimer(stuckAfterMs, () => {
        hanging.add(path);
        resolve("stuck");
      });
      void answer.then((facts) => {
        cancel();
        if (facts !== "error") answered.add(path);
        resolve(facts);
      });
    });
  };
}

function factsOf({ bsize, blocks, bfree, bavail, files, ffree }: Answer): FilesystemFacts {
  return {
    sizeBytes: Number(blocks) * Number(bsize),
    freeBytes: Number(bfree) * Number(bsize),
    availableBytes: Number(bavail) * Number(bsize),
    files: Number(files),
    filesFree: Number(ffree),
  };
}
