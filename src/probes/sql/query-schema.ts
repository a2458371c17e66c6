import { z } from "zod";
import { limitsSchema } from "../../core/limits.ts";
import { metricNameSchema } from "../../core/schema/metric-name-schema.ts";
import { idSchema, labelNameSchema } from "../../core/schema/name-schema.ts";

const readingWords = ["select", "with", "values", "table", "show", "explain", "describe", "desc"];
const comments = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/|\()+/;

/** One statement that reads. */
export const statementSchema = z
  .string()
  .min(1)
  .max(20_000)
  .refine((text) => !text.includes("\0"), "a query holds no NUL")
  .refine(
    (text) =>
      readingWords.includes(
        text
          .replace(comments, "")
          .match(/^[a-z]+/i)?.[0]
          .toLowerCase() ?? "",
      ),
    `a query only reads: it begins with ${readingWords.slice(0, -1).join(", ")}`,
  );

const columnSchema = z.string().min(1).max(128);
const ownLabels: ReadonlySet<string> = new Set(["query", "value"]);

/** What a column's numbers are, and from where on they are wrong. */
const valueSchema = z.strictObject({
  title: z.string().min(1).max(200).optional().describe("What the numbers say, for messages."),
  metric: metricNameSchema.optional().describe("Name under which the numbers are a metric of their own."),
  above: limitsSchema.optional().describe("Numbers above a limit are wrong."),
  below: limitsSchema.optional().describe("Numbers below a limit are wrong."),
});

/** Queries by an id of their own. */
export const queriesSchema = z.record(
  idSchema,
  z
    .strictObject({
      query: statementSchema.describe("The statement."),
      labels: z
        .array(labelNameSchema.refine((name) => !ownLabels.has(name), "this label is set by the probe itself"))
        .max(10)
        .default([])
        .describe("Columns whose texts are labels: each row is then series of its own."),
      values: z
        .record(columnSchema, valueSchema)
        .refine((values) => Object.keys(values).length > 0, "name a column")
        .optional()
        .describe("Columns that hold numbers; when absent the first that is no label."),
      missing: z
        .enum(["ignore", "warning", "critical", "down"])
        .default("warning")
        .describe("What it means that no row holds a number, as NULL is none."),
    })
    .refine(({ labels, values }) => labels.every((label) => !Object.hasOwn(values ?? {}, label)), {
      message: "a column is a label or a value",
      path: ["values"],
    }),
);

export type SqlQuery = z.infer<typeof queriesSchema>[string];
export type SqlValue = z.infer<typeof valueSchema>;
