import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { AppError, messageOf } from "../../core/errors.ts";
import type { DataFiles } from "../../core/ports/data-files.ts";

/** Filesystem types of statfs(2): NFS, SMB, CIFS, SMB2, AFS, 9p, Ceph, FUSE's sshfs is not told apart. */
const networkTypes: ReadonlySet<number> = new Set([
  0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f, 0x01021997, 0x00c36400,
]);

/** The machine's files. */
export const dataFiles: DataFiles = {
  prepareDirectory(path) {
    attempt(path, () => {
      makeDirectories(path);
      accessSync(path, constants.W_OK | constants.X_OK);
    });
  },
  isNetworkFilesystem(path) {
    try {
      return networkTypes.has(statfsSync(path).type);
    } catch {
      return false;
    }
  },
  createPrivate(path) {
    attempt(path, () => {
      if (statSync(path, { throwIfNoEntry: false }) === undefined) closeSync(openSync(path, "wx", 0o600));
      else chmodSync(path, 0o600);
    });
  },
  sizeBytes: (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
  rename(from, to) {
    if (statSync(from, { throwIfNoEntry: false }) === undefined) return false;
    attempt(from, () => renameSync(from, to));
    return true;
  },
  remove(path) {
    rmSync(path, { force: true });
  },
  reserve(path, sizeBytes) {
    try {
      const file = openSync(path, "w", 0o600);
      try {
        const written = writeSync(file, Buffer.alloc(sizeBytes));
        fsyncSync(file);
        if (written === sizeBytes) return true;
      } finally {
        closeSync(file);
      }
    } catch {
      // No room: the half-written file goes away below.
    }
    rmSync(path, { force: true });
    return false;
  },
};

/** Not mkdir's own recursion: below a filesystem that takes no directories, such as procfs, that never ends. */
function makeDirectories(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const parent = dirname(path);
  if (parent !== path) makeDirectories(parent);
  mkdirSync(path, { mode: 0o700 });
}

function attempt(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new AppError("ERR_DATA_DIRECTORY", `the data directory cannot be used: ${path}: ${messageOf(error)}`, {
      hint: "Let storage.path name a place that this user may write, or give it the rights (chown, mount read-write).",
      cause: error,
    });
  }
}
