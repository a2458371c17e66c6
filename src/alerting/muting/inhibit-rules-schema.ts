import { z } from "zod";
import { idSchema } from "../../core/schema/name-schema.ts";
import { matcherSchema } from "../routing/matcher-schema.ts";

const labelName = z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "a label name is letters, digits and _");

const ruleSchema = z.strictObject({
  source: z.array(matcherSchema).min(1).describe("An alert that fires and fits all of these mutes others."),
  target: z.array(matcherSchema).min(1).describe("Alerts that fit all of these are muted meanwhile."),
  equal: z
    .array(labelName)
    .default([])
    .describe("Labels whose values source and target share; an alert that lacks one of them is left alone."),
});

/** Section `inhibit_rules`: which alerts make others not worth a message of their own. */
export const inhibitRulesSchema = z.record(idSchema, ruleSchema);

/** Section `inhibit_rules` after parsing: plain data. */
export type InhibitRulesConfig = z.output<typeof inhibitRulesSchema>;
