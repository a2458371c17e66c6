import type { Sample } from "../../core/metric.ts";

/** Samples of a text, or the first line that is none. */
export type TextSamples = Readonly<
  { ok: true; samples: readonly Sample[]; isComplete: boolean } | { ok: false; detail: string }
>;

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]*(?:\{(.*)\})?[ \t]*([^ \t{}]+)(?:[ \t]+(\S+))?$/;
const pair = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)/y;
const values: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  "+Inf": Number.POSITIVE_INFINITY,
  Inf: Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
};
const shownCharacters = 80;

/**
 * Reads Prometheus' text format. A time stamp is refused, as the values count as read now; values that are not finite
 * are passed over; what goes beyond `most` samples is left out.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function textSamples(text: string, most: number): TextSamples {
  const samples: Sample[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const content = raw.trim();
    if (content === "" || content.startsWith("#")) continue;
    if (samples.length >= most) return { ok: true, samples, isComplete: false };
    const read = sampleOf(content);
    if (typeof read === "string") {
      return { ok: false, detail: `line ${index + 1}: ${read}: ${content.slice(0, shownCharacters)}` };
    }
    if (Number.isFinite(read.value)) samples.push(read);
  }
  return { ok: true, samples, isComplete: true };
}

function sampleOf(content: string): Sample | string {
  const [, metric, labelText = "", valueText = "", stamp] = line.exec(content) ?? [];
  if (metric === undefined) return "no sample";
  if (stamp !== undefined) return "a time stamp, which is not for files";
  const value = values[valueText] ?? Number(valueText);
  if (Number.isNaN(value) && valueText !== "NaN") return "no number";
  const labels = labelsOf(labelText);
  return labels === undefined ? "labels that are not understood" : { metric, labels, value };
}

function labelsOf(text: string): Sample["labels"] | undefined {
  const labels: Record<string, string> = {};
  pair.lastIndex = 0;
  while (pair.lastIndex < text.length) {
    const [, name, value = ""] = pair.exec(text) ?? [];
    if (name === undefined || name in labels) return undefined;
    labels[name] = value.replace(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
  }
  return labels;
}
