import { z } from "zod";
import { idSchema } from "../../core/schema/name-schema.ts";

const testSchema = z
  .strictObject({
    labels: z
      .record(z.string().regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "a label name"), z.string())
      .describe("Labels of the alert; `check`, or a rule's `alertname`, brings the others that such an alert has."),
    at: z.iso
      .datetime({ offset: true, error: "write a time with its zone, such as 2026-11-26T03:00:00+08:00" })
      .describe("When the alert begins."),
    receivers: z
      .array(z.string())
      .optional()
      .describe("Exactly these receivers are told by the routes; [] when none is."),
    policy: z.string().optional().describe("The policy of the incident; `none` when it has none."),
    people: z.array(idSchema).optional().describe("Exactly these people are reached by the steps of the policy."),
  })
  .refine(({ receivers, policy, people }) => (receivers ?? policy ?? people) !== undefined, {
    message: "says not what it expects; it needs receivers, policy or people",
  });

/** Section `tests`: who has to be reached by an alert, checked by `validate`. */
export const configTestsSchema = z.record(idSchema, testSchema);

/** Section `tests` after parsing: plain data. */
export type ConfigTests = z.output<typeof configTestsSchema>;
