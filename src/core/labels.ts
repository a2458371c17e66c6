/** Label name → value; names are `[a-zA-Z_][a-zA-Z0-9_]*`. */
export type Labels = Readonly<Record<string, string>>;

/** FNV-1a's 64-bit prime is 2^40 + this. */
const primeLow = 0x1b3;
const wordSize = 2 ** 32;
const separator = 0xff;
const encoder = new TextEncoder();

/**
 * Returns the fingerprint of a label set: FNV-1a 64 over the pairs sorted by name in byte order, 16 lower-case hex digits.
 * Annotations and times never enter, so the same labels always give the same fingerprint.
 * @see https://github.com/prometheus/common/blob/main/model/signature.go
 */
export function fingerprint(labels: Labels): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  // Two 32-bit words instead of a BigInt: rules take the fingerprints of thousands of series at a time.
  const add = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    const product = low * primeLow;
    high = (high * primeLow + Math.floor(product / wordSize) + low * 256) >>> 0;
    low = product >>> 0;
  };
  for (const name of Object.keys(labels).sort(compareBytes)) {
    addText(name, add);
    add(separator);
    addText(labels[name] ?? "", add);
    add(separator);
  }
  return hex(high) + hex(low);
}

function hex(word: number): string {
  return word.toString(16).padStart(8, "0");
}

function addText(text: string, add: (byte: number) => void): void {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code < 0x80) add(code);
    else {
      for (const byte of encoder.encode(text.slice(index))) add(byte);
      return;
    }
  }
}

const plainName = /^\w*$/;

function compareBytes(a: string, b: string): number {
  if (plainName.test(a) && plainName.test(b)) return a < b ? -1 : Number(a !== b);
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
