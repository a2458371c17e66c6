import { z } from "zod";
import { scheduledEnvelope } from "../check-schema.ts";
import { locateProblem } from "../issue.ts";
import { type MapEntry, type MapNode, mapOf, type NodePath, type Place } from "../node.ts";
import { parseNode } from "../parse-node.ts";
import type { Expansion, NamedBlocks, ShortForm } from "./short-form.ts";

const { title, service, severity, env, labels, interval, timeout, jitter, retry_interval } = scheduledEnvelope.shape;
const { failure_threshold, success_threshold, blind_after } = scheduledEnvelope.shape;
const words = z.array(z.string().min(1)).min(1);

const siteSchema = z.strictObject({
  url: z.string().min(1).describe("Address of the page."),
  contains: words.optional().describe("Words that must stand on the page."),
  not_contains: words.optional().describe("Words that must not stand on the page."),
  title,
  service,
  severity,
  env,
  labels,
  interval,
  timeout,
  jitter,
  retry_interval,
  failure_threshold,
  success_threshold,
  blind_after,
});

const expectations: readonly string[] = ["contains", "not_contains"];

/** `sites`: a line per site; `<id>` becomes an http check of the same id. */
export const sites: ShortForm = {
  key: "sites",
  title: "A site: its page is fetched and searched.",
  schema: siteSchema,
  expand: expandSites,
};

function expandSites(entries: NamedBlocks): Expansion {
  const issues = [...entries].flatMap(([id, { node }]) => {
    const parsed = parseNode(siteSchema, node);
    return parsed.ok ? [] : parsed.problems.map((problem) => locateProblem(node, problem, ["sites", id]));
  });
  if (issues.length > 0) return { blocks: [], issues };
  const blocks = [...entries].map(([id, { keyPlace, node }]) => ({
    id,
    keyPlace,
    node: httpBlock(node, keyPlace),
    pathOf: (path: NodePath): NodePath => ["sites", id, ...siteKeys(path)],
    exempt: [],
  }));
  return { blocks, issues: [] };
}

function httpBlock(site: MapNode, keyPlace: Place): MapNode {
  const probe: MapEntry = { keyPlace, node: { kind: "scalar", place: keyPlace, value: "http" } };
  const entries = new Map<string, MapEntry>([["probe", probe]]);
  const expected: [string, MapEntry][] = [];
  for (const [key, entry] of site.entries) {
    if (expectations.includes(key)) expected.push([key, entry]);
    else entries.set(key === "url" ? "target" : key, entry);
  }
  if (expected.length > 0) entries.set("expect", { keyPlace, node: mapOf(keyPlace, expected) });
  return mapOf(site.place, entries);
}

function siteKeys([first, ...rest]: NodePath): NodePath {
  if (first === undefined) return [];
  if (first === "target") return ["url", ...rest];
  return first === "expect" ? rest : [first, ...rest];
}
