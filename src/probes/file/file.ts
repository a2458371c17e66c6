import { isAbsolute } from "node:path";
import { z } from "zod";
import { defineProbe } from "../../core/checks/probe.ts";
import { fileMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runFile } from "./run.ts";
import { isObjectTarget, objectTargetProblem, placeProblem } from "./s3/find-objects.ts";

const patternSchema: z.ZodType<string, string> = z
  .string()
  .max(1000)
  .refine(
    (text) => isObjectTarget(text) || isAbsolute(text),
    "write the whole path, as /var/backups/*.tar.gz, or s3://bucket/backups/*.tar.gz",
  )
  .refine((text) => !isObjectTarget(text) || objectTargetProblem(text) === undefined, {
    error: ({ input }) => objectTargetProblem(String(input)) ?? "",
  })
  .refine((text) => !text.includes("\0"), "a path holds no NUL");

/** Looks whether files are there in time, large enough and whole: backups, exports, deliveries. */
export const file = defineProbe({
  kind: "file",
  title: "Files and backups",
  tier: "os",
  localTime: true,
  trigger: "schedule",
  defaults: { intervalMs: 600_000, timeoutMs: 60_000, failureThreshold: 1 },
  address: patternSchema,
  display: (pattern) => pattern,
  hostOf: () => undefined,
  options: optionsSchema,
  metrics: fileMetrics,
  conflict: ({ s3 }, target) => placeProblem(s3 !== undefined, target),
  create: (options, io) => ({
    run: (context) => runFile(options, io, context),
    async close() {},
  }),
});
