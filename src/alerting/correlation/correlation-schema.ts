import { z } from "zod";
import { idSchema, labelNameSchema } from "../../core/schema/name-schema.ts";
import { severitySchema } from "../../core/schema/severity-schema.ts";
import { tierSchema, tiers } from "../../core/tier.ts";
import { durationSchema } from "../../core/time/duration.ts";

const hourMs = 3_600_000;
/** Labels that Watchfire sets, and by whose values alerts can belong together. */
const ownSetLabels: ReadonlySet<string> = new Set(["check", "instance", "service", "job"]);
const sideSchema = z.strictObject({
  tier: tierSchema.describe("Tier of the alerts on this side."),
  label: z
    .string()
    .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, {
      error: "a label name is letters, digits and _ and does not begin with a digit",
      abort: true,
    })
    .refine((name) => ownSetLabels.has(name) || labelNameSchema.safeParse(name).success, {
      message: `no alert is told apart by this label; of those that Watchfire sets there are ${[...ownSetLabels].join(", ")}`,
    })
    .describe("Label whose value has to be the same as on the other side; an alert without it never fits."),
});

/** Section `correlation`: when an alert counts as explained by another. */
export const correlationSchema = z.strictObject({
  wait: durationSchema({ maxMs: hourMs })
    .prefault("30s")
    .describe(
      "How long a symptom waits for a cause that fails but is not confirmed; critical business alerts never do.",
    ),
  skew: durationSchema({ maxMs: hourMs })
    .prefault("2m")
    .describe("How much later than the symptom a cause may have been noticed; checks look at different times."),
  grace: durationSchema({ maxMs: hourMs })
    .prefault("1m")
    .describe("How long a symptom may outlive its cause before it is told on its own."),
  floor: severitySchema.default("warning").describe("The mildest severity that explains anything."),
  stale_after: durationSchema({ minMs: 1000 })
    .prefault("6h")
    .describe(
      "What had failed for longer than this when a symptom began, and is not critical, does not explain it: the symptom was well beside it.",
    ),
  mappings: z
    .record(
      idSchema,
      z
        .strictObject({
          symptom: sideSchema.describe("The alerts that are explained."),
          cause: sideSchema.describe("The alerts that explain them; of a lower tier."),
        })
        .refine(({ symptom, cause }) => tiers.indexOf(cause.tier) > tiers.indexOf(symptom.tier), {
          message: "the cause must be of a lower tier than the symptom (business, application, os)",
        }),
    )
    .default({})
    .describe("Edges between alerts whose labels have the same value under different names."),
});

/** Section `correlation` after parsing: plain data. */
export type CorrelationConfig = z.output<typeof correlationSchema>;

/** Section `correlation`, opened. */
export type Correlation = Readonly<{
  waitMs: number;
  skewMs: number;
  graceMs: number;
  floor: CorrelationConfig["floor"];
  staleAfterMs: number;
  mappings: CorrelationConfig["mappings"];
}>;

/** Opens the section. */
export function openCorrelation(config: CorrelationConfig): Correlation {
  const { wait, skew, grace, floor, stale_after, mappings } = config;
  return { waitMs: wait, skewMs: skew, graceMs: grace, floor, staleAfterMs: stale_after, mappings };
}
