import { bigEndian, type HeaderFacts, type HeaderReader, sized } from "./bytes.ts";

const startOfScan = 0xda;
const endOfImage = 0xd9;

/** Size from the frame header; after the scan there must be an end mark. @see ITU-T T.81 Annex B */
export const readJpeg: HeaderReader = (bytes, isWhole) => {
  let frame: HeaderFacts | undefined;
  for (let at = 2; ; ) {
    const marker = markerAt(bytes, at);
    if (marker === "ended") return { ...frame, ...(isWhole && { problem: "the JPEG breaks off in its header" }) };
    if (marker === "none") return { ...frame, problem: "the JPEG holds bytes that are no segment" };
    const { code, next } = marker;
    if (code === endOfImage) return { ...frame, problem: "the JPEG holds no image data" };
    if (code === startOfScan) return frame === undefined ? { problem: noFrame } : scanned(frame, bytes, next, isWhole);
    if (isFrame(code)) frame = sized(bigEndian(bytes, next + 5, 2), bigEndian(bytes, next + 3, 2));
    const sizeBytes = standsAlone(code) ? 0 : bigEndian(bytes, next, 2);
    if (sizeBytes !== undefined && sizeBytes < 2 && !standsAlone(code)) {
      return { ...frame, problem: "the JPEG holds a segment without a size" };
    }
    at = next + (sizeBytes ?? bytes.length);
  }
};

const noFrame = "the JPEG has no frame header before its data";

type Marker = Readonly<{ code: number; next: number }> | "ended" | "none";

/** A marker may be padded with any number of FF. */
function markerAt(bytes: Uint8Array, from: number): Marker {
  if (from >= bytes.length) return "ended";
  if (bytes[from] !== 0xff) return "none";
  let at = from;
  while (bytes[at] === 0xff) at += 1;
  const code = bytes[at];
  return code === undefined ? "ended" : { code, next: at + 1 };
}

function isFrame(code: number): boolean {
  return code >= 0xc0 && code <= 0xcf && code !== 0xc4 && code !== 0xc8 && code !== 0xcc;
}

function standsAlone(code: number): boolean {
  return code === 0x01 || (code >= 0xd0 && code <= 0xd8);
}

/** Inside a scan FF is escaped, so an end mark after its start is one; what cameras append after it does not matter. */
function scanned(frame: HeaderFacts, bytes: Uint8Array, from: number, isWhole: boolean): HeaderFacts {
  if (!isWhole) return frame;
  for (let at = bytes.lastIndexOf(endOfImage); at > from; at = bytes.lastIndexOf(endOfImage, at - 1)) {
    if (bytes[at - 1] === 0xff) return frame;
  }
  return { ...frame, problem: "the JPEG breaks off before its end (no EOI)" };
}
