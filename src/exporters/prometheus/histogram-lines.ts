import type { Sample } from "../../core/checks/metric.ts";
import { sampleLine } from "./text-format.ts";

type Group = { buckets: [bound: number, text: string, value: number][]; sum?: number; count?: number };

/**
 * Writes the samples of one histogram family, label set by label set, buckets in order; a label set that is no valid
 * histogram (no `+Inf` bucket, falling counts, no sum or count) is left out and its samples are counted as dropped.
 */
export function histogramLines(
  name: string,
  samples: readonly Sample[],
  labelText: (labels: Sample["labels"]) => string | undefined,
): Readonly<{ lines: readonly string[]; dropped: number }> {
  const groups = new Map<string, Group>();
  let dropped = 0;
  for (const sample of samples) {
    const { le, ...rest } = sample.labels;
    const text = labelText(rest);
    if (text === undefined) dropped += 1;
    else dropped += add(groups, text, { part: sample.metric.slice(name.length), le, value: sample.value });
  }
  const lines: string[] = [];
  for (const [text, group] of groups) {
    const written = groupLines(name, text, group);
    if (written === undefined) dropped += sizeOf(group);
    else lines.push(...written);
  }
  return { lines, dropped };
}

function add(
  groups: Map<string, Group>,
  text: string,
  sample: Readonly<{ part: string; le: string | undefined; value: number }>,
): number {
  const group = groups.get(text) ?? { buckets: [] };
  groups.set(text, group);
  if (sample.part === "_sum" && group.sum === undefined) group.sum = sample.value;
  else if (sample.part === "_count" && group.count === undefined) group.count = sample.value;
  else if (sample.part === "_bucket" && sample.le !== undefined) {
    const bound = boundOf(sample.le);
    if (Number.isNaN(bound) || group.buckets.some(([known]) => known === bound)) return 1;
    group.buckets.push([bound, sample.le, sample.value]);
  } else return 1;
  return 0;
}

function boundOf(le: string): number {
  if (le === "+Inf") return Number.POSITIVE_INFINITY;
  const bound = le.trim() === "" ? Number.NaN : Number(le);
  return Number.isFinite(bound) ? bound : Number.NaN;
}

function groupLines(name: string, text: string, { buckets, sum, count }: Group): readonly string[] | undefined {
  const ordered = buckets.sort(([a], [b]) => a - b);
  const last = ordered.at(-1);
  const isRising = ordered.every(([, , value], index) => index === 0 || value >= (ordered[index - 1]?.[2] ?? 0));
  if (sum === undefined || last?.[0] !== Number.POSITIVE_INFINITY || !isRising || count !== last[2]) return undefined;
  return [
    ...ordered.map(([, le, value]) => sampleLine(`${name}_bucket`, `${text},le="${le}"`, value)),
    sampleLine(`${name}_sum`, text, sum),
    sampleLine(`${name}_count`, text, count),
  ];
}

function sizeOf(group: Group): number {
  return group.buckets.length + (group.sum === undefined ? 0 : 1) + (group.count === undefined ? 0 : 1);
}
