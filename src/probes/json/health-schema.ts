import { z } from "zod";
import { jsonPathSchema } from "../../core/jsonpath/json-path.ts";

/** What a word of a health document says. */
const states = ["up", "degraded", "down"] as const;

/** How a health document is judged. */
export const healthSchema = z.strictObject({
  status: jsonPathSchema.prefault("$.status").describe("Path of the word for the whole, such as `UP` or `Healthy`."),
  degraded: z
    .enum(["ignore", "warning", "critical", "down"])
    .default("warning")
    .describe("What it means that the whole or a part is degraded, or that a part is down while the whole is up."),
  ignore: z
    .array(z.string().min(1).max(200))
    .max(100)
    .default([])
    .describe("Parts that do not count, with what lies below them: `mail`, `db.replica`."),
  words: z
    .record(z.string().min(1).max(50).toLowerCase(), z.enum(states))
    .default({})
    .describe("What further words say, in lower case: `fatal: down`."),
});

export type HealthOptions = z.infer<typeof healthSchema>;
export type HealthState = (typeof states)[number];
