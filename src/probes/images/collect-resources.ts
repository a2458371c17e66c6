import { headerOf } from "../../core/http/header-of.ts";
import { decodeText } from "../../core/text/charset.ts";
import { fetchResources, type Scene } from "./fetch-resources.ts";
import type { ImagesOptions } from "./options.ts";
import { type Outcome, shownAddress } from "./outcome.ts";
import { pageReferences } from "./page/page-references.ts";
import { mostReferences, type ResourceKind } from "./page/reference.ts";
import { baseOf, type Resolved, type Resource, resolveReferences } from "./page/resolve-references.ts";
import { styleAddresses } from "./page/style-addresses.ts";

const mostSheets = 20;
/** Sheets of the page, and sheets that those import. */
const sheetRounds = 2;

/** Everything to be judged, each once. */
export type Collected = Readonly<{
  /** Of the wanted kinds and hosts, in the order in which they are asked for. */
  resources: readonly Resource[];
  inline: number;
  ignored: number;
  /** What came of the style sheets that were read. */
  sheets: readonly Outcome[];
  cut: boolean;
}>;

/** Collects what the page and its style sheets load; the sheets are asked for on the way. */
export async function collectResources(html: string, scene: Scene): Promise<Collected> {
  const page = pageReferences(html, scene.options.selector);
  const base = baseOf(page.base, scene.page);
  const ofPage = resolveReferences(page.references, base);
  const ofSheets = scene.options.style_sheets ? await readSheets(ofPage, scene) : { found: [], outcomes: [] };
  const all = [ofPage, ...ofSheets.found];
  const resources = new Map<string, Resource>();
  for (const resource of all.flatMap(({ resources: some }) => some)) {
    const { url, reference } = resource;
    const isWanted = scene.options.kinds.includes(reference.kind) && isWantedHost(url.hostname, scene.options.hosts);
    if (isWanted && !resources.has(url.href)) resources.set(url.href, resource);
  }
  return {
    resources: [...resources.values()],
    inline: sum(all.map(({ inline }) => inline)),
    ignored: sum(all.map(({ ignored }) => ignored)),
    sheets: ofSheets.outcomes,
    cut: page.cut,
  };
}

type Sheets = Readonly<{ found: readonly Resolved[]; outcomes: readonly Outcome[] }>;

async function readSheets(ofPage: Resolved, scene: Scene): Promise<Sheets> {
  const seen = new Set<string>();
  const found: Resolved[] = [];
  const outcomes: Outcome[] = [];
  let waiting = ofPage.resources.filter(isSheet);
  for (let round = 0; round < sheetRounds && waiting.length > 0; round += 1) {
    const asked = waiting.filter(({ url }) => !seen.has(url.href)).slice(0, mostSheets - seen.size);
    for (const { url } of asked) seen.add(url.href);
    const read: Resolved[] = [];
    const fetched = await fetchResources(asked, scene, ({ outcome, response }) => {
      if (response === undefined || outcome.judgement.state !== "good") return;
      const type = headerOf(response.headers, "content-type");
      const css = decodeText(response.body, type, response.cut).decodings[0]?.text ?? "";
      read.push(sheetReferences(css, outcome.resource.url));
    });
    outcomes.push(...fetched);
    found.push(...read);
    waiting = read.flatMap(({ resources }) => resources.filter(isSheet));
  }
  return { found, outcomes };
}

function isSheet({ reference }: Resource): boolean {
  return reference.kind === "stylesheet";
}

function sheetReferences(css: string, sheet: URL): Resolved {
  const references = styleAddresses(css, mostReferences).map(({ address, kind, offset }) => {
    const element = kind === "stylesheet" ? "@import" : "url()";
    return { address, kind, offset, element, isAlternative: false };
  });
  return resolveReferences(references, sheet, shownAddress(sheet));
}

function isWantedHost(host: string, { only, except }: ImagesOptions["hosts"]): boolean {
  const matches = (pattern: string): boolean =>
    pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;
  return (only === undefined || only.some(matches)) && !except.some(matches);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** What a check calls the things it looks for: images, or whatever kinds it names. */
export function namesOf(kinds: readonly ResourceKind[]): string {
  const plural = { image: "images", script: "scripts", stylesheet: "style sheets", font: "fonts", media: "media" };
  return [...new Set(kinds)].map((kind) => plural[kind]).join(", ");
}
