import type { Sample } from "../../core/checks/metric.ts";

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
const familyLine = /^#[ \t]+(TYPE|HELP)[ \t]+([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]+(.*)$/;
const knownTypes = ["gauge", "counter", "untyped"] as const;
const mostHelpCharacters = 500;

/**
 * Reads Prometheus' text format, types and help texts included. A time stamp is refused, as the values count as read now; values that are not finite
 * are passed over; what goes beyond `most` samples is left out.
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export function textSamples(text: string, most: number): TextSamples {
  const samples: Sample[] = [];
  const families = new Families();
  for (const [index, raw] of text.split("\n").entries()) {
    const content = raw.trim();
    if (content === "") continue;
    if (content.startsWith("#")) {
      families.take(content);
      continue;
    }
    if (samples.length >= most) return { ok: true, samples, isComplete: false };
    const read = sampleOf(content);
    if (typeof read === "string") {
      return { ok: false, detail: `line ${index + 1}: ${read}: ${content.slice(0, shownCharacters)}` };
    }
    if (Number.isFinite(read.value)) samples.push({ ...read, ...families.factsOf(read.metric) });
  }
  return { ok: true, samples, isComplete: true };
}

type FamilyFacts = Readonly<{ type?: "gauge" | "counter" | "untyped"; help?: string }>;

/** What a file says of its families before their samples. */
class Families {
  readonly #types = new Map<string, string>();
  readonly #helps = new Map<string, string>();

  take(comment: string): void {
    const [, keyword, name = "", rest = ""] = familyLine.exec(comment) ?? [];
    if (keyword === "TYPE") this.#types.set(name, rest);
    if (keyword === "HELP") {
      const help = rest.replace(/\\(.)/g, (_, character: string) => (character === "n" ? " " : character));
      this.#helps.set(name, help.slice(0, mostHelpCharacters));
    }
  }

  /** Each series of a histogram or summary is a family of its own here, of which all but quantiles grow. */
  factsOf(metric: string): FamilyFacts {
    const family = metric.replace(/_(?:bucket|sum|count)$/, "");
    const own = this.#types.get(metric);
    const isPart = own === undefined && ["histogram", "summary"].includes(this.#types.get(family) ?? "");
    const type = isPart ? "counter" : own === "summary" ? "gauge" : knownTypes.find((known) => known === own);
    const help = this.#helps.get(metric) ?? this.#helps.get(family);
    return { ...(type === undefined ? {} : { type }), ...(help === undefined ? {} : { help }) };
  }
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
