import type { Reference } from "./reference.ts";

/** Something to fetch, once, however often it is named. */
export type Resource = Readonly<{
  url: URL;
  reference: Reference;
  /** Style sheet that names it; undefined: the page itself. */
  sheet?: string;
}>;

/** References by what becomes of them. */
export type Resolved = Readonly<{
  /** To be fetched, in document order, what browsers may not load last. */
  resources: readonly Resource[];
  /** Distinct images that stand in the text itself (`data:`). */
  inline: number;
  /** Neither http nor https, empty, or no address at all. */
  ignored: number;
}>;

/** Resolves references against the base of their document; credentials and fragments are dropped, as browsers do. */
export function resolveReferences(references: readonly Reference[], base: URL, sheet?: string): Resolved {
  const resources = new Map<string, Resource>();
  const inline = new Set<string>();
  let ignored = 0;
  const ordered = [
    ...references.filter(({ isAlternative }) => !isAlternative),
    ...references.filter(({ isAlternative }) => isAlternative),
  ];
  for (const reference of ordered) {
    const address = reference.address.trim();
    if (/^data:/i.test(address)) {
      if (reference.kind === "image") inline.add(address);
    } else {
      const url = urlOf(address, base);
      if (url === undefined) ignored += 1;
      else if (!resources.has(url.href)) resources.set(url.href, { url, reference, ...(sheet && { sheet }) });
    }
  }
  return { resources: [...resources.values()], inline: inline.size, ignored };
}

function urlOf(address: string, base: URL): URL | undefined {
  if (address === "" || address.startsWith("#")) return undefined;
  const url = URL.parse(address, base.href);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) return undefined;
  url.hash = "";
  url.username = "";
  url.password = "";
  return url;
}

/** The address that relative ones start from. */
export function baseOf(written: string | undefined, page: URL): URL {
  const base = written === undefined ? null : URL.parse(written.trim(), page.href);
  return base === null || (base.protocol !== "http:" && base.protocol !== "https:") ? page : base;
}
