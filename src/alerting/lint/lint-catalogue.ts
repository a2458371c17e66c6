import type { Contact } from "../../core/alerting/contact.ts";
import type { Json } from "../../core/json.ts";
import type { Service } from "../../core/service.ts";
import type { Lint } from "./lint-routes.ts";

/** What of a config is searched for names that nobody uses and for people whom nobody can find. */
export type Catalogue = Readonly<{
  /** Sections as they are written, by name. */
  sections: Readonly<Record<string, Json>>;
  services: readonly Service[];
  /** Ids of the services that checks and rules belong to. */
  usedServices: ReadonlySet<string>;
  people: ReadonlyMap<string, Readonly<{ contact: Contact }>>;
}>;

const named = [
  { section: "receivers", what: "receiver", prefix: "" },
  { section: "schedules", what: "schedule", prefix: "oncall/" },
  { section: "policies", what: "policy", prefix: "" },
  { section: "time_intervals", what: "time interval", prefix: "" },
] as const;

/** Finds what is configured and used by nothing, services without an owner, and people without an address. */
export function lintCatalogue({ sections, services, usedServices, people }: Catalogue): readonly Lint[] {
  const written = textsIn({ ...sections, receivers: fallbacksOf(sections["receivers"]) });
  for (const { policy } of services) if (policy !== undefined) written.add(policy);
  const unused = named.flatMap(({ section, what, prefix }) =>
    keysOf(sections[section])
      .filter((id) => !isNamed(written, `${prefix}${id}`))
      .map((id) => ({ path: [section, id], message: `nothing uses this ${what}` })),
  );
  const members = textsIn(sections["schedules"] ?? {});
  const idle = [...people.keys()]
    .filter((id) => !isNamed(written, `person/${id}`) && !members.has(id))
    .map((id) => ({ path: ["people", id], message: "is in no schedule and no policy: nobody counts on this person" }));
  const homeless = [...people.values()].flatMap(({ contact }, index) =>
    Object.keys(contact.addresses).length > 0
      ? []
      : [
          {
            path: ["people", [...people.keys()][index] ?? ""],
            message: "has no address: nothing calls or mentions this person",
          },
        ],
  );
  return [
    ...unused,
    ...idle,
    ...homeless,
    ...services.flatMap(({ id, owner }) => [
      ...(owner === undefined ? [{ path: ["services", id], message: "has no owner: nobody knows whose it is" }] : []),
      ...(usedServices.has(id)
        ? []
        : [{ path: ["services", id], message: "no check and no rule belongs to this service" }]),
    ]),
  ];
}

/** Of receivers only what they name themselves; their own keys are no use of them. */
function fallbacksOf(receivers: Json | undefined): Json {
  if (!isMap(receivers)) return {};
  return Object.values(receivers).map((receiver) => (isMap(receiver) ? (receiver["fallback"] ?? []) : []));
}

function isNamed(written: ReadonlySet<string>, name: string): boolean {
  return written.has(name) || [...written].some((text) => text.startsWith(`${name}+`));
}

function textsIn(json: Json, found = new Set<string>()): Set<string> {
  if (typeof json === "string") found.add(json);
  else if (json !== null && typeof json === "object")
    for (const item of Object.values(json as Readonly<Record<string, Json>>)) textsIn(item, found);
  return found;
}

function keysOf(json: Json | undefined): readonly string[] {
  return isMap(json) ? Object.keys(json) : [];
}

function isMap(json: Json | undefined): json is Readonly<Record<string, Json>> {
  return json !== undefined && json !== null && typeof json === "object" && !Array.isArray(json);
}
