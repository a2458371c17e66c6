import { z } from "zod";
import { defineProbe } from "../../core/checks/probe.ts";
import { commonMetrics, sqlMetrics } from "./metrics.ts";
import { optionsSchema } from "./options.ts";
import { runSql } from "./run.ts";

const nameSchema: z.ZodType<string, string> = z
  .string()
  .regex(/^[\w.:[\]-]{1,255}$/, "the target is a name, such as orders-db: address and password belong into dsn");

/** Asks a database with light queries that only read, and makes series of their rows. */
export const sql = defineProbe({
  kind: "sql",
  title: "SQL database",
  tier: "application",
  trigger: "schedule",
  defaults: { intervalMs: 60_000, timeoutMs: 15_000, failureThreshold: 3, retryIntervalMs: 15_000 },
  address: nameSchema,
  display: (name) => name,
  hostOf: (name) => name,
  options: optionsSchema,
  metrics: "dynamic",
  commonMetrics,
  metricsOf: (options) => sqlMetrics(options),
  create: (options, io) => ({
    run: (context) => runSql(options, io, context),
    async close() {},
  }),
});
