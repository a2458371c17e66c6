import type { Json } from "../../core/json.ts";
import type { Receivers } from "../delivery/config/receivers.ts";
import type { Lint } from "./lint-routes.ts";

/** What of a config says who is told: sections as they are written, and the receivers as they are opened. */
export type Reaching = Readonly<{ sections: Readonly<Record<string, Json>>; receivers: Receivers }>;

type Path = readonly (string | number)[];
type Named = Readonly<{ path: Path; receiver: string }>;

/** Finds where a receiver is named that reaches nobody there: a telephone or mail without an address of its own, and reports to what takes none. */
export function lintReach({ sections, receivers }: Reaching): readonly Lint[] {
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
      .map(({ path, receiver }) => ({
        path,
        message: `"${receiver}" reaches nobody here: it reaches persons, and none is named; give its notifier ${ownOption(receiver, receivers)}, or tell people by a step with oncall/<schedule> or person/<id>`,
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
      namesIn(mapOf(step)["notify"], ["policies", id, "steps", index, "notify"]),
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

function listOf(json: Json | undefined): readonly Json[] {
  return Array.isArray(json) ? (json as readonly Json[]) : [];
}

function mapOf(json: Json | undefined): Readonly<Record<string, Json>> {
  const isMap = json !== undefined && json !== null && typeof json === "object" && !Array.isArray(json);
  return isMap ? (json as Readonly<Record<string, Json>>) : {};
}
