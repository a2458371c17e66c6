import type { Judgement, OptionFault, Rule, RuleKind } from "../../core/alerting/rule-kind.ts";
import type { Series, SeriesQuery } from "../../core/checks/series.ts";
import { invariant } from "../../core/errors.ts";
import type { Labels } from "../../core/labels.ts";
import { type Matcher, matches, parseMatcher } from "../../core/matching/matcher.ts";
import { severities } from "../../core/severity.ts";
import { completedWindow } from "./selection.ts";
import { seriesKey } from "./series-key.ts";

const unlessWindowMs = 300_000;

/** Other limits for some of the series; the keys beside `matchers` and `off` are the kind's own. */
export type OverrideConfig = Readonly<{ matchers: readonly string[]; off: boolean; [option: string]: unknown }>;
/** What of a rule's block says how its kind is bound; the kind's own options stand beside it. */
type TunedBlock = Readonly<{
  overrides: Readonly<Record<string, OverrideConfig>>;
  unless?: Readonly<{ metric: string; matchers: readonly string[] }> | undefined;
  [option: string]: unknown;
}>;
type Variant = Readonly<{ accepts(labels: Labels): boolean; rule: Rule; isOff?: true }>;

/**
 * Makes the rule of a block: its kind bound to the options, with other limits for the series that an override takes (the first that
 * fits), and nothing held against series whose `unless` is not 0.
 */
export function bindTuned(kind: RuleKind, parsed: TunedBlock): Rule {
  const options = optionsOf(kind, parsed);
  const base = kind.bind(options);
  const rule = withOverrides(kind, base, options, Object.values(parsed.overrides));
  return parsed.unless === undefined ? rule : withExemptions(rule, parsed.unless);
}

/** What is wrong with the options of a block, and with those of each override laid over them. */
export function tunedFaults(kind: RuleKind, parsed: TunedBlock): readonly OptionFault[] {
  const options = optionsOf(kind, parsed);
  const faults = kind.faults(options);
  if (faults.length > 0) return faults;
  return Object.entries(parsed.overrides).flatMap(([id, override]): readonly OptionFault[] => {
    const tuned = tunedOptions(kind, override);
    const path = ["overrides", id];
    if (override.off) {
      const message = "what is off has no limits; delete one of the two";
      return Object.keys(tuned).length === 0 ? [] : [{ path, message }];
    }
    if (Object.keys(tuned).length === 0) {
      const names = kind.tunable.length === 0 ? "off: true" : `${kind.tunable.join(", ")} or off: true`;
      return [{ path, message: `changes nothing; set ${names}` }];
    }
    return kind
      .faults({ ...options, ...tuned })
      .map((fault) => ({ path: [...path, ...fault.path], message: fault.message }));
  });
}

function optionsOf(kind: RuleKind, parsed: TunedBlock): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.keys(kind.options.shape).map((key) => [key, parsed[key]]));
}

function tunedOptions({ tunable }: RuleKind, override: OverrideConfig): Readonly<Record<string, unknown>> {
  return Object.fromEntries(tunable.flatMap((key) => (override[key] === undefined ? [] : [[key, override[key]]])));
}

function withOverrides(
  kind: RuleKind,
  base: Rule,
  options: Readonly<Record<string, unknown>>,
  overrides: readonly OverrideConfig[],
): Rule {
  if (overrides.length === 0) return base;
  const variants: Variant[] = overrides.map((override) => {
    const matchers = override.matchers.map(matcherOf);
    return {
      accepts: (labels) => matches(matchers, labels),
      rule: kind.bind({ ...options, ...tunedOptions(kind, override) }),
      ...(override.off ? { isOff: true } : {}),
    };
  });
  const rest: Variant = { accepts: () => true, rule: base };
  const all = [...variants, rest];
  const named = new Set(all.flatMap(({ rule }) => rule.severities));
  return {
    severities: severities.filter((severity) => named.has(severity)),
    form: base.form,
    needs: (nowMs) => base.needs(nowMs),
    judge(inputs, firing, nowMs) {
      const parts = new Map<Variant, Series[][]>(all.map((variant) => [variant, inputs.map(() => [])]));
      for (const [index, input] of inputs.entries()) {
        for (const series of input) {
          const variant = all.find(({ accepts }) => accepts(series.labels)) ?? rest;
          parts.get(variant)?.[index]?.push(series);
        }
      }
      return [...parts].flatMap(([{ rule, isOff }, part]) => {
        const judgements = rule.judge(part, firing, nowMs);
        return isOff ? judgements.map(({ labels }): Judgement => ({ labels, outcome: "off" })) : judgements;
      });
    },
  };
}

function matcherOf(text: string): Matcher {
  const parsed = parseMatcher(text);
  invariant(parsed.ok, `the schema let the matcher ${text} pass`);
  return parsed.value;
}

function withExemptions(rule: Rule, unless: NonNullable<TunedBlock["unless"]>): Rule {
  const query = (nowMs: number): SeriesQuery => ({
    ...unless,
    aggregate: "last",
    ...completedWindow(nowMs, unlessWindowMs),
  });
  return {
    severities: rule.severities,
    form: rule.form,
    needs: (nowMs) => [...rule.needs(nowMs), query(nowMs)],
    judge(inputs, firing, nowMs) {
      const exempt = exemptions(inputs.at(-1) ?? []);
      const judgements = rule.judge(inputs.slice(0, -1), firing, nowMs);
      if (exempt.length === 0) return judgements;
      return judgements.map((judgement) => (isExempt(exempt, judgement) ? { ...judgement, outcome: "ok" } : judgement));
    },
  };
}

/** Label sets that are exempt, by the names they have: one look-up per set of names, however many series there are. */
type Exemptions = readonly Readonly<{ names: readonly string[]; keys: ReadonlySet<string> }>[];

function exemptions(series: readonly Series[]): Exemptions {
  const byNames = new Map<string, { names: readonly string[]; keys: Set<string> }>();
  for (const { labels, points } of series) {
    const value = points.at(-1)?.[1];
    if (value === undefined || value === 0) continue;
    const names = Object.keys(labels).sort();
    const known = byNames.get(names.join("\n")) ?? { names, keys: new Set<string>() };
    known.keys.add(seriesKey(labels));
    byNames.set(names.join("\n"), known);
  }
  return [...byNames.values()];
}

function isExempt(exempt: Exemptions, { labels }: Judgement): boolean {
  return exempt.some(({ names, keys }) => {
    const common: Record<string, string> = {};
    for (const name of names) {
      const value = labels[name];
      if (value === undefined) return false;
      common[name] = value;
    }
    return keys.has(seriesKey(common));
  });
}
