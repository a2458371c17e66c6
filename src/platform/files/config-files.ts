import { open, readdir, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { TextDecoder } from "node:util";
import { AppError, messageOf } from "../../core/errors.ts";
import type { ConfigFileRead, ConfigFiles } from "../../core/ports/config-files.ts";

const requireFrom = createRequire(import.meta.url);

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
  hasPackage(name) {
    try {
      requireFrom.resolve(name);
      return true;
    } catch {
      // It is not there.
      return false;
    }
  },
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
    return textOf(bytes.subarray(0, length));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return { ok: false, reason: "missing", detail: "there is no such file" };
    if (codeOf(error) === "EACCES") return { ok: false, reason: "unreadable", detail: "permission denied" };
    return { ok: false, reason: "unreadable", detail: messageOf(error) };
  }
}

function textOf(bytes: Uint8Array): ConfigFileRead {
  const text = decoded(fatalUtf8, bytes);
  if (text !== undefined) return { ok: true, text };
  const detail = `it is not UTF-8 text${guessedCharset(bytes)}; save the file as UTF-8`;
  return { ok: false, reason: "not_text", detail, line: firstBadLine(bytes) };
}

function decoded(decoder: TextDecoder, bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Editors of Windows save Chinese as GBK, and Notepad's "Unicode" is UTF-16. */
function guessedCharset(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return " but UTF-16";
  const isGbk = !bytes.includes(0) && decoded(new TextDecoder("gb18030", { fatal: true }), bytes) !== undefined;
  return isGbk ? " but looks like GBK" : "";
}

/** No byte of a line break is part of a character in UTF-8 or GBK. */
function firstBadLine(bytes: Uint8Array): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(0x0a, start);
    const next = end === -1 ? bytes.length : end + 1;
    if (decoded(fatalUtf8, bytes.subarray(start, next)) === undefined) return line;
    start = next;
  }
  return line;
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
