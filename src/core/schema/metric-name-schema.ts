import { z } from "zod";
import { takenPrefixes } from "../checks/taken-prefixes.ts";

/** Name of a metric that a check chooses. */
export const metricNameSchema = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,199}$/, "a metric name is letters, digits and _")
  .refine((name) => !takenPrefixes.some((taken) => name.startsWith(taken)), {
    message: `a metric must not begin with ${takenPrefixes.join(", ")}: those names belong to other metrics`,
  });
