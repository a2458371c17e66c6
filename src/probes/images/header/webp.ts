import { type HeaderFacts, type HeaderReader, latin, littleEndian, sized } from "./bytes.ts";

/** Size from the first chunk; the file must be as long as its RIFF header says. @see RFC 9649 */
export const readWebp: HeaderReader = (bytes, isWhole) => {
  const saidBytes = (littleEndian(bytes, 4, 4) ?? 0) + 8;
  // Some writers leave out the padding byte at the end.
  const isCut = isWhole && bytes.length < saidBytes - 1;
  const { problem, ...size } = sizeOf(bytes);
  if (isCut) return { ...size, problem: `the WebP breaks off: ${bytes.length} of ${saidBytes} bytes` };
  return problem === undefined || bytes.length < headBytes ? size : { ...size, problem };
};

/** Enough to hold the size in each of the three forms. */
const headBytes = 30;

function sizeOf(bytes: Uint8Array): HeaderFacts {
  switch (latin(bytes, 12, 4)) {
    case "VP8X":
      return sized(plusOne(littleEndian(bytes, 24, 3)), plusOne(littleEndian(bytes, 27, 3)));
    case "VP8L":
      return losslessSize(bytes);
    case "VP8 ":
      if (latin(bytes, 23, 3) !== "\u009d\u0001\u002a") return { problem: "the WebP does not begin with a key frame" };
      return sized(low14(littleEndian(bytes, 26, 2)), low14(littleEndian(bytes, 28, 2)));
    default:
      return { problem: "the WebP holds no image" };
  }
}

function losslessSize(bytes: Uint8Array): HeaderFacts {
  const bits = littleEndian(bytes, 21, 4);
  if (bytes[20] !== 0x2f || bits === undefined) return { problem: "the WebP's lossless data has no signature" };
  return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
}

function plusOne(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value + 1;
}

function low14(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value & 0x3fff;
}
