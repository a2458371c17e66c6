import { formatMatcher, type Matcher } from "../../core/matching/matcher.ts";
import { severities } from "../../core/severity.ts";
import { tiers } from "../../core/tier.ts";
import type { Route } from "../routing/route-tree.ts";

/** Something that is allowed but hardly meant, with the path of the key it is about. */
export type Lint = Readonly<{ path: readonly (string | number)[]; message: string }>;

const closed: Readonly<Record<string, readonly string[]>> = { severity: severities, tier: tiers };

/** Finds routes that no alert can reach, and matchers that nothing of Watchfire's own fits. */
export function lintRoutes(root: Route, services: ReadonlySet<string>): readonly Lint[] {
  return lintChildren(root, ["route"], [], services);
}

function lintChildren(
  parent: Route,
  path: readonly string[],
  above: readonly Matcher[],
  services: ReadonlySet<string>,
): readonly Lint[] {
  const before: Route[] = [];
  return parent.children.flatMap((route) => {
    const own = [...path, "routes", route.id.slice(parent.id.length + 1)];
    const all = [...above, ...route.matchers];
    const found = [
      ...contradictions(route, above, own),
      ...shadows(route, before, above, own),
      ...unknownValues(route, services, own),
      ...lintChildren(route, own, all, services),
    ];
    before.push(route);
    return found;
  });
}

function contradictions(route: Route, above: readonly Matcher[], path: readonly string[]): readonly Lint[] {
  const known = [...above, ...route.matchers].filter(({ operator }) => operator === "=");
  const impossible = route.matchers.find((matcher) =>
    known.some(({ name, value }) => name === matcher.name && !matcher.accepts(value)),
  );
  const other = known.find(({ name, value }) => name === impossible?.name && !impossible.accepts(value));
  if (impossible === undefined || other === undefined) return [];
  return [
    {
      path,
      message: `no alert reaches this route: ${formatMatcher(impossible)} never fits where ${formatMatcher(other)} does`,
    },
  ];
}

/** A route before it that takes at least as much, and lets nothing go on. */
function shadows(
  route: Route,
  before: readonly Route[],
  above: readonly Matcher[],
  path: readonly string[],
): readonly Lint[] {
  const held = new Set([...above, ...route.matchers].map(formatMatcher));
  const taker = before.find(
    ({ continues, matchers }) =>
      !continues && matchers.length > 0 && matchers.every((matcher) => held.has(formatMatcher(matcher))),
  );
  if (taker === undefined) return [];
  return [{ path, message: `no alert reaches this route: "${taker.id}" before it takes all that fits it` }];
}

function unknownValues(route: Route, services: ReadonlySet<string>, path: readonly string[]): readonly Lint[] {
  return route.matchers.flatMap(({ name, operator, value }): readonly Lint[] => {
    if (operator !== "=" || value === "") return [];
    const message = strangeValue({ name, value }, services);
    return message === undefined ? [] : [{ path: [...path, "matchers"], message }];
  });
}

/** Says of a label's value that no alert of Watchfire's own has it; undefined where one may. */
export function strangeValue(
  { name, value }: Readonly<{ name: string; value: string }>,
  services: ReadonlySet<string>,
): string | undefined {
  const known = name === "service" ? [...services] : closed[name];
  if (known === undefined || known.length === 0 || known.includes(value)) return undefined;
  return `no alert of Watchfire's own has ${name} "${value}"; there are ${known.slice(0, 10).join(", ")}`;
}
