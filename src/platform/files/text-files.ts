import { writeFile } from "node:fs/promises";
import { AppError, messageOf } from "../../core/errors.ts";

/** Writes a text file; `isNew` refuses to replace one that is there. @throws {AppError} ERR_USAGE when it cannot be written. */
export async function writeText(path: string, text: string, isNew = false): Promise<void> {
  try {
    await writeFile(path, text, { flag: isNew ? "wx" : "w" });
  } catch (error) {
    throw new AppError("ERR_USAGE", `${path} cannot be written: ${messageOf(error)}`, { cause: error });
  }
}
