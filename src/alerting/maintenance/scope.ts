import { invariant } from "../../core/errors.ts";
import type { Labels } from "../../core/labels.ts";
import type { MaintenanceScope } from "../../core/maintenance.ts";
import { type Matcher, makeMatcher, matches } from "../../core/matcher.ts";
import type { MatcherText } from "../../core/matcher-text.ts";

const known = new WeakMap<MaintenanceScope, (labels: Labels) => boolean>();

/** Compiles a scope once, for as long as the same object is asked about. */
export function coversOf(scope: MaintenanceScope): (labels: Labels) => boolean {
  const covers = known.get(scope) ?? compiled(scope);
  known.set(scope, covers);
  return covers;
}

/** Labels that an alert of the scope would have, one set for each of its services: they say whom its notices go to. */
export function exampleLabels({ services, matchers }: MaintenanceScope, env: string): readonly Labels[] {
  const demanded = matchers.filter(({ operator, value }) => operator === "=" && value !== "");
  const given = Object.fromEntries(demanded.map(({ name, value }) => [name, value]));
  const labels = { alertname: "Maintenance", severity: "info", tier: "application", env, ...given };
  return services === undefined ? [labels] : services.map((service) => ({ ...labels, service }));
}

function compiled({ services, matchers, neverMute }: MaintenanceScope): (labels: Labels) => boolean {
  const names = services === undefined ? undefined : new Set(services);
  const wanted = matchersOf(matchers);
  const spared = matchersOf(neverMute);
  return (labels) =>
    (names === undefined || names.has(labels["service"] ?? "")) &&
    matches(wanted, labels) &&
    !(spared.length > 0 && matches(spared, labels));
}

function matchersOf(texts: readonly MatcherText[]): readonly Matcher[] {
  return texts.map((text) => {
    const matcher = makeMatcher(text);
    invariant(matcher.ok, `the matcher of ${text.name} was accepted before`);
    return matcher.value;
  });
}
