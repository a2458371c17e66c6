import type { Json } from "../../core/json.ts";
import { type Severity, severities } from "../../core/severity.ts";
import type { Receivers } from "../delivery/config/receivers.ts";
import { parseReference } from "../escalation/people/reach-reference.ts";
import type { Directory } from "../escalation/telling/reach.ts";
import type { Lint } from "./lint-routes.ts";

/** What of a config says who is told: sections as they are written, and the receivers as they are opened. */
export type Reaching = Readonly<{
  sections: Readonly<Record<string, Json>>;
  receivers: Receivers;
  directory: Directory;
}>;

type Path = readonly (string | number)[];
/** `step`: the step of a policy that names it, perhaps beside persons. */
type Named = Readonly<{ path: Path; receiver: string; step?: Json }>;

/** Finds where a receiver is named that reaches nobody there: a telephone or mail without an address of its own, and reports to what takes none. */
export function lintReach({ sections, receivers, directory }: Reaching): readonly Lint[] {
  const personal = new Set(
    [...receivers.values()]
      .filter(({ integrations }) => integrations.every(({ personsOnly }) => personsOnly))
      .map(({ name }) => name),
  );
  const unread = new Set(
    [...receivers.values()]
      .filter(({ integrations }) => integrations.every(({ interrupts, alertsOnly }) => interrupts || alertsOnly))
      .map(({ name }) => name),
  );
  return [
    ...namedAlone(sections, personal)
      .filter(({ receiver }) => personal.has(receiver))
      .map((named) => ({
        path: named.path,
        message: aloneWords(named, ownOption(named.receiver, receivers), directory),
      })),
    ...reportsTo(sections)
      .filter(({ receiver }) => unread.has(receiver))
      .map(({ path, receiver }) => ({
        path,
        message: `"${receiver}" gets no reports: it rings, or takes alerts only`,
      })),
    ...reportsTo(sections)
      .filter(({ receiver }) => personal.has(receiver) && !unread.has(receiver))
      .map(({ path, receiver }) => ({
        path,
        message: `"${receiver}" reaches nobody here: a report is for no person in particular; give its notifier ${ownOption(receiver, receivers)}`,
      })),
  ];
}

/** What becomes of a receiver without addresses of its own: persons who are named beside it are told by it where their reach says so. */
function aloneWords({ receiver, step }: Named, option: string, directory: Directory): string {
  const groups = namesOf(mapOf(step)["notify"]).flatMap((name) => personsBehind(name, directory));
  if (groups.length === 0)
    return `"${receiver}" reaches nobody here: it reaches persons, and none is named; give its notifier ${option}, or tell people by a step with oncall/<schedule> or person/<id>`;
  const isTold = (severity: Severity) => (id: string) =>
    directory.people.get(id)?.reach[severity].includes(receiver) === true;
  const asked = severitiesOf(step);
  const untold = asked.filter((severity) => !groups.some((persons) => persons.every(isTold(severity))));
  if (untold.length === 0)
    return `"${receiver}" adds nothing here: the persons beside it are told by it anyway; leave it out, or give its notifier ${option} for others who are to read it`;
  const when = untold.length === severities.length ? "" : ` of what is ${untold.toReversed().join(" or ")}`;
  return `"${receiver}" reaches nobody here${when}: it reaches persons, and the reach of those beside it does not name it; name it there, or give its notifier ${option}`;
}

/** Everybody whom a reference may stand for, as one group; none for a receiver and for a schedule without people. */
function personsBehind(name: string, { schedules }: Directory): readonly (readonly string[])[] {
  const reference = parseReference(name);
  if (reference?.kind === "person") return [[reference.person]];
  const schedule = reference?.kind === "oncall" ? schedules.get(reference.schedule) : undefined;
  if (schedule === undefined) return [];
  const persons = [
    ...schedule.layers.flatMap(({ members }) => members),
    ...schedule.overrides.map(({ person }) => person),
  ];
  return persons.length === 0 ? [] : [persons];
}

function severitiesOf(step: Json | undefined): readonly Severity[] {
  const written = listOf(mapOf(mapOf(step)["when"])["severities"]);
  return written.length === 0 ? severities : severities.filter((severity) => written.includes(severity));
}

/** The options that give its notifiers addresses of their own. */
function ownOption(name: string, receivers: Receivers): string {
  const options = receivers.get(name)?.integrations.flatMap((each) => each.ownOption ?? []) ?? [];
  return [...new Set(options)].map((option) => `\`${option}\``).join(" or ");
}

/** Places that name a receiver and no person; who takes over from what reaches persons alone does so for those. */
function namedAlone(
  { route, policies, receivers, meta }: Reaching["sections"],
  personal: ReadonlySet<string>,
): readonly Named[] {
  const steps = Object.entries(mapOf(policies)).flatMap(([id, policy]) =>
    listOf(mapOf(policy)["steps"]).flatMap((step, index) =>
      namesIn(mapOf(step)["notify"], ["policies", id, "steps", index, "notify"]).map((named) => ({ ...named, step })),
    ),
  );
  const fallbacks = Object.entries(mapOf(receivers)).flatMap(([id, receiver]) =>
    personal.has(id) ? [] : namesIn(mapOf(receiver)["fallback"], ["receivers", id, "fallback"]),
  );
  return [...routed(route, ["route"]), ...steps, ...fallbacks, ...own(meta, ["meta"])];
}

function routed(route: Json | undefined, path: Path): readonly Named[] {
  const below = Object.entries(mapOf(mapOf(route)["routes"]));
  return [...own(route, path), ...below.flatMap(([id, child]) => routed(child, [...path, "routes", id]))];
}

function own(section: Json | undefined, path: Path): readonly Named[] {
  const { receiver } = mapOf(section);
  return typeof receiver === "string" ? [{ path: [...path, "receiver"], receiver }] : [];
}

function reportsTo({ reports }: Reaching["sections"]): readonly Named[] {
  return Object.entries(mapOf(reports)).flatMap(([id, report]) => namesIn(mapOf(report)["to"], ["reports", id, "to"]));
}

function namesIn(list: Json | undefined, path: Path): readonly Named[] {
  return listOf(list).flatMap((name, index) =>
    typeof name === "string" ? [{ path: [...path, index], receiver: name }] : [],
  );
}

function namesOf(list: Json | undefined): readonly string[] {
  return listOf(list).filter((name) => typeof name === "string");
}

function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}

function mapOf(json: Json | undefined): Readonly<Record<string, Json>> {
  const isMap = json !== undefined && json !== null && typeof json === "object" && !Array.isArray(json);
  return isMap ? (json as Readonly<Record<string, Json>>) : {};
}
