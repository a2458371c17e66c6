/** Label name → value; names are `[a-zA-Z_][a-zA-Z0-9_]*`. */
export type Labels = Readonly<Record<string, string>>;

const prime = 1099511628211n;
const offset = 14695981039346656037n;
const mask = (1n << 64n) - 1n;
const separator = 0xff;
const encoder = new TextEncoder();

/**
 * Returns the fingerprint of a label set: FNV-1a 64 over the pairs sorted by name in byte order, 16 lower-case hex digits.
 * Annotations and times never enter, so the same labels always give the same fingerprint.
 * @see https://github.com/prometheus/common/blob/main/model/signature.go
 */
export function fingerprint(labels: Labels): string {
  let hash = offset;
  const add = (byte: number): void => {
    hash = ((hash ^ BigInt(byte)) * prime) & mask;
  };
  for (const name of Object.keys(labels).sort(compareBytes)) {
    for (const byte of encoder.encode(name)) add(byte);
    add(separator);
    for (const byte of encoder.encode(labels[name] ?? "")) add(byte);
    add(separator);
  }
  return hash.toString(16).padStart(16, "0");
}

function compareBytes(a: string, b: string): number {
  const left = encoder.encode(a);
  const right = encoder.encode(b);
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
