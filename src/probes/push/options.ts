import { z } from "zod";
import { takenPrefixes } from "../../core/checks/taken-prefixes.ts";

const valueSchema = z.strictObject({
  type: z
    .enum(["gauge", "counter"])
    .default("gauge")
    .describe("How the value is read: as it stands, or as a growing count."),
  help: z.string().min(1).max(500).default("Value that was pushed.").describe("What the value means, for /metrics."),
});

/** Options of the push probe. */
export const pushOptionsSchema = z
  .strictObject({
    prefix: z
      .string()
      .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "a prefix is letters, digits and _ and does not begin with a digit")
      .refine((prefix) => !takenPrefixes.some((taken) => prefix.startsWith(taken)), {
        message: `a prefix must not begin with ${takenPrefixes.join(", ")}: those names belong to other metrics`,
      })
      .default("business_")
      .describe("Every pushed metric name must begin with this."),
    values: z
      .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,199}$/, "a metric name is letters, digits and _"), valueSchema)
      .default({})
      .describe(
        "Type and help of metrics that are pushed; `_total` names are counters and all others gauges where nothing is said.",
      ),
    undeclared: z
      .enum(["accept", "refuse"])
      .default("accept")
      .describe("What becomes of metrics that `values` does not name."),
    max_samples: z.int().min(1).max(200).default(200).describe("Most values in one push; the rest is refused."),
    max_series: z
      .int()
      .min(1)
      .max(10_000)
      .default(1000)
      .describe(
        "Most different label sets within a day; further ones are refused, so that no label can grow without end.",
      ),
  })
  .superRefine((options, context) => {
    for (const name of Object.keys(options.values)) {
      if (name.startsWith(options.prefix)) continue;
      context.addIssue({
        code: "custom",
        path: ["values", name],
        message: `"${name}" does not begin with the prefix "${options.prefix}"`,
      });
    }
  });

export type PushOptions = z.infer<typeof pushOptionsSchema>;
