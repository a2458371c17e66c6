import { z } from "zod";
import { jsonPathSchema } from "../../core/jsonpath/json-path.ts";
import { limitsSchema } from "../../core/limits.ts";
import { patternSchema } from "../../core/matching/pattern.ts";
import { metricNameSchema } from "../../core/schema/metric-name-schema.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import { durationSchema } from "../../core/time/duration.ts";

const scalar = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);
const degree = z.enum(["warning", "critical", "down"]);

const agesSchema = z
  .strictObject({
    warning: durationSchema().optional().describe("Age of a warning."),
    critical: durationSchema().optional().describe("Age of a critical flaw."),
    down: durationSchema().optional().describe("Age of an outage."),
  })
  .refine((ages) => Object.values(ages).some((age) => age !== undefined), "set warning, critical or down");

const valueSchema = z
  .strictObject({
    title: z.string().min(1).max(200).optional().describe("What the value says, for messages."),
    path: jsonPathSchema.describe("JSONPath of what is judged (RFC 9535)."),
    take: z
      .enum(["each", "count", "sum", "min", "max"])
      .default("each")
      .describe("Judge each value that the path leads to, how many there are, or one number of them all."),
    equals: scalar.optional().describe("The value is exactly this."),
    one_of: z.array(scalar).min(1).max(100).optional().describe("The value is one of these."),
    matches: patternSchema.optional().describe("The text matches this RE2 pattern."),
    not_matches: patternSchema.optional().describe("The text does not match this RE2 pattern."),
    absent: z.boolean().default(false).describe("The path must lead nowhere."),
    above: limitsSchema.optional().describe("Numbers above a limit are wrong."),
    below: limitsSchema.optional().describe("Numbers below a limit are wrong."),
    older_than: agesSchema.optional().describe("Moments that lie further back are wrong."),
    otherwise: degree.default("down").describe("What another value, or one of another type, means."),
    missing: z
      .enum(["ignore", "warning", "critical", "down"])
      .default("down")
      .describe("What it means that the path leads nowhere."),
    metric: metricNameSchema.optional().describe("Name under which the number is a metric of its own."),
  })
  .refine(({ take, path, metric }) => metric === undefined || take !== "each" || path.isSingular, {
    message: "this path can lead to many values and a metric has one: set take",
    path: ["metric"],
  })
  .refine(({ absent, ...value }) => !absent || !judges(value), {
    message: "what is absent is not judged further",
    path: ["absent"],
  });

type Judged = Readonly<
  Partial<Record<"equals" | "one_of" | "matches" | "above" | "below" | "older_than" | "metric", unknown>>
> &
  Readonly<{ take: string }>;

function judges(value: Judged): boolean {
  const { take, equals, one_of, matches, above, below, older_than, metric } = value;
  return (
    take !== "each" || [equals, one_of, matches, above, below, older_than, metric].some((each) => each !== undefined)
  );
}

/** Values of a document by an id of their own. */
export const valuesSchema = z.record(idSchema, valueSchema).default({});

export type WantedValue = z.infer<typeof valueSchema>;
