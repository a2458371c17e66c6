import { z } from "zod";
import { defineProbe } from "../../core/checks/probe.ts";
import { execMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runExec } from "./run.ts";

// What begins with a dash would be read as an option by the program; `@` and `?` may begin what is secret.
const addressSchema: z.ZodType<string, string> = z
  .string()
  .max(255)
  .regex(
    /^[^\s\p{C}@?-][^\s\p{C}@?]*$/u,
    "name what is looked at, as db-1.example: no spaces, @ or ?, no dash in front",
  );

/** Runs a plugin of the kind that Nagios knows, and takes over what it says. @see https://www.monitoring-plugins.org/doc/guidelines.html */
export const exec = defineProbe({
  kind: "exec",
  title: "Plugin",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 60_000, timeoutMs: 30_000, failureThreshold: 2 },
  address: addressSchema,
  defaultAddress: "localhost",
  display: (address) => address,
  hostOf: (address) => (address === "localhost" ? undefined : address),
  options: optionsSchema,
  metrics: execMetrics,
  create: (options, io) => ({
    run: (context) => runExec(options, io, context),
    async close() {},
  }),
});
