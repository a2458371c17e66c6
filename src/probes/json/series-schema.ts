import { z } from "zod";
import { jsonPathSchema } from "../../core/jsonpath/json-path.ts";
import { limitsSchema } from "../../core/limits.ts";
import { metricNameSchema } from "../../core/schema/metric-name-schema.ts";
import { idSchema, labelNameSchema } from "../../core/schema/name-schema.ts";

const labelName = labelNameSchema.refine((name) => name !== "series", "this label is set by the probe itself");

const oneSeriesSchema = z
  .strictObject({
    title: z.string().min(1).max(200).optional().describe("What the numbers say, for messages."),
    each: jsonPathSchema.describe("JSONPath of the elements; each becomes a series of its own."),
    labels: z
      .record(labelName, jsonPathSchema)
      .default({})
      .describe("Labels by their names, each a JSONPath in the element: `$.name`."),
    key_label: labelName.optional().describe("Label for the element's own name in an object, or its place in a list."),
    value: jsonPathSchema.optional().describe("JSONPath of the number in the element; when absent it is the number."),
    metric: metricNameSchema.optional().describe("Name under which the numbers are a metric of their own."),
    above: limitsSchema.optional().describe("Numbers above a limit are wrong."),
    below: limitsSchema.optional().describe("Numbers below a limit are wrong."),
    missing: z
      .enum(["ignore", "warning", "critical", "down"])
      .default("warning")
      .describe("What it means that no element holds a number."),
  })
  .refine(({ key_label: key, labels }) => key === undefined || !Object.hasOwn(labels, key), {
    message: "a label has one source",
    path: ["key_label"],
  });

/** Series with labels out of a document, by an id of their own. */
export const seriesSchema = z.record(idSchema, oneSeriesSchema).default({});

export type WantedSeries = z.infer<typeof oneSeriesSchema>;
