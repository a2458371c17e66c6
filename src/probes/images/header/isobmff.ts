import { bigEndian, type HeaderFacts, type HeaderReader, latin, sized } from "./bytes.ts";

const avifBrands: ReadonlySet<string> = new Set(["avif", "avis"]);
const heifBrands: ReadonlySet<string> = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]);

/** Which still image format of the ISO base media family the bytes are; undefined when none. @see ISO/IEC 23008-12 */
export function isobmffFormat(bytes: Uint8Array): "avif" | "heif" | undefined {
  if (latin(bytes, 4, 4) !== "ftyp") return undefined;
  const end = Math.min(bigEndian(bytes, 0, 4) ?? 0, bytes.length, 512);
  const brands = [latin(bytes, 8, 4)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(latin(bytes, at, 4));
  if (brands.some((brand) => avifBrands.has(brand))) return "avif";
  return brands.some((brand) => heifBrands.has(brand)) ? "heif" : undefined;
}

/** Size of the largest part (`ispe`), as thumbnails and alpha planes stand beside it; no box may reach beyond the file. */
export const readIsobmff: HeaderReader = (bytes, isWhole) => {
  const top = boxesIn(bytes, 0, bytes.length);
  const meta = top.boxes.find(({ type }) => type === "meta");
  const facts = meta === undefined ? {} : largestPart(bytes, meta);
  if (!isWhole) return facts;
  if (meta === undefined) return { problem: "the image has no description (meta box)" };
  if (top.broken !== undefined) return { ...facts, problem: `the image breaks off inside a part (${top.broken})` };
  return facts;
};

type Box = Readonly<{ type: string; from: number; to: number }>;

const mostBoxes = 1000;

function boxesIn(bytes: Uint8Array, start: number, end: number): Readonly<{ boxes: readonly Box[]; broken?: string }> {
  const boxes: Box[] = [];
  let at = start;
  while (at + 8 <= end && boxes.length < mostBoxes) {
    const type = latin(bytes, at + 4, 4);
    const said = bigEndian(bytes, at, 4) ?? 0;
    const large = said === 1 ? bigEndian(bytes, at + 10, 6) : undefined;
    const sizeBytes = said === 0 ? end - at : (large ?? said);
    const headBytes = said === 1 ? 16 : 8;
    const isCut = sizeBytes < headBytes || at + sizeBytes > end;
    boxes.push({ type, from: at + headBytes, to: isCut ? end : at + sizeBytes });
    if (isCut) return { boxes, broken: type.replace(/[^\w ]/g, "?") };
    at += sizeBytes;
  }
  return { boxes };
}

function largestPart(bytes: Uint8Array, meta: Box): HeaderFacts {
  const inside = (box: Box, type: string, skipBytes = 0): readonly Box[] =>
    boxesIn(bytes, box.from + skipBytes, box.to).boxes.filter((inner) => inner.type === type);
  // `meta` and `ispe` carry a version and flags before their content.
  const parts = inside(meta, "iprp", 4)
    .flatMap((properties) => inside(properties, "ipco"))
    .flatMap((container) => inside(container, "ispe"))
    .map(({ from }) => ({ width: bigEndian(bytes, from + 4, 4), height: bigEndian(bytes, from + 8, 4) }));
  const largest = parts.toSorted((a, b) => area(b) - area(a))[0];
  return largest === undefined ? {} : sized(largest.width, largest.height);
}

function area({ width = 0, height = 0 }: Readonly<{ width: number | undefined; height: number | undefined }>): number {
  return width * height;
}
