/** One element of a DER encoding; `bytes` is the whole element, `content` what is in it. */
export type Der = Readonly<{ tag: number; content: Uint8Array; bytes: Uint8Array }>;

/** Tags that are asked for; `context(n)` is [n] in constructed form. @see ITU-T X.690 §8 */
export const derTags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  generalizedTime: 0x18,
  sequence: 0x30,
  context: (number: number): number => 0xa0 + number,
  contextPrimitive: (number: number): number => 0x80 + number,
} as const;

const mostElements = 10_000;

/** Reads one element that takes up all of `bytes`; undefined when it is no DER. */
export function readDer(bytes: Uint8Array): Der | undefined {
  const element = elementAt(bytes, 0);
  return element !== undefined && element.bytes.length === bytes.length ? element : undefined;
}

/** Elements of a constructed one in order; undefined when it is none, or what is in it is no DER. */
export function childrenOf(element: Der | undefined): readonly Der[] | undefined {
  if (element === undefined || (element.tag & 0x20) === 0) return undefined;
  const children: Der[] = [];
  for (let at = 0; at < element.content.length; ) {
    const child = elementAt(element.content, at);
    if (child === undefined || children.length === mostElements) return undefined;
    children.push(child);
    at += child.bytes.length;
  }
  return children;
}

/** Dotted form of an object identifier; undefined when the element is none. */
export function oidOf(element: Der | undefined): string | undefined {
  if (element?.tag !== derTags.oid || element.content.length === 0) return undefined;
  const numbers: number[] = [];
  let value = 0;
  for (const byte of element.content) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) return undefined;
    if ((byte & 0x80) !== 0) continue;
    if (numbers.length === 0)
      numbers.push(Math.min(2, Math.floor(value / 40)), value - 40 * Math.min(2, Math.floor(value / 40)));
    else numbers.push(value);
    value = 0;
  }
  return numbers.join(".");
}

/** Lower-case hexadecimal digits of an integer, without leading zeros; undefined when the element is none. */
export function integerHexOf(element: Der | undefined): string | undefined {
  if (element?.tag !== derTags.integer) return undefined;
  const digits = hexOf(element.content).replace(/^0+/, "");
  return digits === "" ? "0" : digits;
}

/** Lower-case hexadecimal digits. */
export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Moment of a GeneralizedTime in UTC, in ms; undefined when the element is none. */
export function generalizedTimeMsOf(element: Der | undefined): number | undefined {
  if (element?.tag !== derTags.generalizedTime) return undefined;
  const text = new TextDecoder().decode(element.content);
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(text) ?? [];
  if (year === undefined) return undefined;
  const atMs = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  return Number.isNaN(atMs) ? undefined : atMs;
}

function elementAt(bytes: Uint8Array, at: number): Der | undefined {
  const tag = bytes[at];
  const first = bytes[at + 1];
  // Tags above 30 take more than a byte; nothing that is read here has one.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  let length = first;
  let from = at + 2;
  if (first >= 0x80) {
    const count = first - 0x80;
    if (count === 0 || count > 4 || from + count > bytes.length) return undefined;
    length = 0;
    for (const byte of bytes.subarray(from, from + count)) length = length * 256 + byte;
    from += count;
  }
  if (from + length > bytes.length) return undefined;
  return { tag, content: bytes.subarray(from, from + length), bytes: bytes.subarray(at, from + length) };
}
