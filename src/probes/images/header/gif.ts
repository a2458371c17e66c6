import { type HeaderReader, littleEndian, sized } from "./bytes.ts";

const extension = 0x21;
const image = 0x2c;
const trailer = 0x3b;

/** Size of the logical screen; blocks must lead to the end, past at least one image. @see GIF89a */
export const readGif: HeaderReader = (bytes, isWhole) => {
  const width = littleEndian(bytes, 6, 2);
  const height = littleEndian(bytes, 8, 2);
  return sized(width, height, isWhole ? blockProblem(bytes) : undefined);
};

function blockProblem(bytes: Uint8Array): string | undefined {
  let hasImage = false;
  let at = 13 + tableBytes(bytes[10]);
  while (at < bytes.length) {
    const block = bytes[at];
    if (block === trailer) return hasImage ? undefined : "the GIF holds no image";
    if (block === extension) at = afterSubBlocks(bytes, at + 2);
    else if (block === image) {
      hasImage = true;
      at = afterSubBlocks(bytes, at + 11 + tableBytes(bytes[at + 9]));
    } else return "the GIF holds bytes that are no block";
  }
  // Where only the trailer is missing, every image is there.
  return at === bytes.length && hasImage ? undefined : "the GIF breaks off before its end";
}

/** Size of the colour table that the flags announce. */
function tableBytes(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

function afterSubBlocks(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length) {
    const sizeBytes = bytes[at] ?? 0;
    at += 1 + sizeBytes;
    if (sizeBytes === 0) return at;
  }
  return at;
}
