import { z } from "zod";

/** The `log` section of the config. */
export const logSchema = z.strictObject({
  level: z.enum(["debug", "info", "warn", "error"]).default("info").describe("Lines below this level are not written."),
  format: z
    .enum(["json", "text"])
    .optional()
    .describe(
      "json (Elastic Common Schema, one object a line) or text; text on a terminal and json elsewhere when absent.",
    ),
});
