import { z } from "zod";

/** An id of anything nameable: ASCII, so that it can be a label, a path and a file name. */
export const idSchema = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/,
    "an id is 1 to 63 of a-z A-Z 0-9 . _ - and begins with a letter or digit",
  );

const reservedLabels: ReadonlySet<string> = new Set([
  "check",
  "tier",
  "instance",
  "env",
  "location",
  "service",
  "job",
  "le",
  "quantile",
  "alertname",
  "severity",
  "drill",
  "drill_name",
  "drill_policy",
]);

/** Name of a label a check, rule or route adds; the names Watchfire and Prometheus set themselves are refused. */
export const labelNameSchema = z
  .string()
  .regex(/^[a-zA-Z_][a-zA-Z0-9_]*$/, "a label name is letters, digits and _ and does not begin with a digit")
  .refine((name) => !reservedLabels.has(name) && !name.startsWith("__"), {
    message: "this label name is set by Watchfire or Prometheus itself",
  });

/** Labels that the user adds. */
export const ownLabelsSchema = z.record(labelNameSchema, z.string());

/** Names something that others depend on: an id, with `check/`, `rule/`, `service/` or `host/` before it where it is not clear otherwise. */
export const dependencySchema = z
  .string()
  .regex(
    /^(?:(?:check|rule|service|host)\/)?[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}$/,
    "must be the id of a check, rule, service or host, or check/<id>, rule/<id>, service/<id>, host/<id>",
  );
