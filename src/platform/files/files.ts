import { existsSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import type { Clock } from "../../core/ports/clock.ts";
import type { Files } from "../../core/ports/files.ts";
import { KeptKernelFiles, readKernelFile } from "./kernel-files.ts";
import { type AskMount, createMountFacts } from "./mount-facts.ts";

/** The machine's files. Kernel files are read synchronously (they never wait for a disk) and up to 4 MiB. */
export function createFiles(clock: Clock, ask?: AskMount): Files {
  return {
    readKernelFile,
    keepKernelFiles: () => new KeptKernelFiles(),

    listKernelDirectory(path) {
      if (!existsSync(path)) return [];
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

    kernelLinkText(path) {
      try {
        return readlinkSync(path);
      } catch {
        return undefined;
      }
    },

    filesystem: createMountFacts(clock, ask),
  };
}
