/** One family as a strict reader of the text format sees it. */
export type ParsedFamily = {
  name: string;
  type: string;
  help: string;
  samples: { name: string; labels: Record<string, string>; value: number }[];
};

const nameForm = /^[a-zA-Z_:][a-zA-Z0-9_:]*/;

/**
 * Reads an exposition and refuses what any reader might: a family declared twice, a sample outside its family, a series
 * twice, a bad name, escape or number, a missing end mark.
 * @throws {Error} naming the line.
 */
export function parseExposition(text: string, format: "text" | "openmetrics"): ReadonlyMap<string, ParsedFamily> {
  const families = new Map<string, ParsedFamily>();
  const series = new Set<string>();
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("the last line does not end with a line feed");
  if (format === "openmetrics" && lines.pop() !== "# EOF") throw new Error("no # EOF at the end");
  let current: ParsedFamily | undefined;
  for (const line of lines) {
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (comment !== null) {
      current = declare(families, current, comment as unknown as [string, string, string, string]);
      continue;
    }
    const sample = parseSample(line);
    if (current === undefined || !belongs(sample.name, current, format)) throw new Error(`outside its family: ${line}`);
    const identity = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort(([a], [b]) => (a < b ? -1 : 1)))}`;
    if (series.has(identity)) throw new Error(`series twice: ${line}`);
    series.add(identity);
    current.samples.push(sample);
  }
  return families;
}

function declare(
  families: Map<string, ParsedFamily>,
  current: ParsedFamily | undefined,
  [line, keyword, name, rest]: [string, string, string, string],
): ParsedFamily {
  if (nameForm.exec(name)?.[0] !== name) throw new Error(`bad name: ${line}`);
  let family = current?.name === name && current.samples.length === 0 ? current : undefined;
  if (family === undefined) {
    if (families.has(name)) throw new Error(`declared twice: ${line}`);
    family = { name, type: "", help: "", samples: [] };
    families.set(name, family);
  }
  if (keyword === "TYPE") family.type = rest;
  else family.help = rest;
  return family;
}

function belongs(sample: string, family: ParsedFamily, format: "text" | "openmetrics"): boolean {
  if (family.type === "histogram")
    return ["_bucket", "_sum", "_count"].some((suffix) => sample === family.name + suffix);
  if (family.type === "counter" && format === "openmetrics") return sample === `${family.name}_total`;
  return sample === family.name;
}

function parseSample(line: string): ParsedFamily["samples"][number] {
  const name = nameForm.exec(line)?.[0];
  if (name === undefined) throw new Error(`bad sample: ${line}`);
  const { labels, rest } =
    line[name.length] === "{" ? parseLabels(line, name.length + 1) : { labels: {}, rest: line.slice(name.length) };
  const value = /^ (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.exec(rest)?.[1];
  if (value === undefined) throw new Error(`bad value: ${line}`);
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}

function parseLabels(line: string, from: number): { labels: Record<string, string>; rest: string } {
  const labels: Record<string, string> = {};
  let position = from;
  for (;;) {
    const pair = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|\})/.exec(line.slice(position));
    if (pair === null) throw new Error(`bad labels: ${line}`);
    const [whole, name = "", escaped = "", end] = pair;
    if (Object.hasOwn(labels, name)) throw new Error(`label twice: ${line}`);
    labels[name] = escaped.replaceAll(/\\(.)/g, (_, character: string) => (character === "n" ? "\n" : character));
    position += whole.length;
    if (end === "}") return { labels, rest: line.slice(position) };
  }
}
