import type { AddressKind } from "../../core/alerting/contact.ts";
import { nearestName } from "../../core/nearest-name.ts";
import type { AlertingConfigIssue } from "../check-alerting-config.ts";
import type { ChildRouteConfig, RouteConfig } from "../routing/route-schema.ts";
import type { SchedulesConfig } from "./oncall/schedules-schema.ts";
import type { PeopleConfig } from "./people/people-schema.ts";
import { parseReference } from "./people/reach-reference.ts";
import type { PoliciesConfig } from "./policies/policies-schema.ts";

type Named = Readonly<Record<string, unknown>>;
/** Sections whose names a reference to somebody may hold. */
export type ReferenceSections = Readonly<{ receivers: Named; people: Named; schedules: Named }>;

type Path = AlertingConfigIssue["path"];

/** Sections about people and those that name them, after each has been parsed; of receivers and time intervals only the names count. */
export type EscalationSections = Readonly<{
  receivers: Named;
  /** Receivers that reach a person by one address of theirs alone, and which. */
  addressed: ReadonlyMap<string, AddressKind>;
  time_intervals: Named;
  people: PeopleConfig;
  schedules: SchedulesConfig;
  policies: PoliciesConfig;
  services: Readonly<Record<string, Readonly<{ policy?: string }>>>;
  route: RouteConfig;
}>;

/** Returns what the sections say of each other that is not so, and who is counted on but cannot be reached. */
export function checkEscalation(sections: EscalationSections): readonly AlertingConfigIssue[] {
  const { people, schedules, policies, services, route } = sections;
  return [
    ...Object.entries(people).flatMap(([id, person]) => personIssues(sections, id, person)),
    ...Object.entries(schedules).flatMap(([id, schedule]) => scheduleIssues(sections, id, schedule)),
    ...Object.entries(policies).flatMap(([id, policy]) => policyIssues(sections, id, policy)),
    ...Object.entries(services).flatMap(([id, { policy }]) => policyName(sections, policy, ["services", id, "policy"])),
    ...routeIssues(sections, route, ["route"]),
  ];
}

/** Returns what is wrong with a reference to somebody who is to be told. */
export function referenceIssues(sections: ReferenceSections, text: string, path: Path): readonly AlertingConfigIssue[] {
  const reference = parseReference(text);
  if (reference === undefined)
    return [{ path, message: `"${text}" names nobody; write a receiver, oncall/<schedule> or person/<id>` }];
  if (reference.kind === "receiver") return unknownName("receiver", reference.receiver, sections.receivers, path);
  if (reference.kind === "person") return unknownName("person", reference.person, sections.people, path);
  return unknownName("schedule", reference.schedule, sections.schedules, path);
}

function personIssues(
  sections: EscalationSections,
  id: string,
  { reach, ...addresses }: PeopleConfig[string],
): AlertingConfigIssue[] {
  return Object.entries(reach).flatMap(([severity, names = []]) =>
    names.flatMap((name, index) => {
      const path = ["people", id, "reach", severity, index];
      const needed = sections.addressed.get(name);
      if (needed !== undefined && addresses[needed] === undefined)
        return [{ path, message: `"${name}" needs a person's ${needed}, and ${id} has none` }];
      return unknownName("receiver", name, sections.receivers, path);
    }),
  );
}

function scheduleIssues(
  sections: EscalationSections,
  id: string,
  schedule: SchedulesConfig[string],
): AlertingConfigIssue[] {
  const at = (...rest: Path): Path => ["schedules", id, ...rest];
  const layers = Object.entries(schedule.layers ?? {}).map(([name, layer]) => ({ layer, path: at("layers", name) }));
  const rotations = [{ layer: schedule, path: at() }, ...layers];
  const counted = [
    ...rotations.flatMap(({ layer, path }) =>
      (layer.members ?? []).map((person, index) => ({ person, path: [...path, "members", index] })),
    ),
    ...schedule.overrides.map(({ person }, index) => ({ person, path: at("overrides", index, "person") })),
    ...schedule.shadows.map(({ person }, index) => ({ person, path: at("shadows", index, "person") })),
  ];
  return [
    ...counted.flatMap(({ person, path }) => reachable(sections, person, path)),
    ...rotations.flatMap(({ layer, path }) =>
      (layer.only ?? []).flatMap((name, index) =>
        unknownName("time interval", name, sections.time_intervals, [...path, "only", index]),
      ),
    ),
    ...schedule.handover.flatMap((text, index) => referenceIssues(sections, text, at("handover", index))),
  ];
}

function reachable(sections: EscalationSections, id: string, path: Path): readonly AlertingConfigIssue[] {
  const unknown = unknownName("person", id, sections.people, path);
  if (unknown.length > 0 || Object.keys(sections.people[id]?.reach ?? {}).length > 0) return unknown;
  return [{ path, message: `"${id}" cannot be reached: people.${id}.reach names no receiver` }];
}

function policyIssues(
  sections: EscalationSections,
  id: string,
  { steps }: PoliciesConfig[string],
): AlertingConfigIssue[] {
  return steps.flatMap(({ notify, when }, step) => {
    const path: Path = ["policies", id, "steps", step];
    return [
      ...notify.flatMap((text, index) => referenceIssues(sections, text, [...path, "notify", index])),
      ...(when.during ?? []).flatMap((name, index) =>
        unknownName("time interval", name, sections.time_intervals, [...path, "when", "during", index]),
      ),
    ];
  });
}

function routeIssues(
  sections: EscalationSections,
  route: RouteConfig | ChildRouteConfig,
  path: Path,
): AlertingConfigIssue[] {
  const own = route.policy === "none" ? [] : policyName(sections, route.policy, [...path, "policy"]);
  const below = Object.entries(route.routes ?? {}).flatMap(([name, child]) =>
    routeIssues(sections, child, [...path, "routes", name]),
  );
  return [...own, ...below];
}

function policyName(
  { policies }: EscalationSections,
  name: string | undefined,
  path: Path,
): readonly AlertingConfigIssue[] {
  return name === undefined ? [] : unknownName("policy", name, policies, path);
}

function unknownName(what: string, name: string, known: Named, path: Path): readonly AlertingConfigIssue[] {
  if (Object.hasOwn(known, name)) return [];
  const names = Object.keys(known);
  const nearest = nearestName(name, names);
  const listed = names.length === 0 ? "none is configured" : `there are ${names.slice(0, 10).join(", ")}`;
  const right = nearest === undefined ? listed : `did you mean "${nearest}"?`;
  return [{ path, message: `there is no ${what} "${name}"; ${right}`, missing: name }];
}
