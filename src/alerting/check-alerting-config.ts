import { troubleAlertname } from "../core/alerting/own-trouble.ts";
import { nearestName } from "../core/nearest-name.ts";
import type { MaintenanceConfig } from "./muting/maintenance-schema.ts";
import type { TimeIntervalsConfig } from "./muting/time-intervals-schema.ts";
import type { ChildRouteConfig, RouteConfig } from "./routing/route-schema.ts";
import type { RulesConfig } from "./rules/rules-schema.ts";

/** Sections of alerting that name each other, after each has been parsed; of receivers and services only the names count. */
export type AlertingSections = Readonly<{
  route: RouteConfig;
  meta?: Readonly<{ receiver: string }> | undefined;
  rules: RulesConfig;
  receivers: Readonly<Record<string, unknown>>;
  services: Readonly<Record<string, unknown>>;
  time_intervals: TimeIntervalsConfig;
  calendar?: string | undefined;
  calendars?: Readonly<Record<string, unknown>>;
  maintenance: MaintenanceConfig;
}>;

/** A fault between sections, with the path of the key it is about, and the name that stands there and is nowhere else. */
export type AlertingConfigIssue = Readonly<{ path: readonly (string | number)[]; message: string; missing?: string }>;

/** Names of the alerts that no rule brings. */
export const ownAlertnames: ReadonlySet<string> = new Set([
  "CheckDown",
  "CheckFlapping",
  "CheckFlaw",
  "CheckBlind",
  troubleAlertname,
]);

/** Returns what the sections say of each other that is not so: unknown receivers and services and intervals, routes nothing reaches, taken names. */
export function checkAlertingConfig(sections: AlertingSections): readonly AlertingConfigIssue[] {
  const { route } = sections;
  return [
    ...receiverIssue(sections, route.receiver, ["route", "receiver"]),
    ...(sections.meta === undefined ? [] : receiverIssue(sections, sections.meta.receiver, ["meta", "receiver"])),
    ...childIssues(sections, route.routes, ["route", "routes"]),
    ...calendarIssues(sections),
    ...Object.entries(sections.rules).flatMap(([id, rule]) => ruleIssues(sections, id, rule.service)),
    ...Object.entries(sections.maintenance).flatMap(([id, { services = [], notify = [] }]) => [
      ...services.flatMap((name, index) => serviceIssue(sections, name, ["maintenance", id, "services", index])),
      ...notify.flatMap((name, index) => receiverIssue(sections, name, ["maintenance", id, "notify", index])),
    ]),
  ];
}

function childIssues(
  sections: AlertingSections,
  routes: Readonly<Record<string, ChildRouteConfig>> | undefined,
  path: readonly (string | number)[],
): AlertingConfigIssue[] {
  const issues: AlertingConfigIssue[] = [];
  let takesAll: string | undefined;
  for (const [name, child] of Object.entries(routes ?? {})) {
    const at = [...path, name];
    if (takesAll !== undefined)
      issues.push({ path: at, message: `nothing reaches this route: "${takesAll}" before it takes every alert` });
    if (child.matchers.length === 0 && !child.continue) takesAll ??= name;
    if (child.receiver !== undefined) issues.push(...receiverIssue(sections, child.receiver, [...at, "receiver"]));
    issues.push(...intervalIssues(sections, child, at));
    issues.push(...childIssues(sections, child.routes, [...at, "routes"]));
  }
  return issues;
}

function receiverIssue(
  { receivers }: AlertingSections,
  name: string,
  path: readonly (string | number)[],
): readonly AlertingConfigIssue[] {
  if (Object.hasOwn(receivers, name)) return [];
  return [{ path, message: `there is no receiver "${name}"${hint(name, receivers)}`, missing: name }];
}

function intervalIssues(
  { time_intervals: intervals }: AlertingSections,
  route: ChildRouteConfig,
  path: readonly (string | number)[],
): readonly AlertingConfigIssue[] {
  const issueOf = (name: string, at: readonly (string | number)[]): readonly AlertingConfigIssue[] => {
    if (Object.hasOwn(intervals, name)) return [];
    const message = `there is no time interval "${name}"${hint(name, intervals)}`;
    return [{ path: [...path, ...at], message, missing: name }];
  };
  const listed = (["mute_time_intervals", "active_time_intervals"] as const).flatMap((key) =>
    route[key].flatMap((name, index) => issueOf(name, [key, index])),
  );
  return route.hold === undefined ? listed : [...listed, ...issueOf(route.hold, ["hold"])];
}

const nameless = "there is no `calendar` in the config that this could mean; name one, such as cn";

function calendarIssues({
  calendar,
  calendars = {},
  time_intervals: intervals,
}: AlertingSections): AlertingConfigIssue[] {
  const named: { path: readonly (string | number)[]; name: string | true }[] = Object.entries(intervals).flatMap(
    ([id, entries]) =>
      entries.flatMap(({ workdays }, index) =>
        workdays === undefined ? [] : [{ path: ["time_intervals", id, index, "workdays"], name: workdays }],
      ),
  );
  if (calendar !== undefined) named.push({ path: ["calendar"], name: calendar });
  return named.flatMap(({ path, name }) => {
    if (name === true) return calendar === undefined ? [{ path, message: nameless, missing: "calendar" }] : [];
    return Object.hasOwn(calendars, name)
      ? []
      : [{ path, message: `there is no calendar "${name}"${hint(name, calendars)}`, missing: name }];
  });
}

function ruleIssues(
  sections: AlertingSections,
  id: string,
  service: string | undefined,
): readonly AlertingConfigIssue[] {
  const issues: AlertingConfigIssue[] = [];
  if (ownAlertnames.has(id))
    issues.push({
      path: ["rules", id],
      message: `"${id}" is the name of an alert of Watchfire's own; choose another id`,
    });
  if (service !== undefined) issues.push(...serviceIssue(sections, service, ["rules", id, "service"]));
  return issues;
}

function serviceIssue(
  { services }: AlertingSections,
  name: string,
  path: readonly (string | number)[],
): readonly AlertingConfigIssue[] {
  if (Object.hasOwn(services, name)) return [];
  return [{ path, message: `there is no service "${name}"${hint(name, services)}`, missing: name }];
}

function hint(name: string, known: Readonly<Record<string, unknown>>): string {
  const names = Object.keys(known);
  const nearest = nearestName(name, names);
  if (nearest !== undefined) return `; did you mean "${nearest}"?`;
  return names.length === 0 ? "; none is configured" : `; there are ${names.slice(0, 10).join(", ")}`;
}
