import type { Check } from "../../core/checks/check.ts";
import type { Labels } from "../../core/labels.ts";
import type { Service } from "../../core/service.ts";
import type { ConfiguredRule } from "../rules/configured-rule.ts";
import { resolveDependency } from "./dependency-names.ts";

const checkAlertnames: ReadonlySet<string> = new Set(["CheckDown", "CheckFlaw", "CheckBlind", "CheckFlapping"]);

/** A way down is never longer than this. */
export const mostHops = 32;

/** Nodes that stand in for each other: what lies below one of them counts only while more than `mostFailing` of them fail. */
export type Gate = Readonly<{ of: readonly string[]; mostFailing: number }>;

/** An edge from what depends to what it depends on; explicit ones (`needs`, `depends_on`) also hold inside a tier. */
export type Edge = Readonly<{ to: string; isExplicit: boolean; gates: readonly Gate[] }>;

/** A node that another depends on, with the nodes between them. */
export type Reached = Readonly<{
  node: string;
  isExplicit: boolean;
  gates: readonly Gate[];
  via: readonly string[];
}>;

/** What of the config makes the graph. */
export type DependencySource = Readonly<{
  checks: readonly Pick<Check, "id" | "service" | "dependsOn" | "probe">[];
  rules: readonly Pick<ConfiguredRule, "id" | "service" | "dependsOn">[];
  services: ReadonlyMap<string, Service>;
}>;

type Dependent = Readonly<{ node: string; service?: string; dependsOn?: readonly string[] }>;

/** Where an alert stands. */
type Place = Readonly<{ own: string; hosts: readonly string[]; starts: readonly string[] }>;

/** Who depends on whom: nodes are `check/<id>`, `rule/<id>`, `service/<id>` and `host/<id>`. */
export class DependencyGraph {
  /** Ids of the machines that services name or that host checks measure. */
  readonly hosts: ReadonlySet<string>;
  /** Nodes that count for a redundancy group. */
  readonly counted: ReadonlySet<string>;
  readonly #places = new WeakMap<Labels, Place>();
  readonly #edges = new Map<string, readonly Edge[]>();
  readonly #reached = new Map<string, readonly Reached[]>();
  /** From what is depended on to what depends on it; made when it is first asked for. */
  #above: ReadonlyMap<string, readonly string[]> | undefined;
  readonly #rules: ReadonlySet<string>;
  readonly #withOwnEdges: ReadonlySet<string>;

  constructor(source: DependencySource) {
    this.hosts = hostsOf(source);
    this.#rules = new Set(source.rules.map(({ id }) => id));
    const withOwn = dependentsOf(source).filter(({ dependsOn = [] }) => dependsOn.length > 0);
    this.#withOwnEdges = new Set(withOwn.map(({ node }) => node));
    const below = new Map([...source.services.values()].map((service) => [service.id, edgesBelow(service)]));
    for (const [id, edges] of below) this.#edges.set(`service/${id}`, edges);
    this.counted = new Set(
      [...below.values()].flatMap((edges) => edges.flatMap(({ gates }) => gates.flatMap(({ of }) => of))),
    );
    const known = { ...namesOf(source), hosts: this.hosts };
    for (const { node, service, dependsOn = [] } of dependentsOf(source)) {
      const own = dependsOn.flatMap((name): readonly Edge[] => {
        const to = resolveDependency(name, known);
        return typeof to === "string" ? [{ to, isExplicit: true, gates: [] }] : [];
      });
      const inherited = below.get(service ?? "") ?? [];
      if (own.length > 0) this.#edges.set(node, [...own, ...inherited]);
      else if (inherited.length > 0) this.#edges.set(node, inherited);
    }
  }

  /** The check or rule that an alert comes from; foreign alerts by their name. */
  ownNode(labels: Labels): string {
    return this.#placeOf(labels).own;
  }

  /** The machines that the labels name. */
  hostsOf(labels: Labels): readonly string[] {
    return this.#placeOf(labels).hosts;
  }

  /** Where the search for causes of an alert begins, the most specific first. */
  startsOf(labels: Labels): readonly string[] {
    return this.#placeOf(labels).starts;
  }

  /** Worked out once for each object of labels: whoever looks for causes walks everything that fires. */
  #placeOf(labels: Labels): Place {
    const known = this.#places.get(labels);
    if (known !== undefined) return known;
    const { check, host, instance, service } = labels;
    const own = this.#ownOf(labels);
    const named = [check, host, instance].filter((name) => name !== undefined && this.hosts.has(name));
    const hosts = [...new Set(named)].map((name) => `host/${name}`);
    const starts = [
      ...(this.#withOwnEdges.has(own) ? [own] : []),
      ...(service === undefined ? [] : [`service/${service}`]),
      ...hosts,
    ];
    const place = { own, hosts, starts };
    this.#places.set(labels, place);
    return place;
  }

  #ownOf({ alertname = "", check }: Labels): string {
    if (this.#rules.has(alertname)) return `rule/${alertname}`;
    return check !== undefined && checkAlertnames.has(alertname) ? `check/${check}` : `alert/${alertname}`;
  }

  edgesOf(node: string): readonly Edge[] {
    return this.#edges.get(node) ?? [];
  }

  /** Everything that a node depends on, the nearest first, with the node itself at the head. */
  reach(start: string): readonly Reached[] {
    const known = this.#reached.get(start);
    if (known !== undefined) return known;
    const found: Reached[] = [{ node: start, isExplicit: false, gates: [], via: [] }];
    const seen = new Set([`false ${start}`]);
    for (let index = 0; index < found.length; index += 1) {
      const at = found[index];
      if (at === undefined || at.via.length >= mostHops) continue;
      for (const edge of this.edgesOf(at.node)) {
        const isExplicit = at.isExplicit || edge.isExplicit;
        const key = `${isExplicit} ${edge.to} ${[...at.gates, ...edge.gates].map((gate) => gate.of.join()).join(";")}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const via = at.node === start ? [] : [...at.via, at.node];
        found.push({ node: edge.to, isExplicit, gates: [...at.gates, ...edge.gates], via });
      }
    }
    this.#reached.set(start, found);
    return found;
  }

  /** Everything that depends on one of some nodes, with these: where a search for causes may come to them. */
  above(nodes: Iterable<string>): ReadonlySet<string> {
    this.#above ??= reversed(this.#edges);
    const found = new Set(nodes);
    // A set is walked in the order in which it grows.
    for (const node of found) for (const from of this.#above.get(node) ?? []) found.add(from);
    return found;
  }
}

function reversed(edges: ReadonlyMap<string, readonly Edge[]>): ReadonlyMap<string, readonly string[]> {
  const above = new Map<string, string[]>();
  for (const [from, own] of edges)
    for (const { to } of own) {
      const known = above.get(to);
      if (known === undefined) above.set(to, [from]);
      else known.push(from);
    }
  return above;
}

/** Names that `depends_on` may mean. */
export function namesOf({ checks, rules, services }: DependencySource): Readonly<{
  checks: ReadonlySet<string>;
  rules: ReadonlySet<string>;
  services: ReadonlySet<string>;
}> {
  return {
    checks: new Set(checks.map(({ id }) => id)),
    rules: new Set(rules.map(({ id }) => id)),
    services: new Set(services.keys()),
  };
}

/** Ids of the machines that services name or that host checks measure. */
export function hostsOf({ checks, services }: DependencySource): ReadonlySet<string> {
  const named = [...services.values()].flatMap(({ hosts }) => hosts);
  return new Set([...named, ...checks.filter(({ probe }) => probe === "host").map(({ id }) => id)]);
}

/** Checks and rules as nodes. */
export function dependentsOf({ checks, rules }: DependencySource): readonly Dependent[] {
  return [
    ...checks.map(({ id, ...rest }) => ({ node: `check/${id}`, ...rest })),
    ...rules.map(({ id, ...rest }) => ({ node: `rule/${id}`, ...rest })),
  ];
}

function edgesBelow({ hosts, needs, redundancy = [] }: Service): readonly Edge[] {
  const edge = (node: string, name: string, isExplicit: boolean): Edge => ({
    to: node,
    isExplicit,
    gates: redundancy
      .filter(({ of }) => of.includes(name))
      .map(({ of, needed }) => ({
        of: of.map((other) => (hosts.includes(other) ? `host/${other}` : `service/${other}`)),
        mostFailing: of.length - needed,
      })),
  });
  return [
    ...hosts.map((host) => edge(`host/${host}`, host, false)),
    ...needs.map((service) => edge(`service/${service}`, service, true)),
  ];
}
