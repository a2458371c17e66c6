import { z } from "zod";
import { messageOf } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { TargetGroup } from "../../core/ports/target-source.ts";
import type { ConfigIssue } from "../source/issue.ts";
import { asJson, toJson } from "../source/node.ts";
import { readYamlValue } from "../source/read-yaml.ts";

/** Limits of one list of targets. YAML is read in the main thread, and slowly. */
export const targetListLimits = { jsonBytes: 8 * 1024 * 1024, yamlBytes: 512 * 1024, targets: 20_000 } as const;

export type GroupsRead = Readonly<{ groups: readonly TargetGroup[] } | { problem: string }>;

const labelText = z.union([z.string(), z.int().transform(String), z.boolean().transform(String)]);
const groupSchema = z.object({
  targets: z.array(z.string()),
  labels: z.record(z.string(), labelText).nullish(),
});

/** Reads a list of targets in the form of Prometheus's `file_sd`, from JSON or YAML; never throws for a hostile text. */
export function readTargetGroups(text: string, file: string): GroupsRead {
  const json = file.endsWith(".json") ? parseJson(text) : parseYaml(text, file);
  if ("problem" in json) return json;
  if (!Array.isArray(json.value)) return { problem: "it is no list of groups: [{ targets: […], labels: {…} }]" };
  const groups: TargetGroup[] = [];
  let count = 0;
  for (const [index, item] of json.value.entries()) {
    const parsed = groupSchema.safeParse(item);
    if (!parsed.success) return { problem: `group ${index + 1}: ${wordsOf(parsed.error)}` };
    const { targets, labels } = parsed.data;
    count += targets.length;
    groups.push({ targets, labels: labels ?? {} });
  }
  if (count > targetListLimits.targets) return { problem: `it lists more than ${targetListLimits.targets} targets` };
  return { groups };
}

type Parsed = Readonly<{ value: Json } | { problem: string }>;

function parseJson(text: string): Parsed {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (error) {
    return { problem: `this is no JSON: ${messageOf(error).slice(0, 200)}` };
  }
}

function parseYaml(text: string, file: string): Parsed {
  if (text.length > targetListLimits.yamlBytes) {
    return { problem: `a YAML file has at most ${targetListLimits.yamlBytes / 1024} KiB; write so many as JSON` };
  }
  const read = readYamlValue(text, { file, layer: "targets" });
  if (!read.ok) return { problem: read.issues.map(placed).join("; ").slice(0, 500) };
  return { value: asJson(toJson(read.root)) };
}

function placed({ line, column, message }: ConfigIssue): string {
  return line === undefined ? message : `line ${line}, column ${column ?? 1}: ${message}`;
}

function wordsOf({ issues: [first] }: z.ZodError): string {
  return first === undefined ? "does not fit" : [first.path.join("."), first.message].filter(Boolean).join(": ");
}
