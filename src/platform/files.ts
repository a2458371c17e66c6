import { closeSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import { statfs } from "node:fs/promises";
import type { Clock } from "../core/ports/clock.ts";
import type { Files, FilesystemFacts } from "../core/ports/files.ts";

const largestKernelFileBytes = 4 * 1024 * 1024;
const firstBufferBytes = 64 * 1024;
const pageBytes = 4096;
const stuckAfterMs = 5000;
/** Libuv's own, where the daemon's start has set no other. */
const usualThreads = 4;
const threads = Number(process.env["UV_THREADPOOL_SIZE"] ?? usualThreads);
/** Half of the pool stays for look-ups and files, however many mounts hang; those that have answered before are asked until one is left. */
const mostHangingForNew = Math.max(1, Math.floor(threads / 2));
const mostHanging = Math.max(1, threads - 1);

type Statfs = (path: string) => Promise<Awaited<ReturnType<typeof statfs>>>;

/**
 * The machine's files. Kernel files are read synchronously (they never wait for a disk) and up to 4 MiB;
 * a filesystem that hangs is asked once and costs one thread of the pool until it answers; when half of the pool hangs, none is
 * asked that has never answered.
 */
export function createFiles(clock: Clock, ask: Statfs = statfs): Files {
  const underWay = new Set<string>();
  const hanging = new Set<string>();
  const answered = new Set<string>();
  let buffer = Buffer.allocUnsafe(firstBufferBytes);

  /** Reads into the one buffer, which grows up to the limit; returns how much was read. */
  const fill = (descriptor: number, isOfOnePage: boolean): number => {
    for (let filled = 0; ; ) {
      if (filled === largestKernelFileBytes) return filled;
      if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
      const readBytes = readSync(descriptor, buffer, filled, buffer.length - filled, null);
      if (readBytes === 0) return filled;
      filled += readBytes;
      if (isOfOnePage && filled < pageBytes) return filled;
    }
  };

  return {
    readKernelFile(path) {
      let descriptor: number | undefined;
      try {
        descriptor = openSync(path, "r");
        // Files of sysfs and of /proc/sys come in one go; others must be asked until they say that there is no more.
        const filled = fill(descriptor, path.includes("/sys/"));
        return buffer.toString("utf8", 0, filled);
      } catch {
        return undefined;
      } finally {
        if (descriptor !== undefined) closeSync(descriptor);
      }
    },

    listKernelDirectory(path) {
      try {
        return readdirSync(path).sort();
      } catch {
        return [];
      }
    },

    kernelLink(path) {
      try {
        return realpathSync(path);
      } catch {
        return undefined;
      }
    },

    filesystem(path) {
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
    },
  };
}

function factsOf(answer: Awaited<ReturnType<typeof statfs>>): FilesystemFacts {
  const { bsize, blocks, bfree, bavail, files, ffree } = answer;
  return {
    sizeBytes: Number(blocks) * Number(bsize),
    freeBytes: Number(bfree) * Number(bsize),
    availableBytes: Number(bavail) * Number(bsize),
    files: Number(files),
    filesFree: Number(ffree),
  };
}
