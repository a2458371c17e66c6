import { nearestName } from "../../core/nearest-name.ts";
import { type DependencySource, dependentsOf, hostsOf, mostHops, namesOf } from "./dependency-graph.ts";
import { resolveDependency } from "./dependency-names.ts";

/** A fault, with the path of the key it is about, and the name that stands there and is nowhere else. */
type Fault = Readonly<{ path: readonly (string | number)[]; message: string; missing?: string }>;

/** What a node leads to, and where that is written. */
type Written = Readonly<{ to: string; path: readonly (string | number)[] }>;

/** Returns dependencies that name nothing or several things, and circles: what needs itself in the end explains nothing. */
export function checkCorrelation(source: DependencySource): readonly Fault[] {
  const faults: Fault[] = [];
  const edges = new Map<string, Written[]>();
  const add = (from: string, written: Written): void => {
    const known = edges.get(from);
    if (known === undefined) edges.set(from, [written]);
    else known.push(written);
  };
  const known = { ...namesOf(source), hosts: hostsOf(source) };
  for (const { node, dependsOn = [] } of dependentsOf(source)) {
    for (const [index, name] of dependsOn.entries()) {
      const path = [...pathOf(node), "depends_on", index];
      const to = resolveDependency(name, known);
      if (typeof to === "string") add(node, { to, path });
      else {
        const { problem, missing } = to;
        faults.push({
          path,
          message: `${problem}${hint(name, known)}`,
          ...(missing === undefined ? {} : { missing }),
        });
      }
    }
  }
  for (const { id, needs } of source.services.values())
    for (const [index, need] of needs.entries())
      add(`service/${id}`, { to: `service/${need}`, path: ["services", id, "needs", index] });
  return [...faults, ...circles(edges, source)];
}

function pathOf(node: string): readonly string[] {
  const [kind, id = ""] = node.split("/");
  return [kind === "rule" ? "rules" : "checks", id];
}

function hint(name: string, known: Readonly<Record<string, ReadonlySet<string>>>): string {
  const nearest = nearestName(name, [...new Set(Object.values(known).flatMap((names) => [...names]))]);
  return nearest === undefined || nearest === name ? "" : `; did you mean "${nearest}"?`;
}

/**
 * A check leads to what its service needs, and a service to its checks: whoever depends on a service depends on them. Only what is
 * written closes a circle, so each is named once, at the edge that closes it.
 */
function circles(edges: ReadonlyMap<string, readonly Written[]>, source: DependencySource): readonly Fault[] {
  const members = new Map<string, string[]>();
  const serviceOf = new Map<string, string>();
  for (const { node, service } of dependentsOf(source)) {
    if (service === undefined) continue;
    serviceOf.set(node, service);
    if (edges.has(node)) members.set(service, [...(members.get(service) ?? []), node]);
  }
  const next = (node: string): readonly Readonly<{ to: string; path?: Written["path"] }>[] => {
    const own = edges.get(node) ?? [];
    const service = serviceOf.get(node);
    if (service !== undefined) return [...own, ...(edges.get(`service/${service}`) ?? [])];
    const [kind, id = ""] = node.split("/");
    return kind === "service" ? [...own, ...(members.get(id) ?? []).map((to) => ({ to }))] : own;
  };
  const search = new CircleSearch(next);
  for (const node of edges.keys()) search.from(node);
  return search.faults;
}

type Step = Readonly<{ node: string; path: Written["path"] | undefined }>;

class CircleSearch {
  readonly faults: Fault[] = [];
  readonly #next: (node: string) => readonly Readonly<{ to: string; path?: Written["path"] }>[];
  readonly #depth = new Map<string, number>();
  readonly #way: Step[] = [];

  constructor(next: (node: string) => readonly Readonly<{ to: string; path?: Written["path"] }>[]) {
    this.#next = next;
  }

  /** Returns how deep the way below a node is. */
  from(node: string, path?: Written["path"]): number {
    const known = this.#depth.get(node);
    if (known !== undefined) return known;
    this.#way.push({ node, path });
    let deepest = 0;
    for (const { to, path: written } of this.#next(node)) {
      const start = this.#way.findIndex((step) => step.node === to);
      if (start >= 0) this.#closed(start, written);
      else deepest = Math.max(deepest, 1 + this.from(to, written));
    }
    this.#way.pop();
    this.#depth.set(node, deepest);
    if (deepest === mostHops + 1 && path !== undefined)
      this.faults.push({ path, message: `leads more than ${mostHops} steps down` });
    return deepest;
  }

  #closed(start: number, written: Written["path"] | undefined): void {
    const circle = this.#way.slice(start);
    const names = [...circle, circle[0]].map((step) => step?.node ?? "");
    const path = written ?? circle.findLast((step) => step.path !== undefined)?.path;
    if (path !== undefined)
      this.faults.push({ path, message: `closes a circle of dependencies: ${names.join(" → ")}` });
  }
}
