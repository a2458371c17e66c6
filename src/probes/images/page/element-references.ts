import type { Reference, ResourceKind } from "./reference.ts";
import { srcsetAddresses } from "./srcset.ts";
import { styleAddresses } from "./style-addresses.ts";

/** One opening tag; attribute names are in lower case. */
export type Tag = Readonly<{ name: string; attributes: ReadonlyMap<string, string>; offset: number }>;

const lazyAddresses = ["data-src", "data-original", "data-lazy-src", "data-lazy", "data-lazyload", "data-echo"];
const lazySets = ["data-srcset", "data-lazy-srcset", "data-original-set"];
const lazyBackgrounds = ["data-bg", "data-background", "data-background-image", "data-bgset"];
const icons = /(?:^|\s)(?:icon|apple-touch-icon|apple-touch-icon-precomposed|mask-icon)(?:\s|$)/;
const shareImages: ReadonlySet<string> = new Set([
  "og:image",
  "og:image:url",
  "og:image:secure_url",
  "twitter:image",
  "twitter:image:src",
]);

/** Attributes that may name something to load, or say what the others mean; others need not be read. */
export const readAttributes: ReadonlySet<string> = new Set([
  ...lazyAddresses,
  ...lazySets,
  ...lazyBackgrounds,
  "src",
  "srcset",
  "href",
  "xlink:href",
  "imagesrcset",
  "poster",
  "data-poster",
  "background",
  "style",
  "content",
  "rel",
  "as",
  "type",
  "property",
  "name",
  "itemprop",
]);

const mostPerAttribute = 200;

/** Everything that an element asks a browser to load, lazy attributes of the usual scripts included. */
export function elementReferences(tag: Tag): readonly Reference[] {
  return [...ownReferences(tag), ...backgroundReferences(tag)];
}

function ownReferences(tag: Tag): readonly Reference[] {
  switch (tag.name) {
    case "img":
      return imageReferences(tag);
    case "source":
      return [
        ...sets(tag, ["srcset", ...lazySets]),
        ...addresses(tag, ["src", "data-src"], tag.attributes.has("srcset") ? "image" : "media"),
      ];
    case "input":
      return tag.attributes.get("type")?.toLowerCase() === "image" ? imageReferences(tag) : [];
    case "image":
      return addresses(tag, ["href", "xlink:href"], "image");
    case "video":
      return [...addresses(tag, ["poster", "data-poster"], "image"), ...addresses(tag, ["src"], "media")];
    case "audio":
      return addresses(tag, ["src"], "media");
    case "script":
      return addresses(tag, ["src"], "script");
    case "link":
      return linkReferences(tag);
    case "meta":
      return metaReferences(tag);
    default:
      return [];
  }
}

function imageReferences(tag: Tag): readonly Reference[] {
  return [
    ...addresses(tag, ["src"], "image"),
    ...addresses(tag, lazyAddresses, "image").filter(looksLikeAddress),
    ...sets(tag, ["srcset", ...lazySets]),
  ];
}

function linkReferences(tag: Tag): readonly Reference[] {
  const rel = (tag.attributes.get("rel") ?? "").toLowerCase();
  if (icons.test(rel)) return addresses(tag, ["href"], "image");
  if (/(?:^|\s)alternate(?:\s|$)/.test(rel)) return [];
  if (/(?:^|\s)stylesheet(?:\s|$)/.test(rel)) return addresses(tag, ["href"], "stylesheet");
  if (/(?:^|\s)modulepreload(?:\s|$)/.test(rel)) return addresses(tag, ["href"], "script");
  if (!/(?:^|\s)preload(?:\s|$)/.test(rel)) return [];
  const kind = preloadKinds.get((tag.attributes.get("as") ?? "").toLowerCase());
  if (kind === undefined) return [];
  return [...addresses(tag, ["href"], kind), ...(kind === "image" ? sets(tag, ["imagesrcset"]) : [])];
}

const preloadKinds: ReadonlyMap<string, ResourceKind> = new Map([
  ["image", "image"],
  ["script", "script"],
  ["style", "stylesheet"],
  ["font", "font"],
  ["video", "media"],
  ["audio", "media"],
]);

function metaReferences(tag: Tag): readonly Reference[] {
  const names = [tag.attributes.get("property"), tag.attributes.get("name")];
  const isImage = names.some((name) => name !== undefined && shareImages.has(name.toLowerCase()));
  if (!isImage && tag.attributes.get("itemprop")?.toLowerCase() !== "image") return [];
  const shown = names.find((name) => name !== undefined) ?? "itemprop=image";
  return addresses(tag, ["content"], "image").map((reference) => ({ ...reference, element: `<meta ${shown}>` }));
}

/** Any element may have a background. */
function backgroundReferences(tag: Tag): readonly Reference[] {
  const style = tag.attributes.get("style");
  const styled = style === undefined ? [] : styleAddresses(style, mostPerAttribute);
  return [
    ...styled.map(({ address }) => reference(tag, "style", address, "image")),
    ...addresses(tag, ["background", ...lazyBackgrounds], "image").filter(looksLikeAddress),
  ];
}

function addresses(tag: Tag, names: readonly string[], kind: ResourceKind): readonly Reference[] {
  return names.flatMap((name) => {
    const value = tag.attributes.get(name);
    return value === undefined ? [] : [reference(tag, name, value, kind)];
  });
}

function sets(tag: Tag, names: readonly string[]): readonly Reference[] {
  const hasAddress = tag.attributes.has("src") || tag.attributes.has("href");
  return names.flatMap((name) => {
    const value = tag.attributes.get(name);
    const candidates = value === undefined ? [] : srcsetAddresses(value, mostPerAttribute);
    return candidates.map((address, index) => ({
      ...reference(tag, name, address, "image"),
      isAlternative: hasAddress || index > 0,
    }));
  });
}

function reference({ name, offset }: Tag, attribute: string, address: string, kind: ResourceKind): Reference {
  return { address, kind, element: `<${name} ${attribute}>`, offset, isAlternative: false };
}

/** Scripts also keep other things than addresses in these attributes: `data-lazy="true"`, JSON, templates. */
function looksLikeAddress({ address }: Reference): boolean {
  const text = address.trim();
  return !/[\s{}"]/.test(text) && /[./]/.test(text);
}
