import type { Labels } from "../../core/labels.ts";

/** Which labels a key takes. */
export type KeepsLabel = (name: string) => boolean;

/** One text for one label set, without the labels that `keeps` refuses; series that are joined or compared are found by it. */
export function seriesKey(labels: Labels, keeps?: KeepsLabel): string {
  const names = Object.keys(labels);
  let isSorted = true;
  for (let index = 1; index < names.length && isSorted; index += 1)
    isSorted = (names[index - 1] ?? "") < (names[index] ?? "");
  if (!isSorted) names.sort();
  let key = "";
  for (const name of names) {
    if (keeps?.(name) === false) continue;
    const value = labels[name] ?? "";
    key += `${name}\n${value.length}\n${value}\n`;
  }
  return key;
}

/**
 * Makes a `seriesKey` that works out the key of each object once: the answers to several queries share the labels of what they have
 * in common. It is meant for one judgement.
 */
export function rememberedKeys(keeps?: KeepsLabel): (labels: Labels) => string {
  const known = new Map<Labels, string>();
  return (labels) => {
    const found = known.get(labels);
    if (found !== undefined) return found;
    const key = seriesKey(labels, keeps);
    known.set(labels, key);
    return key;
  };
}
