import type { AlertGroup } from "../../core/alerting/alert-group.ts";
import type { Labels } from "../../core/labels.ts";
import { drillLabel, isDrill } from "../alert-book/drill-labels.ts";
import { matchRoutes, type Route } from "../routing/route-tree.ts";

/** The labels that alerts of one group share; a `group_by` label the alert lacks is left out. Drills never share a group with what is real. */
export function groupLabelsOf(route: Route, labels: Labels): Labels {
  if (route.groupBy === "all") return labels;
  const kept: Record<string, string> = isDrill(labels) ? { [drillLabel]: "true" } : {};
  for (const name of route.groupBy) {
    const text = labels[name];
    if (text !== undefined) kept[name] = text;
  }
  return kept;
}

/** Key of a group: the route's id and the group labels, as `route/os:{host="h1", tier="os"}`. */
export function groupKeyOf(route: Route, groupLabels: Labels): string {
  const pairs = Object.keys(groupLabels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(groupLabels[name])}`);
  return `${route.id}:{${pairs.join(", ")}}`;
}

/** True when the routes of today put an alert with these labels into the group. */
export function isRoutedTo(tree: Route, group: AlertGroup, labels: Labels): boolean {
  return matchRoutes(tree, labels).some(
    (route) => route.receiver === group.receiver && groupKeyOf(route, groupLabelsOf(route, labels)) === group.key,
  );
}
