import type { Json } from "../core/json.ts";
import { unknownName } from "../core/schema/unknown-name.ts";
import { type General, generalSchema } from "./general-schema.ts";
import type { Sections } from "./loaded-config.ts";
import { homeOf } from "./misplaced-keys.ts";
import { salvageSection } from "./salvage-section.ts";
import { shortForms } from "./short-forms/index.ts";
import { type ConfigIssue, issueAt, locateProblem } from "./source/issue.ts";
import { child, emptyRecord, type MapNode, mapOf } from "./source/node.ts";
import { parseNode } from "./source/parse-node.ts";

/** Keys of the root that belong to no section of a unit. */
const rootKeys = [
  ...Object.keys(generalSchema.shape),
  "services",
  "templates",
  "checks",
  ...shortForms.map((form) => form.key),
];

/** Faults of keys of the root that no section has. */
export function unknownKeys(root: MapNode, sections: Sections): ConfigIssue[] {
  const known = [...rootKeys, ...Object.keys(sections)];
  return [...root.entries]
    .filter(([key]) => !known.includes(key))
    .map(([key, { keyPlace }]) => {
      const home = homeOf(key);
      const wrong =
        home === undefined
          ? unknownName("key", key, [...known, "environments"])
          : `is no section of its own; it belongs into ${home}`;
      return issueAt(keyPlace, [key], wrong);
    });
}

/** The keys of the root that are no sections; their defaults where one of them is wrong. */
export function readGeneral(root: MapNode): Readonly<{ value: General; issues: readonly ConfigIssue[] }> {
  const keys = Object.keys(generalSchema.shape);
  const node = mapOf(
    root.place,
    [...root.entries].filter(([key]) => keys.includes(key)),
  );
  const parsed = parseNode(generalSchema, node);
  if (parsed.ok) return { value: parsed.value, issues: [] };
  return { value: generalSchema.parse({}), issues: parsed.problems.map((problem) => locateProblem(node, problem)) };
}

export type ReadSections = Readonly<{
  json: Readonly<Record<string, Json>>;
  issues: readonly ConfigIssue[];
  /** Sections, and their entries, that were not accepted; also where only a secret that is not at hand is in the way. */
  refused: readonly string[];
}>;

/** Each section by its own schema; of one with faults what of it can be read. */
export function readSections(root: MapNode, sections: Sections): ReadSections {
  const json = emptyRecord<Json>();
  const issues: ConfigIssue[] = [];
  const refused: string[] = [];
  for (const [name, schema] of Object.entries(sections)) {
    const node = child(root, name);
    if (node === undefined) {
      if (schema.safeParse(undefined).success) continue;
      refused.push(name);
      issues.push(issueAt(root.place, [], `the section "${name}" is missing`));
      continue;
    }
    const parsed = parseNode(schema, node);
    if (parsed.ok) {
      json[name] = parsed.json;
      continue;
    }
    const salvaged = salvageSection(schema, parsed.json);
    if (salvaged.json !== undefined) json[name] = salvaged.json;
    refused.push(name, ...salvaged.refused);
    issues.push(...parsed.problems.map((problem) => locateProblem(node, problem, [name])));
  }
  return { json, issues, refused };
}
