import { z } from "zod";
import { idSchema } from "../../core/schema/name-schema.ts";
import { severities } from "../../core/severity.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { matcherSchema } from "./matcher-schema.ts";

const groupBySchema = z
  .array(z.string().regex(/^(?:\.\.\.|[a-zA-Z_][a-zA-Z0-9_]*)$/, "a label name, or ... alone for all labels"))
  .superRefine((names, context) => {
    if (names.includes("...") && names.length > 1)
      context.addIssue({ code: "custom", message: "... groups by all labels and stands alone" });
    if (new Set(names).size !== names.length)
      context.addIssue({ code: "custom", message: "a label name stands twice in group_by" });
  });

const inheritedShape = {
  receiver: z.string().min(1).describe("Name of the receiver that is told."),
  policy: z
    .string()
    .min(1)
    .optional()
    .describe("Escalation policy of incidents on this route in place of their service's; `none`: no policy."),
  group_by: groupBySchema.describe(
    "Labels whose values make one group, one message; [...] groups by all labels, [] puts all in one.",
  ),
  group_wait: durationSchema({ maxMs: 86_400_000 }).describe(
    "How long a new group waits for more alerts before its first message.",
  ),
  group_interval: durationSchema({ minMs: 1000 }).describe(
    "Shortest time between two messages about changes of a group.",
  ),
  prompt: z
    .enum([...severities, "none"])
    .describe(
      "New alerts of this severity or a graver one wait for group_wait alone in a group that has spoken, not for group_interval; `none`: all wait, as in Alertmanager.",
    ),
  repeat_interval: durationSchema({ minMs: 1000 }).describe(
    "After this time an unchanged group that still fires is told again.",
  ),
};

const childShape = {
  matchers: z
    .array(matcherSchema)
    .default([])
    .describe(
      "All have to fit: name=value, name!=value, name=~pattern, name!~pattern; a missing label is the empty text.",
    ),
  continue: z.boolean().default(false).describe("After this route has matched, try the routes that follow it, too."),
  mute_time_intervals: z
    .array(idSchema)
    .default([])
    .describe("Time intervals within which this route tells of no outage; not inherited."),
  active_time_intervals: z
    .array(idSchema)
    .default([])
    .describe("Time intervals outside of which this route tells of no outage; not inherited, none means always."),
  hold: idSchema
    .optional()
    .describe(
      "Time interval within which this route keeps all that is not critical for one message at its end; not inherited.",
    ),
};

/** Keys of a map that are whole numbers lose their place in the order, and order decides here. */
const routeNameSchema = idSchema.regex(
  /\D/,
  "the name of a route must not be a number: its place in the order would be lost",
);

const ownChildSchema = z.strictObject({ ...z.object(inheritedShape).partial().shape, ...childShape });

/** A route below another after parsing: what it does not set, it inherits, except `continue` and the time intervals. */
export type ChildRouteConfig = z.output<typeof ownChildSchema> &
  Readonly<{ routes?: Readonly<Record<string, ChildRouteConfig>> | undefined }>;

const childRouteSchema: z.ZodType<ChildRouteConfig> = z.lazy(() =>
  z.strictObject({
    ...ownChildSchema.shape,
    routes: z
      .record(routeNameSchema, childRouteSchema)
      .optional()
      .describe("Routes below this one, tried in their order."),
  }),
);

/** Section `route`: who is told about which alerts, grouped how; the first route that fits takes the alert. */
export const routeSchema = z.strictObject({
  ...inheritedShape,
  group_by: inheritedShape.group_by.default(["service", "alertname"]),
  group_wait: inheritedShape.group_wait.default(30_000),
  group_interval: inheritedShape.group_interval.default(300_000),
  prompt: inheritedShape.prompt.default("critical"),
  repeat_interval: inheritedShape.repeat_interval.default(14_400_000),
  routes: z.record(routeNameSchema, childRouteSchema).optional().describe("Named routes, tried in their order."),
});

/** Section `route` after parsing: plain data. */
export type RouteConfig = z.output<typeof routeSchema>;
