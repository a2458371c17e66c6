import type { Labels } from "../../core/labels.ts";
import { type Matcher, matches } from "../../core/matching/matcher.ts";
import { compileMatchers } from "../routing/matcher-schema.ts";
import type { InhibitRulesConfig } from "./inhibit-rules-schema.ts";

/** What an alert is to a rule; `key` joins the values of its `equal` labels and is absent where the alert lacks one of them. */
export type InhibitionSide = Readonly<{ isSource: boolean; isTarget: boolean; key?: string }>;

/** A rule by which alerts that fire mute others. */
export type InhibitionRule = Readonly<{ id: string; sideOf(labels: Labels): InhibitionSide }>;

/** Compiles the section `inhibit_rules`. */
export function openInhibitRules(config: InhibitRulesConfig): readonly InhibitionRule[] {
  return Object.entries(config).map(([id, { source, target, equal }]) => {
    const sources = compileMatchers(source);
    const targets = compileMatchers(target);
    return { id, sideOf: remembered((labels) => sideOf(labels, sources, targets, equal)) };
  });
}

function sideOf(
  labels: Labels,
  sources: readonly Matcher[],
  targets: readonly Matcher[],
  equal: readonly string[],
): InhibitionSide {
  const values = equal.map((name) => labels[name] ?? "");
  const sides = { isSource: matches(sources, labels), isTarget: matches(targets, labels) };
  return values.includes("") ? sides : { ...sides, key: JSON.stringify(values) };
}

/** The labels of an alert are one object for as long as it lives, and patterns are dear. */
function remembered(ask: (labels: Labels) => InhibitionSide): (labels: Labels) => InhibitionSide {
  const known = new WeakMap<Labels, InhibitionSide>();
  return (labels) => {
    const found = known.get(labels) ?? ask(labels);
    known.set(labels, found);
    return found;
  };
}
