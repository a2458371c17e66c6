import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { glob, open, readdir, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../core/errors.ts";
import type { FileReading, StoredFile, StoredFiles } from "../core/ports/stored-files.ts";
import { verifyArchive } from "./archive/verify-archive.ts";

/** Files on this machine's disks. */
export const systemStoredFiles: StoredFiles = {
  async find(pattern, most) {
    const files: StoredFile[] = [];
    let refused: unknown;
    let isComplete = true;
    try {
      for await (const path of glob(pattern)) {
        if (files.length === most) {
          isComplete = false;
          break;
        }
        const facts = await stat(path).catch((error: unknown) => {
          if (isRefusal(error)) refused = error;
        });
        if (facts?.isFile() === true) {
          files.push({ path, sizeBytes: facts.size, modifiedAtMs: Math.floor(facts.mtimeMs) });
        }
      }
    } catch (error) {
      return { ok: false, reason: isRefusal(error) ? "permission" : "local_resources", detail: messageOf(error) };
    }
    if (files.length === 0 && refused !== undefined) {
      return { ok: false, reason: "permission", detail: messageOf(refused) };
    }
    const unreadable = files.length === 0 ? await unreadableDirectory(pattern) : undefined;
    if (unreadable !== undefined) return { ok: false, reason: "permission", detail: unreadable };
    return { ok: true, files, isComplete };
  },

  text: (path, mostBytes) =>
    reading(async () => {
      await using file = await open(path, "r");
      const bytes = Buffer.alloc(mostBytes);
      const { bytesRead } = await file.read(bytes, 0, mostBytes, 0);
      return bytes.toString("utf8", 0, bytesRead);
    }),

  digest: (path, name, signal) =>
    reading(async () => {
      const hash = createHash(name);
      await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
      return hash.digest("hex");
    }),

  verifyArchive: (path, signal) => reading(() => verifyArchive(path, signal)),
};

async function reading<T>(read: () => Promise<T>): Promise<FileReading<T>> {
  try {
    return { ok: true, value: await read() };
  } catch (error) {
    return { ok: false, reason: isRefusal(error) ? "permission" : "broken", detail: messageOf(error) };
  }
}

/** `glob` passes over directories that it may not list: then nothing found proves nothing. */
async function unreadableDirectory(pattern: string): Promise<string | undefined> {
  const directory = pattern.split(/[*?[{]/, 1)[0]?.replace(/[^/\\]*$/, "") ?? "";
  if (directory === "") return undefined;
  try {
    await readdir(directory);
    return undefined;
  } catch (error) {
    return isRefusal(error) ? messageOf(error) : undefined;
  }
}

function isRefusal(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EACCES" || code === "EPERM";
}
