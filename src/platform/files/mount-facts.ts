import { statfs } from "node:fs/promises";
import type { Clock } from "../../core/ports/clock.ts";
import type { Files, FilesystemFacts } from "../../core/ports/files.ts";

const stuckAfterMs = 5000;
/** A run waits so long at least; then twice as long as the mount's last answer took. */
const leastPatienceMs = 250;
/** Libuv's own, where the daemon's start has set no other. */
const usualThreads = 4;
const threads = Number(process.env["UV_THREADPOOL_SIZE"] ?? usualThreads);
/** Half of the pool stays for look-ups and files, however many mounts hang; those that have answered before are asked until one is left. */
const mostHangingForNew = Math.max(1, Math.floor(threads / 2));
const mostHanging = Math.max(1, threads - 1);

type Answer = Awaited<ReturnType<typeof statfs>>;
type Facts = FilesystemFacts | "error";
/** One question to the kernel; `isLate`: somebody has waited for it in vain. */
type Call = { readonly askedMs: number; readonly facts: Promise<Facts>; isLate: boolean };

/** Asks a mount for its room; the real one holds a thread of the pool until the kernel answers. */
export type AskMount = (path: string) => Promise<Answer>;

/**
 * Facts of filesystems. One that hangs is asked once and costs one thread of the pool until it answers; when half of the pool hangs,
 * none is asked that has never answered.
 */
export function createMountFacts(clock: Clock, ask: AskMount = statfs): Files["filesystem"] {
  const calls = new Map<string, Call>();
  const late = new Set<string>();
  /** How long the last answer of a mount took. */
  const tookMs = new Map<string, number>();

  const begin = (path: string): Call => {
    const askedMs = clock.monotonicMs();
    const facts = ask(path)
      .then(factsOf, (): Facts => "error")
      .then((told) => {
        calls.delete(path);
        late.delete(path);
        if (told !== "error") tookMs.set(path, clock.monotonicMs() - askedMs);
        return told;
      });
    const call: Call = { askedMs, facts, isLate: false };
    calls.set(path, call);
    return call;
  };

  return (path, patienceMs) => {
    const known = calls.get(path);
    const most = tookMs.has(path) ? mostHanging : mostHangingForNew;
    if (known === undefined && late.size >= most) return Promise.resolve("stuck");
    const call = known ?? begin(path);
    const leftMs = stuckAfterMs - (clock.monotonicMs() - call.askedMs);
    if (leftMs <= 0) return Promise.resolve("stuck");
    if (call.isLate && patienceMs === undefined) return Promise.resolve("late");
    const usualMs = Math.max(leastPatienceMs, 2 * (tookMs.get(path) ?? 0));
    const waitMs = Math.min(leftMs, patienceMs ?? usualMs);
    return new Promise((resolve) => {
      const cancel = clock.setTimer(waitMs, () => {
        call.isLate = true;
        if (calls.get(path) === call) late.add(path);
        resolve(waitMs === leftMs ? "stuck" : "late");
      });
      void call.facts.then((facts) => {
        cancel();
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
