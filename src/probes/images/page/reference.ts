/** What a page may load, and what a check may judge. */
export const resourceKinds = ["image", "script", "stylesheet", "font", "media"] as const;
export type ResourceKind = (typeof resourceKinds)[number];

/** One place where a page or a style sheet names something to load. */
export type Reference = Readonly<{
  /** As written. */
  address: string;
  kind: ResourceKind;
  /** Element and attribute, as people write them: `<img data-src>`. */
  element: string;
  /** Where in the text the element begins. */
  offset: number;
  /** An alternative that a browser may never load: a further candidate of a `srcset`. */
  isAlternative: boolean;
}>;

/** References are looked for up to this many; a page of more is hostile or broken. */
export const mostReferences = 10_000;
