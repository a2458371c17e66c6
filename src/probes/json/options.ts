import { z } from "zod";
import { requestOptions } from "../../core/http/request-options.ts";
import { statusSchema } from "../../core/http/status-schema.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { sizeSchema } from "../../core/size.ts";
import { healthSchema } from "./health-schema.ts";
import { seriesSchema } from "./series-schema.ts";
import { valuesSchema } from "./value-schema.ts";

/** Options of a json check. */
export const optionsSchema = z
  .strictObject({
    health: healthSchema
      .optional()
      .describe(
        "Judge the document as one of health; it is, too, where none of `health`, `values` and `series` is set.",
      ),
    values: valuesSchema.describe("What the document must hold."),
    series: seriesSchema.describe("Series with labels out of the document."),
    max_series: z.int().min(1).max(5000).default(200).describe("Most of each of `series`; the rest is a flaw."),
    status: z
      .array(statusSchema)
      .min(1)
      .prefault(["200-299"])
      .describe('Good status codes, one by one or as ranges: 404, "200-299".'),
    method: z.enum(["GET", "POST"]).default("GET").describe("Request method."),
    body: z.string().max(65_536).optional().describe("Request body, which is sent as JSON."),
    follow_redirects: z.boolean().default(true).describe("`false` judges a redirect as the answer."),
    body_limit: sizeSchema({ minBytes: 1024, maxBytes: 16 * 1024 ** 2 })
      .prefault("1MiB")
      .describe("Longest document that is read, unpacked; at most 16MiB."),
    slower_than: slowerThanSchema.prefault({}).describe("Flaws of slow answers."),
    ...requestOptions,
  })
  .refine(({ method, body }) => body === undefined || method === "POST", {
    message: "GET has no body; set method: POST",
    path: ["body"],
  });

export type JsonOptions = z.infer<typeof optionsSchema>;
