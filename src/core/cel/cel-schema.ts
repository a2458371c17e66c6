import { z } from "zod";
import { type CelProgram, compileCel } from "./cel-program.ts";

/** An expression of CEL in the config; becomes a compiled one. */
export const celSchema: z.ZodType<CelProgram, string> = z.string().transform((source, context) => {
  const compiled = compileCel(source);
  if ("program" in compiled) return compiled.program;
  context.addIssue({ code: "custom", message: `this is no CEL expression that fits: ${compiled.problem}` });
  return z.NEVER;
});
