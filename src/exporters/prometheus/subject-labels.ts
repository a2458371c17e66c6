import type { Check, CheckTarget } from "../../core/checks/check.ts";
import { instanceOf } from "../../core/checks/target-instance.ts";
import type { Labels } from "../../core/labels.ts";
import { isLabelName, labelPair, labelPairs } from "./text-format.ts";

/** Labels that Watchfire sets on each per-check series; a sample's own label of such a name becomes `exported_…`. */
const identityNames: ReadonlySet<string> = new Set(["check", "tier", "instance", "env", "location", "service", "job"]);

/** Writes the labels of one subject's series: those that say who it is, the check's own, then the sample's. */
export class SubjectLabels {
  readonly #labels: Labels;
  /** All labels as text, for samples that bring none of the same name. */
  readonly text: string;

  constructor(check: Check, target: CheckTarget, isDisplayShared: boolean) {
    this.#labels = {
      check: check.id,
      tier: check.tier,
      instance: instanceOf(target, isDisplayShared),
      env: check.env,
      location: check.location,
      ...(check.service === undefined ? {} : { service: check.service }),
      ...ownLabels(check.labels),
      ...ownLabels(target.labels),
    };
    this.text = labelPairs(this.#labels);
  }

  /** Labels of a sample as text, names in order; undefined when a name is not one that Prometheus takes. */
  of(sampleLabels: Labels): string | undefined {
    const names = Object.keys(sampleLabels);
    if (names.length === 0) return this.text;
    if (!names.every(isLabelName)) return undefined;
    const own = names.length === 1 ? names : names.sort();
    const written = new Map<string, string>();
    for (const name of own) written.set(freeName(name, sampleLabels), sampleLabels[name] ?? "");
    const pairs = [...written].map(([name, value]) => labelPair(name, value)).join(",");
    const overrides = [...written.keys()].some((name) => Object.hasOwn(this.#labels, name));
    return `${overrides ? this.#without(written) : this.text},${pairs}`;
  }

  #without(names: ReadonlyMap<string, string>): string {
    return labelPairs(Object.fromEntries(Object.entries(this.#labels).filter(([name]) => !names.has(name))));
  }
}

function ownLabels(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => isLabelName(name) && !identityNames.has(name)));
}

// As Prometheus itself does with scraped labels that it sets.
function freeName(name: string, taken: Labels): string {
  if (!identityNames.has(name)) return name;
  let free = `exported_${name}`;
  while (Object.hasOwn(taken, free)) free = `exported_${free}`;
  return free;
}
