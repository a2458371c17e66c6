import { closeSync, existsSync, openSync, readSync, statfsSync } from "node:fs";
import type { KernelFiles } from "../../core/ports/files.ts";

const largestFileBytes = 4 * 1024 * 1024;
const firstBufferBytes = 64 * 1024;
const pageBytes = 4096;
/** A machine with hundreds of network devices has thousands of files: the rest is opened anew each time. */
const mostKept = 256;
/** procfs, sysfs and the two versions of control groups. @see statfs(2) */
const kernelFilesystems: ReadonlySet<number> = new Set([0x9fa0, 0x62656572, 0x27e0eb, 0x63677270]);

/** What the file told of has ended; another of its name may be there. With other codes the kernel has nothing to tell now. */
const goneCodes: ReadonlySet<string> = new Set(["ENODEV", "ENOENT", "ESRCH"]);

let buffer = Buffer.allocUnsafe(firstBufferBytes);

/** Text of a file that never waits for a disk, up to 4 MiB or fewer bytes; undefined when it is not there or may not be read. */
export function readKernelFile(path: string, mostBytes = largestFileBytes): string | undefined {
  // Asking costs a fraction of the error that opening would throw.
  if (!existsSync(path)) return undefined;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, "r");
    return textOf(descriptor, path, mostBytes);
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Files of the kernel that stay open between readings: finding and opening one costs several times what reading it does. The kernel
 * tells its state anew to who reads from the start; a file anywhere else could be replaced unseen, and is opened each time.
 */
export class KeptKernelFiles implements KernelFiles {
  readonly #descriptors = new Map<string, number>();
  readonly #used = new Set<string>();
  #isClosed = false;

  read(path: string): string | undefined {
    this.#used.add(path);
    const known = this.#descriptors.get(path);
    if (known === undefined) return this.#open(path);
    const answer = ask(known, path);
    if (!answer.isGone) return answer.text;
    this.#close(path, known);
    return this.#open(path);
  }

  closeUnused(): void {
    for (const [path, descriptor] of this.#descriptors) {
      if (!this.#used.has(path)) this.#close(path, descriptor);
    }
    this.#used.clear();
  }

  forget(directory: string): void {
    for (const [path, descriptor] of this.#descriptors) {
      if (path.startsWith(`${directory}/`)) this.#close(path, descriptor);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const [path, descriptor] of this.#descriptors) this.#close(path, descriptor);
  }

  #open(path: string): string | undefined {
    if (this.#isClosed || this.#descriptors.size >= mostKept || !isOfKernel(path)) return readKernelFile(path);
    try {
      const descriptor = openSync(path, "r");
      this.#descriptors.set(path, descriptor);
      return ask(descriptor, path).text;
    } catch {
      return undefined;
    }
  }

  #close(path: string, descriptor: number): void {
    this.#descriptors.delete(path);
    closeSync(descriptor);
  }
}

type Answer = Readonly<{ text: string | undefined; isGone: boolean }>;

function ask(descriptor: number, path: string): Answer {
  try {
    return { text: textOf(descriptor, path), isGone: false };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    return { text: undefined, isGone: goneCodes.has(code) };
  }
}

function isOfKernel(path: string): boolean {
  try {
    return existsSync(path) && kernelFilesystems.has(statfsSync(path).type);
  } catch {
    return false;
  }
}

/** Reads from the start into the one buffer, which grows up to the limit. */
function textOf(descriptor: number, path: string, mostBytes = largestFileBytes): string {
  // Files of sysfs and of /proc/sys come in one go; others must be asked until they say that there is no more.
  const isOfOnePage = path.includes("/sys/");
  let filled = 0;
  while (filled < mostBytes) {
    if (filled === buffer.length) buffer = Buffer.concat([buffer], buffer.length * 2);
    const room = Math.min(buffer.length, mostBytes) - filled;
    // For /proc/sys the kernel sets aside as much as is asked for, and refuses 4 MiB.
    const wantedBytes = isOfOnePage ? Math.min(room, pageBytes) : room;
    const readBytes = readSync(descriptor, buffer, filled, wantedBytes, filled);
    filled += readBytes;
    if (readBytes === 0 || (isOfOnePage && filled < pageBytes)) break;
  }
  return buffer.toString("utf8", 0, filled);
}
