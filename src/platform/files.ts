import { closeSync, openSync, readdirSync, readSync, realpathSync } from "node:fs";
import type { Clock } from "../core/ports/clock.ts";
import type { Files } from "../core/ports/files.ts";
import { type AskMount, createMountFacts } from "./mount-facts.ts";

const largestKernelFileBytes = 4 * 1024 * 1024;
const firstBufferBytes = 64 * 1024;
const pageBytes = 4096;

/** The machine's files. Kernel files are read synchronously (they never wait for a disk) and up to 4 MiB. */
export function createFiles(clock: Clock, ask?: AskMount): Files {
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

    filesystem: createMountFacts(clock, ask),
  };
}
