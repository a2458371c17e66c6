import { z } from "zod";

const form = /^(\d{1,3}(?:\.\d+)?)\s?%$/;

/** A share in the config, written `5%`; becomes a ratio from 0 to 1. */
export const percentSchema: z.ZodType<number, string> = z
  .string()
  .meta({ pattern: form.source, examples: ["5%"] })
  .transform((text, context) => {
    const ratio = Number(form.exec(text)?.[1] ?? Number.NaN) / 100;
    if (ratio >= 0 && ratio <= 1) return ratio;
    context.addIssue({ code: "custom", message: `"${text}" is no share; write it as 5%, between 0% and 100%` });
    return z.NEVER;
  });
