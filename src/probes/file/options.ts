import { z } from "zod";
import { percentSchema } from "../../core/percent.ts";
import { digestNames } from "../../core/ports/stored-files.ts";
import { sizeSchema } from "../../core/size.ts";
import { dueSchema } from "../../core/time/due.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { s3Schema } from "./s3/s3-schema.ts";

/** Options of a file check. */
export const optionsSchema = z
  .strictObject({
    due: dueSchema
      .optional()
      .describe(
        "When a new file has to be there: `daily 05:00`, `weekdays 05:00`, `monday 05:00`, or a cron expression, in the check's `time_zone`.",
      ),
    max_age: durationSchema({ minMs: 1000 }).optional().describe("The newest file may be no older than this."),
    settle: durationSchema({ maxMs: 86_400_000 })
      .default(60_000)
      .describe("A file that changed within this time is still being written and is not judged yet (default 1m)."),
    min_size: sizeSchema().optional().describe("Smallest good size of the newest file."),
    max_size: sizeSchema().optional().describe("Largest good size of the newest file."),
    shrink_at_most: percentSchema
      .optional()
      .describe("Warn when the newest file is smaller than the one before by more than this."),
    count: z
      .strictObject({
        min: z.int().min(0).optional().describe("Fewest files that match."),
        max: z.int().min(0).optional().describe("Most files that match: more means that nobody clears up."),
      })
      .prefault({})
      .describe("How many files there are."),
    checksum: z
      .enum(digestNames)
      .optional()
      .describe("The newest file has this digest, as the file beside it says (`<file>.sha256`)."),
    archive: z
      .enum(["ignored", "verified"])
      .default("ignored")
      .describe("`verified` reads each new tar, gzip, zstd or zip file to its end."),
    free_space: z
      .strictObject({
        warning: z.union([percentSchema, sizeSchema()]).optional().describe("Warn below this: `10%` or `50GiB`."),
        critical: z.union([percentSchema, sizeSchema()]).optional().describe("Critical below this."),
      })
      .prefault({})
      .describe("Room that is left where the files are."),
    s3: s3Schema
      .optional()
      .describe("The target lies in an object store that speaks S3's protocol: `s3://bucket/backups/*.tar.gz`."),
  })
  .refine(({ due, max_age: maxAge }) => due === undefined || maxAge === undefined, {
    message: "due and max_age say the same in two ways; give one",
    path: ["max_age"],
  })
  .refine(
    ({ s3, checksum, archive, free_space: space }) =>
      s3 === undefined || (checksum === undefined && archive === "ignored" && Object.keys(space).length === 0),
    { message: "objects are not downloaded: leave out checksum, archive and free_space", path: ["s3"] },
  );

export type FileOptions = z.infer<typeof optionsSchema>;
