import { isAbsolute } from "node:path";
import { z } from "zod";
import { secretSchema } from "../../core/schema/secret-schema.ts";

/** Where plugins lie on Debian, Red Hat, SUSE, FreeBSD, and when built from source. */
const usualDirectories = [
  "/usr/lib/nagios/plugins",
  "/usr/lib64/nagios/plugins",
  "/usr/lib/monitoring-plugins",
  "/usr/local/libexec/nagios",
  "/usr/local/nagios/libexec",
];

const absolute = z
  .string()
  .regex(/^[^\0]*$/, "a path holds no NUL")
  .refine(isAbsolute, "give the absolute path");
const argument = z.union([z.string().regex(/^[^\0]*$/, "an argument holds no NUL"), z.number().transform(String)]);

/** Options of an exec check. */
export const optionsSchema = z.strictObject({
  command: z
    .tuple([absolute], argument)
    .describe(
      "Program, by its absolute path, and its arguments; no shell reads them. `{target}` in an argument stands for the target.",
    ),
  directories: z
    .array(absolute)
    .min(1)
    .default(usualDirectories)
    .describe("Directories that the program must lie in, links followed; others are not run."),
  environment: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "this is no name of a variable"), secretSchema)
    .default({})
    .describe("Environment variables for the program; of our own it gets `PATH`, `LANG` and `TZ` only."),
});

export type ExecOptions = z.infer<typeof optionsSchema>;
