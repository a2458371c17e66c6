import { open, readdir, stat } from "node:fs/promises";
import { AppError, messageOf } from "../core/errors.ts";
import type { ConfigFileRead, ConfigFiles } from "../core/ports/config-files.ts";

/** The configuration's files on this machine's disk. */
export const diskConfigFiles: ConfigFiles = {
  async kindOf(path) {
    const facts = await stat(path).catch(() => undefined);
    if (facts === undefined) return "missing";
    return facts.isDirectory() ? "directory" : "file";
  },
  async list(directory) {
    const names = await readdir(directory).catch((error: unknown) => {
      if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return [];
      throw new AppError("ERR_CONFIG_INVALID", `the directory ${directory} cannot be read: ${messageOf(error)}`, {
        hint: "Give the user that Watchfire runs as the right to list and read it.",
        cause: error,
      });
    });
    return names.filter((name) => !name.startsWith(".")).sort();
  },
  read: readText,
};

const fatalUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

async function readText(path: string, maxBytes: number): Promise<ConfigFileRead> {
  try {
    if (await waitsForAWriter(path))
      return { ok: false, reason: "unreadable", detail: "it is a named pipe, not a file" };
    await using file = await open(path, "r");
    const facts = await file.stat();
    if (facts.isDirectory()) return { ok: false, reason: "unreadable", detail: "it is a directory" };
    if (facts.size > maxBytes) return tooLarge(maxBytes);
    // A pipe or procfs file has no size, so the limit also counts while reading.
    const bytes = Buffer.alloc(maxBytes + 1 < facts.size + 65_536 ? maxBytes + 1 : facts.size + 65_536);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length);
      length += bytesRead;
      if (bytesRead === 0) break;
      if (length > maxBytes || length === bytes.length) return tooLarge(maxBytes);
    }
    return { ok: true, text: fatalUtf8.decode(bytes.subarray(0, length)) };
  } catch (error) {
    if (error instanceof TypeError) return { ok: false, reason: "not_text", detail: "it is not UTF-8 text" };
    if (codeOf(error) === "ENOENT") return { ok: false, reason: "missing", detail: "there is no such file" };
    if (codeOf(error) === "EACCES") return { ok: false, reason: "unreadable", detail: "permission denied" };
    return { ok: false, reason: "unreadable", detail: messageOf(error) };
  }
}

/** A named pipe among the files would hold up reading until somebody writes to it; one that the caller passes (`<(…)`) is written already. */
async function waitsForAWriter(path: string): Promise<boolean> {
  if (/^\/(dev|proc)\//.test(path)) return false;
  return (await stat(path)).isFIFO();
}

function tooLarge(maxBytes: number): ConfigFileRead {
  return { ok: false, reason: "too_large", detail: `it is larger than ${maxBytes} bytes` };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
