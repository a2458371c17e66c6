import { z } from "zod";
import { limitsSchema } from "../../core/limits.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import { seriesSelectorSchema } from "./series-selector.ts";

const thresholdSchema = z
  .strictObject({
    title: z.string().min(1).max(200).optional().describe("What the series say, for messages."),
    series: z.array(seriesSelectorSchema).min(1).max(20).describe("Series that are judged, each for itself."),
    above: limitsSchema.optional().describe("Values above a limit are wrong."),
    below: limitsSchema.optional().describe("Values below a limit are wrong."),
    missing: z
      .enum(["ignore", "warning", "critical", "down"])
      .default("warning")
      .describe("What it means that no series is there."),
  })
  .refine(({ above, below }) => above !== undefined || below !== undefined, "set above or below");

/** Limits of a scrape check by an id of their own. */
export const thresholdsSchema = z.record(idSchema, thresholdSchema).default({});

export type Threshold = z.infer<typeof thresholdSchema>;
