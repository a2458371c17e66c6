import { z } from "zod";
import { troubleAlertname } from "../../../core/alerting/own-trouble.ts";
import type { RouteConfig } from "../../routing/route-schema.ts";
import { componentsOf } from "../lanes/channel-component.ts";

/** The section `meta`: who is told when the daemon itself is in trouble. */
export const metaSchema = z.strictObject({
  receiver: z
    .string()
    .min(1)
    .describe(
      "Receiver of alerts about the daemon itself, such as a dead channel; best one that shares nothing with the others. Trouble with itself takes the ordinary routes.",
    ),
});

/** Section `meta` after parsing. */
export type MetaConfig = z.output<typeof metaSchema>;

/** No name that a config may give to a route, so that it hides none. */
const metaRoute = "meta:";

/**
 * The routes with one before all others that takes the daemon's own trouble to the receiver of `meta`; trouble with that receiver takes
 * the ordinary routes, as it would not get there.
 */
export function withMetaRoute(route: RouteConfig, meta: MetaConfig | undefined): RouteConfig {
  if (meta === undefined) return route;
  const own = {
    matchers: [`alertname=${troubleAlertname}`, `component!~${JSON.stringify(componentsOf(meta.receiver))}`],
    continue: false,
    mute_time_intervals: [],
    active_time_intervals: [],
    receiver: meta.receiver,
    group_by: ["component"],
    group_wait: 10_000,
  };
  return { ...route, routes: { [metaRoute]: own, ...route.routes } };
}
