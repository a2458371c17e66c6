import { z } from "zod";
import { dialogueOptions, dialogueProblem } from "../../core/dialogue/dialogue-schema.ts";
import { slowerThanSchema } from "../../core/matching/slower-than.ts";
import { ipFamilies } from "../../core/ports/resolver.ts";

/** Options of a tcp check. */
export const optionsSchema = z
  .strictObject({
    family: z.enum(ipFamilies).default("any").describe("Address family to dial."),
    ...dialogueOptions,
    slower_than: slowerThanSchema.prefault({}).describe("Flaws of a slow run."),
  })
  .superRefine((options, context) => {
    const message = dialogueProblem(options);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

export type TcpOptions = z.infer<typeof optionsSchema>;
