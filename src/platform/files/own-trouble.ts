import { readdir } from "node:fs/promises";
import { messageOf } from "../../core/errors.ts";
import { codeOf, isExhaustion } from "../net/socket-failure.ts";

/** Why something was not read that says nothing of the thing itself. */
export type OwnTrouble = Readonly<{ reason: "permission" | "local_resources"; detail: string }>;

/** Judges a failed read: our rights or our resources; undefined when the fault lies with what was read. */
export function ownTrouble(error: unknown): OwnTrouble | undefined {
  if (isExhaustion(error)) return { reason: "local_resources", detail: messageOf(error) };
  const isRefusal = ["EACCES", "EPERM"].includes(codeOf(error));
  return isRefusal ? { reason: "permission", detail: messageOf(error) } : undefined;
}

/** Why the directory below which a pattern begins cannot be listed: `glob` passes over it, and then nothing found proves nothing. */
export async function unlistable(pattern: string): Promise<OwnTrouble | undefined> {
  const directory = pattern.split(/[*?[{]/, 1)[0]?.replace(/[^/\\]*$/, "") ?? "";
  if (directory === "") return undefined;
  try {
    await readdir(directory);
    return undefined;
  } catch (error) {
    return ownTrouble(error);
  }
}
