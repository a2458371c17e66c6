import { type HeaderReader, littleEndian, sized } from "./bytes.ts";

/** Size from the bitmap header, where a negative height means rows from the top; the file must be as long as it says. */
export const readBmp: HeaderReader = (bytes, isWhole) => {
  const isOld = littleEndian(bytes, 14, 4) === 12;
  const width = isOld ? littleEndian(bytes, 18, 2) : magnitude(littleEndian(bytes, 18, 4));
  const height = isOld ? littleEndian(bytes, 20, 2) : magnitude(littleEndian(bytes, 22, 4));
  const saidBytes = littleEndian(bytes, 2, 4) ?? 0;
  const isCut = isWhole && bytes.length < saidBytes;
  return sized(width, height, isCut ? `the BMP breaks off: ${bytes.length} of ${saidBytes} bytes` : undefined);
};

function magnitude(value: number | undefined): number | undefined {
  return value === undefined ? undefined : Math.abs(value | 0);
}
