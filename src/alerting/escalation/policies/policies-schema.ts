import { z } from "zod";
import { idSchema } from "../../../core/schema/name-schema.ts";
import { severitySchema } from "../../../core/schema/severity-schema.ts";
import { tierSchema } from "../../../core/tier.ts";
import { durationSchema } from "../../../core/time/duration.ts";

const dayMs = 86_400_000;

const whenSchema = z.strictObject({
  tiers: z.array(tierSchema).min(1).optional().describe("One of the firing alerts is of one of these tiers."),
  severities: z.array(severitySchema).min(1).optional().describe("The incident is of one of these severities."),
  during: z.array(idSchema).min(1).optional().describe("One of these time intervals holds at that moment."),
  until: z
    .enum(["acknowledged", "resolved"])
    .default("acknowledged")
    .describe("`resolved`: somebody who has taken the incident does not stop the step; only its end does."),
});

const stepSchema = z.strictObject({
  at: durationSchema({ maxMs: 7 * dayMs }).describe("How long after the incident has opened; `0s` is at once."),
  notify: z
    .array(z.string().min(1))
    .min(1)
    .max(20)
    .describe("Who is told: a receiver, `oncall/<schedule>`, `oncall/<schedule>+1` for the next one, `person/<id>`."),
  when: whenSchema.prefault({}).describe("Conditions that all have to hold; a step whose do not is passed over."),
});

const lastsSchema = durationSchema({ minMs: 60_000, maxMs: 30 * dayMs });

const policySchema = z.strictObject({
  title: z.string().min(1).max(100).optional().describe("Name for people; the id when absent."),
  steps: z
    .array(stepSchema)
    .min(1)
    .max(30)
    .superRefine((steps, context) => {
      steps.forEach(({ at }, index) => {
        const before = steps[index - 1];
        if (before !== undefined && at < before.at)
          context.addIssue({
            code: "custom",
            path: [index, "at"],
            message: "a step must not be before the one above it",
          });
      });
    })
    .describe("Steps in the order of their times."),
  // oxlint-disable-next-line no-thenable -- a key of the config
  then: z
    .strictObject({
      repeat: durationSchema({ minMs: 60_000, maxMs: 7 * dayMs }).describe(
        "So long after its last step the chain begins again while nobody has taken the incident.",
      ),
    })
    .optional()
    .describe("What follows the last step; nothing when absent."),
  ring_again: durationSchema({ minMs: 60_000, maxMs: 7 * dayMs })
    .prefault("15m")
    .describe(
      "When another critical alert joins an incident that nobody has taken and all steps are over, the chain begins again, so long after the last step at the earliest.",
    ),
  acknowledgement_lasts: z
    .strictObject({
      critical: lastsSchema.optional().describe("For critical incidents; until they end when absent."),
      warning: lastsSchema.optional().describe("For warnings; until they end when absent."),
      info: lastsSchema.optional().describe("For everything else; until they end when absent."),
    })
    .default({})
    .describe("How long an acknowledgement holds before the chain goes on with its next step."),
});

/** Section `policies`: who is told when nobody takes an incident. */
export const policiesSchema = z.record(
  idSchema.refine((id) => id !== "none", { message: '"none" stands for no policy' }),
  policySchema,
);

/** Section `policies` after parsing. */
export type PoliciesConfig = z.output<typeof policiesSchema>;
