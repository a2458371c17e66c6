import { z } from "zod";
import { registrableName } from "../../core/domain/registrable-name.ts";
import { idSchema } from "../../core/schema/name-schema.ts";
import type { CheckBlock } from "../checks/check-block.ts";
import { type ConfigIssue, issueAt } from "../source/issue.ts";
import { type MapEntry, type MapNode, mapOf, type NodePath, type Place } from "../source/node.ts";
import { edgesFor } from "./site-edges.ts";

/** A check that a site has besides the one of its page. */
type SitePart = Readonly<{
  /** Kind of probe, key in the site, and what the id ends with. */
  kind: "images" | "certificate" | "domain";
  /** Target for a site's address where it is not the address itself; undefined: such a site has no such check unless it asks. */
  targetOf(url: string): string | undefined;
  /** True when a site has the check without asking for it. */
  isUsual: boolean;
}>;

const parts: readonly SitePart[] = [
  { kind: "images", targetOf: (url) => url, isUsual: false },
  { kind: "certificate", targetOf: tlsServerOf, isUsual: true },
  { kind: "domain", targetOf: domainOf, isUsual: true },
];

const ownKeys = ["probe", "target", "use"];

const partSchema = (kind: string): z.ZodType =>
  z.looseObject({}).refine((part) => !ownKeys.some((key) => key in part), {
    message: `has no keys probe, target and use; it is a check of the ${kind} probe on the site's url`,
  });

/** Keys of a site that stand for a further check. */
export const partSchemas = {
  images: partSchema("images")
    .optional()
    .describe("Also check the page's images: options of the images probe, `{}` for its defaults."),
  certificate: z
    .union([z.literal(false), partSchema("certificate")])
    .optional()
    .describe("Options of the certificate check that an https site has; `false`: none."),
  domain: z
    .union([z.literal(false), partSchema("domain")])
    .optional()
    .describe("Options of the domain check, which the first site of a registered domain has; `false`: none."),
};

/** Keys that the checks of a site have in common; times follow the kind of check. */
const shared: readonly string[] = ["service", "severity", "depends_on", "env", "labels", "blind_after"];

/** One further check of one site; `options` are its own keys, with their place. */
export type WantedPart = Readonly<{
  kind: SitePart["kind"];
  target: string;
  keyPlace: Place;
  options: MapNode;
  /** The site itself names it. */
  isAsked: boolean;
}>;

/** The further checks that a site has, in order. */
export function wantedParts(site: MapNode, keyPlace: Place): readonly WantedPart[] {
  const url = urlOf(site);
  return parts.flatMap(({ kind, targetOf, isUsual }): readonly WantedPart[] => {
    const asked = site.entries.get(kind);
    const target = targetOf(url);
    if (asked?.node.kind === "map")
      return [{ kind, target: target ?? url, keyPlace: asked.keyPlace, options: asked.node, isAsked: true }];
    if (asked !== undefined || !isUsual || target === undefined) return [];
    return [{ kind, target, keyPlace, options: mapOf(keyPlace, []), isAsked: false }];
  });
}

/** Says of ids that get too long. */
export function tooLong(id: string, { kind, keyPlace }: WantedPart): readonly ConfigIssue[] {
  if (idSchema.safeParse(partId(id, kind)).success) return [];
  const message = `makes the check ${partId(id, kind)}, whose id is longer than 63 characters; shorten the site's id`;
  return [issueAt(keyPlace, ["sites", id], message)];
}

/** The block of a further check; what is wrong with it is told where it was written. */
export function partBlock(id: string, site: MapNode, part: WantedPart, isCertificateWatched: boolean): CheckBlock {
  const { kind, keyPlace, options, target } = part;
  const url = site.entries.get("url");
  const place = url?.node.place ?? keyPlace;
  const common = [
    ...[...site.entries].filter(([key]) => shared.includes(key)),
    ...edgesFor(kind, site, isCertificateWatched),
  ];
  const entries = new Map<string, MapEntry>([
    ...common,
    ...options.entries,
    ["probe", { keyPlace, node: { kind: "scalar", place: keyPlace, value: kind } }],
    ["target", { keyPlace: url?.keyPlace ?? keyPlace, node: { kind: "scalar", place, value: target } }],
  ]);
  const pathOf = ([first, ...rest]: NodePath): NodePath => {
    if (first === undefined) return site.entries.has(kind) ? ["sites", id, kind] : ["sites", id];
    if (first === "target") return ["sites", id, "url", ...rest];
    const isOwn = options.entries.has(String(first)) || !(shared.includes(String(first)) || first === "edges");
    return isOwn ? ["sites", id, kind, first, ...rest] : ["sites", id, first, ...rest];
  };
  return { id: partId(id, kind), keyPlace, node: mapOf(keyPlace, entries), pathOf, exempt: [] };
}

/** True when a key of the site belongs to a further check. */
export function isPart(key: string): boolean {
  return key in partSchemas;
}

function partId(id: string, kind: string): string {
  return `${id}-${kind}`;
}

function urlOf(site: MapNode): string {
  const node = site.entries.get("url")?.node;
  return node?.kind === "scalar" ? String(node.value) : "";
}

/** Only names that somebody registered: no address, and nothing of one's own such as `.internal`. */
function domainOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const found = registrableName(new URL(url).hostname);
  return found?.isPublic === true ? found.name : undefined;
}

function tlsServerOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return protocol === "https:" ? host : undefined;
}
