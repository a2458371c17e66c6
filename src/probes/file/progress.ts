import { z } from "zod";
import type { Json } from "../../core/json.ts";
import type { StoredFile } from "../../core/ports/stored-files.ts";

const progressSchema = z.object({
  newest: z.string(),
  sizeBytes: z.number(),
  /** Size of the file that was the newest before. */
  beforeBytes: z.number().optional(),
  /** Identity of the file whose content was read, and what was found. */
  read: z.object({ of: z.string(), problem: z.string().optional() }).optional(),
});

/** What the next run has to know of this one. */
export type Progress = z.infer<typeof progressSchema>;

/** Reads what the last run left; undefined when it left nothing that can be used. */
export function progressOf(memory: Json | undefined): Progress | undefined {
  const parsed = progressSchema.safeParse(memory);
  return parsed.success ? parsed.data : undefined;
}

/** Two states of a file that differ have different identities. */
export function identityOf({ path, sizeBytes, modifiedAtMs }: StoredFile): string {
  return `${path} ${sizeBytes} ${modifiedAtMs}`;
}

/** Takes the newest file into account: the one before it is what it is compared with. */
export function advance(before: Progress | undefined, newest: StoredFile): Progress {
  const { path, sizeBytes } = newest;
  if (before === undefined) return { newest: path, sizeBytes };
  const beforeBytes = before.newest === path ? before.beforeBytes : before.sizeBytes;
  return { newest: path, sizeBytes, ...(beforeBytes === undefined ? {} : { beforeBytes }) };
}
