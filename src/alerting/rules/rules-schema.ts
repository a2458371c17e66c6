import { z } from "zod";
import { durationSchema } from "../../core/duration.ts";
import { idSchema, labelNameSchema, ownLabelsSchema } from "../../core/name-schema.ts";
import type { RuleKind } from "../../core/rule-kind.ts";
import { tierSchema } from "../../core/tier.ts";
import { ruleKinds } from "./index.ts";

const dayMs = 86_400_000;
const waitSchema = durationSchema({ maxMs: 30 * dayMs });
const perSeveritySchema = z.strictObject({ info: waitSchema, warning: waitSchema, critical: waitSchema }).partial();

const envelopeSchema = z.object({
  title: z.string().min(1).optional().describe("Name for people; the id when absent."),
  service: idSchema.optional().describe("Service that the alerts of the rule belong to; the series' own when absent."),
  tier: tierSchema.optional().describe("Tier of the alerts; the series' own when absent."),
  env: z.string().min(1).optional().describe("Environment of the alerts; the series' own, else the one that runs."),
  labels: ownLabelsSchema.default({}).describe("Labels added to the alerts."),
  summary: z.string().min(1).optional().describe("One line for messages; {value} and {<label>} are filled in."),
  for: z
    .union([waitSchema, perSeveritySchema])
    .default(0)
    .describe("How long the condition has to hold before it fires; one duration, or one per severity."),
  keep_firing_for: waitSchema.default(0).describe("How long an alert goes on after its condition has ended."),
  k_of_n: z
    .strictObject({ k: z.int().min(1).max(60), n: z.int().min(1).max(60) })
    .refine(({ k, n }) => k <= n, "k must not be greater than n")
    .optional()
    .describe("The condition holds when it was true in k of the last n minutes that were judged."),
  on_nodata: z
    .enum(["keep", "resolve", "alert"])
    .default("keep")
    .describe(
      "Without data: keep what is, resolve, or let the same alert fire (at the mildest severity of the rule where it did not fire).",
    ),
  interval: durationSchema({ minMs: 15_000, maxMs: dayMs }).default(15_000).describe("How often the rule is judged."),
  by: z
    .array(z.union([labelNameSchema, z.enum(["check", "tier", "instance", "env", "service"])]))
    .optional()
    .describe(
      "Labels of the series that the alert keeps; all when absent. Series that become the same make one alert, the worst counts.",
    ),
});

/** A rule of any kind after parsing: plain data; the kind's own options stand beside these keys. */
export type RuleConfig = z.output<typeof envelopeSchema> & Readonly<{ kind: string; [option: string]: unknown }>;
export type RulesConfig = Readonly<Record<string, RuleConfig>>;

/** Keys that a rule has whatever its kind. */
export const ruleEnvelopeKeys: readonly string[] = ["kind", ...Object.keys(envelopeSchema.shape)];

/** Section `rules`: conditions on stored samples by id; `kind` says which. */
export const rulesSchema = rulesSchemaOf(ruleKinds);

/** Builds the schema of section `rules` for some kinds of rules. */
export function rulesSchemaOf(kinds: readonly RuleKind[]): z.ZodType<RulesConfig> {
  const [first, ...rest] = kinds.map(ruleSchemaOf);
  if (first === undefined) return z.record(idSchema, z.never());
  const schema = z.record(idSchema, z.discriminatedUnion("kind", [first, ...rest]));
  return schema;
}

function ruleSchemaOf(kind: RuleKind) {
  return z
    .strictObject({ kind: z.literal(kind.kind), ...envelopeSchema.shape, ...kind.options.shape })
    .superRefine((parsed, context) => {
      for (const { path, message } of kind.faults(parsed))
        context.addIssue({ code: "custom", path: [...path], message });
    });
}
