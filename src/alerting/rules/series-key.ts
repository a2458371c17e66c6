import type { Labels } from "../../core/labels.ts";

/** The same text for the same labels, and another for others: cheaper than a fingerprint where thousands of series are joined. */
export function seriesKey(labels: Labels): string {
  const names = Object.keys(labels);
  let isSorted = true;
  for (let index = 1; index < names.length && isSorted; index += 1)
    isSorted = (names[index - 1] ?? "") < (names[index] ?? "");
  if (!isSorted) names.sort();
  let key = "";
  for (const name of names) {
    const value = labels[name] ?? "";
    key += `${name}\n${value.length}\n${value}\n`;
  }
  return key;
}
