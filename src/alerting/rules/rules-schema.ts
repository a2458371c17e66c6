import { z } from "zod";
import type { RuleKind } from "../../core/alerting/rule-kind.ts";
import { dependencySchema, idSchema, labelNameSchema, ownLabelsSchema } from "../../core/schema/name-schema.ts";
import { tierSchema } from "../../core/tier.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { ruleKinds } from "./index.ts";
import { matchersSchema, metricSchema } from "./selection.ts";
import { type OverrideConfig, tunedFaults } from "./tuned-rule.ts";

const dayMs = 86_400_000;
const waitSchema = durationSchema({ maxMs: 30 * dayMs });
const perSeveritySchema = z.strictObject({
  info: waitSchema.optional().describe("At severity `info`."),
  warning: waitSchema.optional().describe("At severity `warning`."),
  critical: waitSchema.optional().describe("At severity `critical`."),
});

const envelopeSchema = z.object({
  title: z.string().min(1).optional().describe("Name for people; the id when absent."),
  service: idSchema.optional().describe("Service that the alerts of the rule belong to; the series' own when absent."),
  depends_on: z
    .array(dependencySchema)
    .optional()
    .describe(
      "What its alerts are explained by: ids of checks, rules, services or hosts; `service/<id>` where an id is several.",
    ),
  explains: z
    .boolean()
    .default(true)
    .describe(
      "`false`: its alerts are the cause of no other; for what breaks nothing yet, such as a disk that will be full tomorrow.",
    ),
  tier: tierSchema.optional().describe("Tier of the alerts; the series' own when absent."),
  env: z.string().min(1).optional().describe("Environment of the alerts; the series' own, else the one that runs."),
  labels: ownLabelsSchema.default({}).describe("Labels added to the alerts."),
  summary: z
    .string()
    .min(1)
    .optional()
    .describe(
      "One line for messages; {<label>}, {value} and the value as {percent}, {bytes} or {duration} (of seconds) are filled in.",
    ),
  unit: z
    .string()
    .trim()
    .min(1)
    .max(16)
    .optional()
    .describe(
      "What messages write the value in: `percent` (of a share from 0 to 1), `bytes`, `seconds`, or a word of your own, such as orders. Where absent: what the limits are written in, else what the kind or the name of the metric says.",
    ),
  runbook: z.string().min(1).optional().describe("What to do: a text or an address; that of the service when absent."),
  for: z
    .union([waitSchema, perSeveritySchema])
    .default(0)
    .describe("How long the condition has to hold before it fires; one duration, or one per severity."),
  keep_firing_for: waitSchema.prefault("0s").describe("How long an alert goes on after its condition has ended."),
  k_of_n: z
    .strictObject({
      k: z.int().min(1).max(60).describe("In how many of them it has to be true."),
      n: z.int().min(1).max(60).describe("How many of the last judged minutes count."),
    })
    .refine(({ k, n }) => k <= n, "k must not be greater than n")
    .optional()
    .describe("The condition holds when it was true in k of the last n minutes that were judged."),
  on_nodata: z
    .enum(["keep", "resolve", "alert"])
    .default("keep")
    .describe(
      "Without data: keep what is, resolve, or let the same alert fire (at the mildest severity of the rule where it did not fire; after two minutes, however short `for` is).",
    ),
  never_seen: z
    .enum(["alert", "ignore"])
    .default("alert")
    .describe(
      "With on_nodata: alert, whether a rule that never found any series alerts as well; no sooner than two minutes after one `window`.",
    ),
  forget_after: durationSchema({ minMs: 60_000, maxMs: 365 * dayMs })
    .prefault("7d")
    .describe("After so long without data a series is taken as gone: its alert ends, and it is not expected any more."),
  unless: z
    .strictObject({
      metric: metricSchema.describe("Name of the other metric."),
      matchers: matchersSchema.default([]).describe("Which series of it."),
    })
    .optional()
    .describe("The condition does not hold where this metric is not 0 on a series whose labels the alert has, too."),
  interval: durationSchema({ minMs: 15_000, maxMs: dayMs }).prefault("15s").describe("How often the rule is judged."),
  by: z
    .array(z.union([labelNameSchema, z.enum(["check", "tier", "instance", "env", "service"])]))
    .optional()
    .describe(
      "Labels of the series that the alert keeps; all when absent. Series that become the same make one alert, the worst counts.",
    ),
});

/** A rule of any kind after parsing: plain data; the kind's own options stand beside these keys. */
export type RuleConfig = z.output<typeof envelopeSchema> &
  Readonly<{ kind: string; overrides: Readonly<Record<string, OverrideConfig>>; [option: string]: unknown }>;
export type RulesConfig = Readonly<Record<string, RuleConfig>>;

/** Keys that a rule has whatever its kind. */
export const ruleEnvelopeKeys: readonly string[] = ["kind", "overrides", ...Object.keys(envelopeSchema.shape)];

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
    .strictObject({
      kind: z.literal(kind.kind),
      ...envelopeSchema.shape,
      ...noDataShape(kind),
      ...kind.options.shape,
      overrides: overridesSchema(kind),
    })
    .superRefine((parsed, context) => {
      for (const { path, message } of tunedFaults(kind, parsed))
        context.addIssue({ code: "custom", path: [...path], message });
    });
}

/** A kind that is about missing data leaves no choice about it, and waits before it alerts. */
function noDataShape({ noData }: RuleKind) {
  if (noData === undefined) return {};
  const { for: waits } = envelopeSchema.shape;
  return {
    on_nodata: z.literal(noData.policy).default(noData.policy).describe("Always alert: that is what the kind is for."),
    for: waits.unwrap().default(noData.forMs).describe("How long a series has to be missing before it fires."),
  };
}

function overridesSchema({ options, tunable }: RuleKind) {
  const shape = options.shape as Readonly<Record<string, z.ZodType>>;
  const own = tunable.map((key) => [key, withoutDefault(shape[key] ?? z.never()).optional()] as const);
  const override = z.strictObject({
    matchers: matchersSchema.min(1).describe("Which series, as in routes."),
    off: z.boolean().default(false).describe("Leaves these series out."),
    ...Object.fromEntries(own),
  });
  return z
    .record(idSchema, override)
    .default({})
    .describe("Other limits for some of the series, by host, mount, interface …; the first that fits counts.");
}

/** What an override does not set stays as the rule has it, not as the kind's default is. */
function withoutDefault(schema: z.ZodType): z.ZodType {
  const isDefaulted = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault;
  if (!isDefaulted) return schema;
  const inner = schema.unwrap() as z.ZodType;
  return schema.description === undefined ? inner : inner.describe(schema.description);
}
