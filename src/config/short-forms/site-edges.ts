import { edgesSchema } from "../../core/edges/edges-options.ts";
import { type MapEntry, type MapNode, mapOf } from "../source/node.ts";

/** Key of a site that its http, certificate and images checks have in common. */
export const siteEdgesSchema = edgesSchema({
  traits: ["certificate", "status", "body"],
  compared: ["certificate", "status"],
  timeout: "5s",
})
  .optional()
  .describe(
    "Look at every address of the name by itself: the option `edges` of the http, certificate and images checks.",
  );

/** What each kind compares, so that a difference is told once. */
const comparedBy: Readonly<Record<string, string>> = { http: "status", images: "image" };

/** The site's `edges` for one of its checks; none for kinds that know no addresses. What is compared is the http check's alone. */
export function edgesFor(
  kind: string,
  site: MapNode,
  isCertificateWatched: boolean,
): readonly (readonly [string, MapEntry])[] {
  const entry = site.entries.get("edges");
  if (entry?.node.kind !== "map" || kind === "domain") return [];
  const { keyPlace, node } = entry;
  const isOwn = kind === "http" && node.entries.has("compare");
  if (isOwn) return [["edges", entry]];
  const entries = new Map([...node.entries].filter(([key]) => key !== "compare"));
  const compared = comparedBy[kind];
  if (isCertificateWatched && compared !== undefined) {
    const items = [{ kind: "scalar" as const, place: keyPlace, value: compared }];
    entries.set("compare", { keyPlace, node: { kind: "list", place: keyPlace, items } });
  }
  return [["edges", { keyPlace, node: mapOf(node.place, entries) }]];
}
