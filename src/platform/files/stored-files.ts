import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { glob, open, stat } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { messageOf } from "../../core/errors.ts";
import type { FileReading, StoredFile, StoredFiles } from "../../core/ports/stored-files.ts";
import { verifyArchive } from "../archive/verify-archive.ts";
import { type OwnTrouble, ownTrouble, unlistable } from "./own-trouble.ts";

/** Files on this machine's disks. */
export const systemStoredFiles: StoredFiles = {
  async find(pattern, most) {
    const files: StoredFile[] = [];
    let refused: OwnTrouble | undefined;
    let isComplete = true;
    let isDirectory = false;
    try {
      for await (const path of glob(pattern)) {
        if (files.length === most) {
          isComplete = false;
          break;
        }
        const facts = await stat(path).catch((error: unknown) => {
          refused ??= ownTrouble(error);
        });
        if (facts?.isDirectory() === true && path === pattern) isDirectory = true;
        if (facts?.isFile() === true) {
          files.push({ path, sizeBytes: facts.size, modifiedAtMs: Math.floor(facts.mtimeMs) });
        }
      }
    } catch (error) {
      return { ok: false, ...(ownTrouble(error) ?? { reason: "local_resources", detail: messageOf(error) }) };
    }
    const trouble = files.length === 0 ? (refused ?? (await unlistable(pattern))) : undefined;
    return trouble === undefined ? { ok: true, files, isComplete, isDirectory } : { ok: false, ...trouble };
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
    return { ok: false, ...(ownTrouble(error) ?? { reason: "broken", detail: messageOf(error) }) };
  }
}
