import { type HeaderReader, littleEndian, sized } from "./bytes.ts";

const directoryBytes = 6;
const entryBytes = 16;
const mostEntries = 256;

/** True when the bytes begin with a directory of icons or cursors; its mark is short, so the first entry is looked at, too. */
export function isIco(bytes: Uint8Array): boolean {
  const kind = littleEndian(bytes, 2, 2);
  const count = littleEndian(bytes, 4, 2) ?? 0;
  if (littleEndian(bytes, 0, 2) !== 0 || (kind !== 1 && kind !== 2) || count < 1 || count > mostEntries) return false;
  return (littleEndian(bytes, directoryBytes + 12, 4) ?? 0) >= directoryBytes + count * entryBytes;
}

/** Size of the largest icon, where 0 means 256; every icon of the directory must be there. */
export const readIco: HeaderReader = (bytes, isWhole) => {
  const count = littleEndian(bytes, 4, 2) ?? 0;
  let side = 0;
  for (let index = 0; index < count; index += 1) {
    const at = directoryBytes + index * entryBytes;
    side = Math.max(side, bytes[at] === 0 ? 256 : (bytes[at] ?? 0));
    const end = (littleEndian(bytes, at + 8, 4) ?? Infinity) + (littleEndian(bytes, at + 12, 4) ?? Infinity);
    if (isWhole && end > bytes.length) {
      return sized(side, side, `the icon file breaks off inside icon ${index + 1} of ${count}`);
    }
  }
  return sized(side, side);
};
