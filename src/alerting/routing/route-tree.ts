import type { Labels } from "../../core/labels.ts";
import { type Matcher, matches } from "../../core/matching/matcher.ts";
import { compileMatchers } from "./matcher-schema.ts";
import type { ChildRouteConfig, RouteConfig } from "./route-schema.ts";

/** A node of the routing tree with everything inherited filled in. */
export type Route = Readonly<{
  /** Names from the root on, joined with `/`: stays the same when matchers or times are edited. */
  id: string;
  receiver: string;
  /** Policy in place of the services'; `none` for no policy. */
  policy?: string;
  /** `all` makes one group per label set. */
  groupBy: readonly string[] | "all";
  groupWaitMs: number;
  groupIntervalMs: number;
  /** The mildest severity of which new alerts do not wait for the interval; `none`: all wait. */
  prompt: RouteConfig["prompt"];
  repeatIntervalMs: number;
  matchers: readonly Matcher[];
  continues: boolean;
  /** Names of the intervals within which it is muted. */
  muteIntervals: readonly string[];
  /** Names of the intervals outside of which it is muted; none: never for that. */
  activeIntervals: readonly string[];
  /** Name of the interval within which it keeps what is not critical for a digest. */
  hold?: string;
  children: readonly Route[];
}>;

/** Compiles the section `route`. */
export function buildRouteTree(config: RouteConfig): Route {
  const root: Route = {
    id: "route",
    receiver: config.receiver,
    ...(config.policy === undefined ? {} : { policy: config.policy }),
    groupBy: groupByOf(config.group_by),
    groupWaitMs: config.group_wait,
    groupIntervalMs: config.group_interval,
    prompt: config.prompt,
    repeatIntervalMs: config.repeat_interval,
    matchers: [],
    continues: false,
    muteIntervals: [],
    activeIntervals: [],
    children: [],
  };
  return { ...root, children: childrenOf(root, config.routes) };
}

/**
 * Returns the routes that take an alert, depth first: a child that fits takes it from its parent and, unless it continues, from
 * the children after it. The root takes what no child takes, so there is always one.
 */
export function matchRoutes(route: Route, labels: Labels): readonly Route[] {
  if (!matches(route.matchers, labels)) return [];
  const taken: Route[] = [];
  for (const child of route.children) {
    const found = matchRoutes(child, labels);
    taken.push(...found);
    if (found.length > 0 && !child.continues) break;
  }
  return taken.length > 0 ? taken : [route];
}

/** Returns all routes of the tree by their id. */
export function routesById(route: Route): ReadonlyMap<string, Route> {
  const found = new Map([[route.id, route]]);
  for (const child of route.children) for (const [id, node] of routesById(child)) found.set(id, node);
  return found;
}

function childrenOf(parent: Route, configs: RouteConfig["routes"]): readonly Route[] {
  return Object.entries(configs ?? {}).map(([name, config]) => {
    const route = childOf(parent, name, config);
    return { ...route, children: childrenOf(route, config.routes) };
  });
}

function childOf(parent: Route, name: string, config: ChildRouteConfig): Route {
  const policy = config.policy ?? parent.policy;
  return {
    id: `${parent.id}/${name}`,
    receiver: config.receiver ?? parent.receiver,
    ...(policy === undefined ? {} : { policy }),
    groupBy: config.group_by === undefined ? parent.groupBy : groupByOf(config.group_by),
    groupWaitMs: config.group_wait ?? parent.groupWaitMs,
    groupIntervalMs: config.group_interval ?? parent.groupIntervalMs,
    prompt: config.prompt ?? parent.prompt,
    repeatIntervalMs: config.repeat_interval ?? parent.repeatIntervalMs,
    matchers: compileMatchers(config.matchers),
    continues: config.continue,
    muteIntervals: config.mute_time_intervals,
    activeIntervals: config.active_time_intervals,
    ...(config.hold === undefined ? {} : { hold: config.hold }),
    children: [],
  };
}

function groupByOf(names: readonly string[]): Route["groupBy"] {
  return names.includes("...") ? "all" : [...names].sort();
}
