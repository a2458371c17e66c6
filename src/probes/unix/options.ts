import { z } from "zod";
import { dialogueOptions, dialogueProblem } from "../../core/dialogue/dialogue-schema.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";

/** Options of a unix check. */
export const optionsSchema = z
  .strictObject({
    ...dialogueOptions,
    slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow run."),
  })
  .superRefine((options, context) => {
    const message = dialogueProblem(options) ?? nameProblem(options);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

export type UnixOptions = z.infer<typeof optionsSchema>;

/** A path has no name that a certificate could be for. */
function nameProblem({ encryption, dialogue, tls }: z.infer<z.ZodObject<typeof dialogueOptions>>): string | undefined {
  const isTls = encryption === "tls" || dialogue.some(({ starttls }) => starttls);
  if (!isTls || tls?.server_name !== undefined || tls?.verify === false) return undefined;
  return "the certificate's name cannot be known from a path: set tls.server_name, or tls.verify: false";
}
