import type { Sample } from "../../core/checks/metric.ts";
import type { Json } from "../../core/json.ts";
import type { Labels } from "../../core/labels.ts";
import { labelNameSchema } from "../../core/schema/name-schema.ts";
import type { PushOptions } from "./options.ts";

const nameForm = /^[a-zA-Z_][a-zA-Z0-9_]{0,199}$/;
const mostLabels = 10;
const longestLabelValue = 200;
const mostReasons = 3;

/** What was taken from the body of one push, and why the rest was not; at most three reasons are told. */
export type Reading = Readonly<{ samples: readonly Sample[]; refused: number; reasons: readonly string[] }>;

type Candidate = Readonly<{ name: Json | undefined; value: Json | undefined; labels: Json | undefined }>;

/** Reads `{ "name": 12, … }` or `[{ "name": …, "value": …, "labels": { … } }, …]`; never throws, whatever the body is. */
export function readValues(body: Json | undefined, options: PushOptions): Reading {
  const candidates = candidatesOf(body);
  if (typeof candidates === "string") return { samples: [], refused: 1, reasons: [candidates] };
  const samples: Sample[] = [];
  const reasons: string[] = [];
  const wanted = candidates.slice(0, options.max_samples);
  if (wanted.length < candidates.length) reasons.push(`more than ${options.max_samples} values in one push`);
  for (const candidate of wanted) {
    const read = sampleOf(candidate, options);
    if (typeof read !== "string") samples.push(read);
    else if (reasons.length < mostReasons) reasons.push(read);
  }
  return { samples, refused: candidates.length - samples.length, reasons };
}

function candidatesOf(body: Json | undefined): readonly Candidate[] | string {
  if (isList(body)) {
    return body.length === 0
      ? "the body holds no value"
      : body.map((entry) => (isObject(entry) ? pick(entry) : nothing));
  }
  if (!isObject(body)) return 'the body must be JSON: { "name": 12 } or [{ "name": …, "value": 12, "labels": { … } }]';
  const entries = Object.entries(body);
  if (entries.length === 0) return "the body holds no value";
  return entries.map(([name, value]) => ({ name, value, labels: undefined }));
}

const nothing: Candidate = { name: undefined, value: undefined, labels: undefined };

function pick(entry: Readonly<Record<string, Json>>): Candidate {
  return { name: entry["name"], value: entry["value"], labels: entry["labels"] };
}

/** The sample, or why it is refused. */
function sampleOf({ name, value, labels }: Candidate, options: PushOptions): Sample | string {
  if (typeof name !== "string") return "an entry has no name";
  const shown = JSON.stringify(name.slice(0, 60));
  if (!nameForm.test(name)) return `${shown} is no metric name`;
  if (!name.startsWith(options.prefix)) return `${shown} does not begin with "${options.prefix}"`;
  const declared = options.values[name];
  if (declared === undefined && options.undeclared === "refuse") return `${shown} is not declared in values`;
  if (typeof value !== "number" || !Number.isFinite(value)) return `the value of ${shown} is no finite number`;
  if (declared?.type === "counter" && value < 0) return `the counter ${shown} is negative`;
  const read = labelsOf(labels, shown);
  return typeof read === "string" ? read : { metric: name, labels: read, value };
}

function labelsOf(labels: Json | undefined, shown: string): Labels | string {
  if (labels === undefined) return {};
  if (!isObject(labels)) return `the labels of ${shown} are no object`;
  const entries = Object.entries(labels);
  if (entries.length > mostLabels) return `${shown} has more than ${mostLabels} labels`;
  const read: Record<string, string> = {};
  for (const [label, value] of entries) {
    if (!labelNameSchema.safeParse(label).success)
      return `${shown} has the label ${JSON.stringify(label.slice(0, 60))}, which cannot be used`;
    if (typeof value !== "string" || value.length > longestLabelValue || !value.isWellFormed()) {
      return `the label ${label} of ${shown} is no text of at most ${longestLabelValue} characters`;
    }
    read[label] = value;
  }
  return read;
}

function isList(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

function isObject(json: Json | undefined): json is Readonly<Record<string, Json>> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
