import { randomUUID } from "node:crypto";
import { chmodSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { AppError, messageOf } from "../../core/errors.ts";
import type { SecretFiles } from "../../core/ports/secret-files.ts";

const ownerOnly = 0o600;
const ownerDirectory = 0o700;
const othersMask = 0o077;

/** Secret files on the local disk, mode 0600 in a directory of mode 0700; a looser mode is tightened. */
export const secretFiles: SecretFiles = {
  readOrCreate(path, make) {
    try {
      return readSecret(path) ?? createSecret(path, make());
    } catch (error) {
      if (error instanceof AppError) throw error;
      throw new AppError("ERR_DATA_DIRECTORY", `cannot keep the secret file ${path}: ${messageOf(error)}`, {
        hint: `Make ${dirname(path)} a directory that the daemon's user owns and can write.`,
        cause: error,
      });
    }
  },
};

function readSecret(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (text === "") {
    throw new AppError("ERR_DATA_DIRECTORY", `the secret file ${path} is empty`, {
      hint: "Delete it to have a new one made; addresses and tokens made from the old one end then.",
    });
  }
  if (process.platform !== "win32" && (statSync(path).mode & othersMask) !== 0) chmodSync(path, ownerOnly);
  return text;
}

// Written aside and linked into place: the file is there whole or not at all, and the first of two processes wins.
function createSecret(path: string, text: string): string {
  mkdirSync(dirname(path), { recursive: true, mode: ownerDirectory });
  const aside = `${path}.${randomUUID()}`;
  writeFileSync(aside, `${text}\n`, { mode: ownerOnly, flag: "wx", flush: true });
  try {
    linkSync(aside, path);
    return text;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return readSecret(path) ?? text;
  } finally {
    unlinkSync(aside);
  }
}
