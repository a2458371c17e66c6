import { z } from "zod";
import { Secret } from "../secrets/secret.ts";

/** A secret text in the config; the JSON Schema marks it `writeOnly`, so that `show` and forms never print it. */
export const secretSchema: z.ZodType<Secret, string> = z
  .string()
  .min(1, "a secret must not be empty")
  .meta({ writeOnly: true })
  .transform((text) => new Secret(text));
