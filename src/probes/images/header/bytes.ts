/** What the header of an image tells; `problem` says why it cannot be shown whole. */
export type HeaderFacts = Readonly<{ width?: number; height?: number; problem?: string }>;

/** Reads a format; `isWhole` says that nothing was cut off by us, so that the end may be judged. */
export type HeaderReader = (bytes: Uint8Array, isWhole: boolean) => HeaderFacts;

/** An unsigned number of up to six bytes, most significant first; undefined when the bytes end before. */
export function bigEndian(bytes: Uint8Array, at: number, sizeBytes: number): number | undefined {
  if (at + sizeBytes > bytes.length) return undefined;
  let value = 0;
  for (let index = 0; index < sizeBytes; index += 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

/** As `bigEndian`, least significant byte first. */
export function littleEndian(bytes: Uint8Array, at: number, sizeBytes: number): number | undefined {
  if (at + sizeBytes > bytes.length) return undefined;
  let value = 0;
  for (let index = sizeBytes - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

/** Bytes as Latin-1 text; shorter when the bytes end before. */
export function latin(bytes: Uint8Array, at: number, sizeBytes: number): string {
  return String.fromCodePoint(...bytes.subarray(at, at + sizeBytes));
}

/** Facts with the sizes that are known. */
export function sized(width: number | undefined, height: number | undefined, problem?: string): HeaderFacts {
  return {
    ...(width !== undefined && { width }),
    ...(height !== undefined && { height }),
    ...(problem !== undefined && { problem }),
  };
}
