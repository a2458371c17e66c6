import type { AlertingConfig } from "../alerting-config.ts";
import type { ConfigTests } from "./config-tests-schema.ts";
import { knownAlert } from "./known-alert.ts";
import { whatIf } from "./what-if.ts";

/** A test of the config that failed, with the path of the key that expects something else. */
export type TestFailure = Readonly<{ path: readonly string[]; message: string }>;

/** Holds every test against what the config would do; returns what is not as expected. */
export function runConfigTests(tests: ConfigTests, config: AlertingConfig): readonly TestFailure[] {
  return Object.entries(tests).flatMap(([id, { labels, at, receivers, policy, people }]) => {
    const found = whatIf(config, knownAlert(config, labels), Date.parse(at));
    const told = found.routes.filter(({ mutedBecause }) => mutedBecause === undefined);
    const muted = found.routes.flatMap(({ mutedBecause }) => mutedBecause ?? []);
    const taken = found.policy?.steps.filter(({ skippedBecause }) => skippedBecause === undefined) ?? [];
    const actual = {
      receivers: told.map(({ receiver }) => receiver),
      policy: [found.policy?.id ?? "none"],
      people: taken.flatMap((step) => step.people),
    };
    const why = [...muted, ...taken.flatMap(({ nobody }) => nobody)];
    const expected = { receivers, policy: policy === undefined ? undefined : [policy], people };
    return (["receivers", "policy", "people"] as const).flatMap((key) => {
      const wanted = expected[key];
      if (wanted === undefined || isSameSet(wanted, actual[key])) return [];
      return [{ path: ["tests", id, key], message: failureText(wanted, actual[key], why) }];
    });
  });
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return listOf(a) === listOf(b);
}

function failureText(wanted: readonly string[], actual: readonly string[], why: readonly string[]): string {
  const because = why.length === 0 ? "" : ` (${[...new Set(why)].join("; ")})`;
  return `the test expects ${listOf(wanted)}, but the config gives ${listOf(actual)}${because}`;
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? "nobody" : [...new Set(names)].sort().join(", ");
}
