import { z } from "zod";
import { idSchema } from "../../core/name-schema.ts";
import type { CheckBlock } from "../check-block.ts";
import { scheduledEnvelope } from "../check-schema.ts";
import { type ConfigIssue, issueAt, locateProblem } from "../issue.ts";
import { type MapEntry, type MapNode, mapOf, type NodePath, type Place } from "../node.ts";
import { parseNode } from "../parse-node.ts";
import type { Expansion, NamedBlocks, ShortForm } from "./short-form.ts";

const { title, service, severity, depends_on, env, labels, interval, timeout, jitter } = scheduledEnvelope.shape;
const { retry_interval, failure_threshold, failure_window, success_threshold, flap_detection, blind_after } =
  scheduledEnvelope.shape;
const words = z.array(z.string().min(1)).min(1);

const siteSchema = z.strictObject({
  url: z.string().min(1).describe("Address of the page."),
  contains: words.optional().describe("Words that must stand on the page."),
  not_contains: words.optional().describe("Words that must not stand on the page."),
  images: z
    .looseObject({})
    .refine((images) => !["probe", "target", "use"].some((key) => key in images), {
      message: "has no keys probe, target and use; it is a check of the images probe on the site's url",
    })
    .optional()
    .describe("Also check the page's images: options of the images probe, `{}` for its defaults."),
  title,
  service,
  severity,
  depends_on,
  env,
  labels,
  interval,
  timeout,
  jitter,
  retry_interval,
  failure_threshold,
  failure_window,
  success_threshold,
  flap_detection,
  blind_after,
});

const expectations: readonly string[] = ["contains", "not_contains"];
/** Keys that the checks of a site have in common; times follow the kind of check. */
const shared: readonly string[] = ["service", "severity", "depends_on", "env", "labels", "blind_after"];

/** `sites`: a line per site; `<id>` becomes an http check of the same id, and `<id>-images` where `images` is given. */
export const sites: ShortForm = {
  key: "sites",
  title: "A site: its page is fetched and searched.",
  schema: siteSchema,
  expand: expandSites,
};

function expandSites(entries: NamedBlocks): Expansion {
  const issues = [...entries].flatMap(([id, { node }]) => {
    const parsed = parseNode(siteSchema, node);
    if (parsed.ok) return tooLong(id, node);
    return parsed.problems.map((problem) => locateProblem(node, problem, ["sites", id]));
  });
  if (issues.length > 0) return { blocks: [], issues };
  const blocks = [...entries].flatMap(([id, { keyPlace, node }]): readonly CheckBlock[] => {
    const images = node.entries.get("images");
    const http: CheckBlock = {
      id,
      keyPlace,
      node: httpBlock(node, keyPlace),
      pathOf: (path) => ["sites", id, ...siteKeys(path)],
      exempt: [],
    };
    return images?.node.kind === "map" ? [http, imagesBlock(id, node, images.keyPlace, images.node)] : [http];
  });
  return { blocks, issues: [] };
}

function tooLong(id: string, site: MapNode): readonly ConfigIssue[] {
  const images = site.entries.get("images");
  if (images === undefined || idSchema.safeParse(imagesId(id)).success) return [];
  const message = `makes the check ${imagesId(id)}, whose id is longer than 63 characters; shorten the site's id`;
  return [issueAt(images.keyPlace, ["sites", id, "images"], message)];
}

function imagesId(id: string): string {
  return `${id}-images`;
}

function imagesBlock(id: string, site: MapNode, keyPlace: Place, images: MapNode): CheckBlock {
  const probe: MapEntry = { keyPlace, node: { kind: "scalar", place: keyPlace, value: "images" } };
  const url = site.entries.get("url");
  const common = [...site.entries].filter(([key]) => shared.includes(key));
  const entries = new Map([...common, ...images.entries, ["probe", probe] as const]);
  if (url !== undefined) entries.set("target", url);
  const pathOf = ([first, ...rest]: NodePath): NodePath => {
    if (first === undefined) return ["sites", id, "images"];
    if (first === "target") return ["sites", id, "url", ...rest];
    const isOwn = typeof first === "string" && (images.entries.has(first) || !shared.includes(first));
    return isOwn ? ["sites", id, "images", first, ...rest] : ["sites", id, first, ...rest];
  };
  return { id: imagesId(id), keyPlace, node: mapOf(keyPlace, entries), pathOf, exempt: [] };
}

function httpBlock(site: MapNode, keyPlace: Place): MapNode {
  const probe: MapEntry = { keyPlace, node: { kind: "scalar", place: keyPlace, value: "http" } };
  const entries = new Map<string, MapEntry>([["probe", probe]]);
  const expected: [string, MapEntry][] = [];
  for (const [key, entry] of site.entries) {
    if (expectations.includes(key)) expected.push([key, entry]);
    else if (key !== "images") entries.set(key === "url" ? "target" : key, entry);
  }
  if (expected.length > 0) entries.set("expect", { keyPlace, node: mapOf(keyPlace, expected) });
  return mapOf(site.place, entries);
}

function siteKeys([first, ...rest]: NodePath): NodePath {
  if (first === undefined) return [];
  if (first === "target") return ["url", ...rest];
  return first === "expect" ? rest : [first, ...rest];
}
