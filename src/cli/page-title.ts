const longestTitle = 60;
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** Text of the first title element of a page, in one line; undefined when there is none that could serve as a keyword. */
export function pageTitle(html: string): string | undefined {
  const raw = /<title[^>]{0,200}>([^<]{1,500})<\/title/i.exec(html)?.[1];
  if (raw === undefined) return undefined;
  const text = raw.replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,6});/gi, (whole, name: string) => decoded(name) ?? whole);
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" || line.length > longestTitle ? undefined : line;
}

function decoded(name: string): string | undefined {
  if (!name.startsWith("#")) return entities[name.toLowerCase()];
  const point = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10);
  return point > 0 && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : undefined;
}
