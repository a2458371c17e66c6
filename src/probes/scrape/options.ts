import { z } from "zod";
import { requestOptions } from "../../core/http/request-options.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { sizeSchema } from "../../core/size.ts";
import { seriesSelectorSchema } from "./series-selector.ts";
import { thresholdsSchema } from "./threshold-schema.ts";

/** Options of a scrape check. */
export const optionsSchema = z.strictObject({
  series: z
    .array(seriesSelectorSchema)
    .min(1)
    .max(200)
    .default([{ source: "*", takesName: () => true, takesLabels: () => true }])
    .describe(
      'Series to take: names, patterns such as `node_*`, and matchers, as in `jobs{queue="mail"}`; all by default.',
    ),
  history: z
    .array(seriesSelectorSchema)
    .max(200)
    .default([])
    .describe("Taken series that are kept for charts even where no rule names them."),
  thresholds: thresholdsSchema.describe("Limits of single series, judged at each run."),
  expose: z.boolean().default(false).describe("Whether the taken series appear on our own `/metrics`."),
  max_series: z.int().min(1).max(50_000).default(5000).describe("Most series of one run; the rest is a flaw."),
  body_limit: sizeSchema({ minBytes: 1024, maxBytes: 64 * 1024 ** 2 })
    .default(8 * 1024 ** 2)
    .describe("Read and unpack at most this much (default 8MiB, at most 64MiB); a longer text is a flaw."),
  compression: z.enum(["gzip", "none"]).default("gzip").describe("Content coding to ask for."),
  slower_than: slowerThanSchema.prefault({}).describe("Flaws of slow answers."),
  ...requestOptions,
});

export type ScrapeOptions = z.infer<typeof optionsSchema>;
