import { z } from "zod";
import type { CheckBlock } from "../checks/check-block.ts";
import { scheduledEnvelope } from "../checks/check-schema.ts";
import { type ConfigIssue, locateProblem } from "../source/issue.ts";
import { type MapEntry, type MapNode, mapOf, type NodePath, type Place } from "../source/node.ts";
import { parseNode } from "../source/parse-node.ts";
import type { Expansion, NamedBlocks, ShortForm } from "./short-form.ts";
import { edgesFor, siteEdgesSchema } from "./site-edges.ts";
import { isPart, partBlock, partSchemas, tooLong, type WantedPart, wantedParts } from "./site-parts.ts";

const { title, service, severity, depends_on, env, labels, interval, timeout, jitter } = scheduledEnvelope.shape;
const { retry_interval, failure_threshold, failure_window, success_threshold, flap_detection, blind_after } =
  scheduledEnvelope.shape;
const words = z.array(z.string().min(1)).min(1);

const siteSchema = z.strictObject({
  url: z.string().min(1).describe("Address of the page."),
  contains: words.optional().describe("Words that must stand on the page."),
  not_contains: words.optional().describe("Words that must not stand on the page."),
  error_pages: z
    .enum(["none", "zh"])
    .optional()
    .describe("`zh`: known error pages that answer 200 are an outage (`none` when absent)."),
  edges: siteEdgesSchema,
  ...partSchemas,
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

const expectations: readonly string[] = ["contains", "not_contains", "error_pages"];

/** `sites`: a line per site; `<id>` becomes an http check of the same id, with a check of its own for each further part. */
export const sites: ShortForm = {
  key: "sites",
  title: "A site: its page is fetched and searched, its certificate and the registration of its domain are watched.",
  schema: siteSchema,
  expand: expandSites,
};

function expandSites(entries: NamedBlocks): Expansion {
  const domains = new Set<string>();
  const sitesWithParts = [...entries].map(([id, { keyPlace, node }]) => ({
    id,
    keyPlace,
    node,
    parts: wantedParts(node, keyPlace).filter((part) => isNews(part, domains)),
  }));
  const issues: ConfigIssue[] = [];
  const blocks = sitesWithParts.flatMap(({ id, keyPlace, node, parts }): readonly CheckBlock[] => {
    const parsed = parseNode(siteSchema, node);
    const wrong = parsed.ok
      ? parts.flatMap((part) => tooLong(id, part))
      : parsed.problems.map((problem) => locateProblem(node, problem, ["sites", id]));
    issues.push(...wrong);
    if (!parsed.ok || wrong.length > 0) return [];
    const isCertificateWatched = parts.some(({ kind }) => kind === "certificate");
    const http: CheckBlock = {
      id,
      keyPlace,
      node: httpBlock(node, keyPlace, isCertificateWatched),
      pathOf: (path) => ["sites", id, ...siteKeys(path)],
      exempt: [],
    };
    return [http, ...parts.map((part) => partBlock(id, node, part, isCertificateWatched))];
  });
  return { blocks, issues };
}

/** Sites of one domain need not ask its registry one by one. */
function isNews({ kind, target, isAsked }: WantedPart, domains: Set<string>): boolean {
  if (kind !== "domain") return true;
  const isKnown = domains.has(target);
  domains.add(target);
  return isAsked || !isKnown;
}

function httpBlock(site: MapNode, keyPlace: Place, isCertificateWatched: boolean): MapNode {
  const scalar = (value: string): MapEntry => ({ keyPlace, node: { kind: "scalar", place: keyPlace, value } });
  const entries = new Map<string, MapEntry>([["probe", scalar("http")]]);
  const expected: [string, MapEntry][] = [];
  for (const [key, entry] of site.entries) {
    if (expectations.includes(key)) expected.push([key, entry]);
    else if (!isPart(key) && key !== "edges") entries.set(key === "url" ? "target" : key, entry);
  }
  for (const [key, entry] of edgesFor("http", site, isCertificateWatched)) entries.set(key, entry);
  if (expected.length > 0) entries.set("expect", { keyPlace, node: mapOf(keyPlace, expected) });
  // Its end is told once, by the check that looks at nothing else.
  if (isCertificateWatched) {
    entries.set("certificate", { keyPlace, node: mapOf(keyPlace, [["expiry", scalar("off")]]) });
  }
  return mapOf(site.place, entries);
}

function siteKeys([first, ...rest]: NodePath): NodePath {
  if (first === undefined) return [];
  if (first === "target") return ["url", ...rest];
  return first === "expect" ? rest : [first, ...rest];
}
