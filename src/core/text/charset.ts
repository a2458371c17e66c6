import { Buffer, isAscii, isUtf8 } from "node:buffer";
import { remembered } from "../remembered.ts";
import { type Candidate, type CharsetSource, CleanText, type Decoding } from "./decoding.ts";

export type Decoded = Readonly<{
  /** Every reading that is plausible, the most plausible first; at least one. */
  decodings: readonly Decoding[];
  /** Charset the server declared, when the bytes or the most plausible reading contradict it. */
  disbelieved?: string;
}>;

/** Encodings that pages are sent in without saying so, by how sure a clean decode makes us. */
const sniffed = ["gb18030", "big5", "shift_jis", "euc-kr"] as const;
const singleByte = /^(?:windows-125\d|iso-8859-|macintosh|koi8|ibm866|x-mac)/;

/**
 * Decodes a body by BOM, then header, then `<meta>`, then sniffing. A charset that does not decode is not believed, and
 * one that decodes anything (ISO-8859-1) gives way to one that could have failed and did not.
 * `cut` says that the body may end in the middle of a character.
 */
export function decodeText(body: Uint8Array, contentType: string | undefined, cut: boolean): Decoded {
  const declared = declaredCharsets(body, contentType);
  const clean = cleanText(body, declared, cut);
  if (clean !== undefined) return clean;
  const zeros = zeroPattern(body);
  const guesses: readonly Candidate[] = [
    ...(zeros === undefined ? [] : [{ charset: zeros, source: "sniffed" as const }]),
    { charset: "utf-8", source: "sniffed" },
    ...sniffed.map((charset) => ({ charset, source: "sniffed" as const })),
  ];
  const decodings = plausible(body, [...declared, ...guesses], cut);
  const first = decodings[0];
  if (first === undefined) {
    const text = new TextDecoder("utf-8").decode(body);
    return { decodings: [reading({ charset: "utf-8", source: "sniffed" }, text)], ...disbelief(declared, "utf-8") };
  }
  return { decodings, ...disbelief(declared, first.charset) };
}

/** The one reading of most pages: ASCII under any name, or UTF-8 that holds no zero byte. */
function cleanText(body: Uint8Array, declared: readonly Candidate[], cut: boolean): Decoded | undefined {
  if (declared.some(({ charset, source }) => charset === "iso-2022-jp" || (source === "bom" && charset !== "utf-8"))) {
    return undefined;
  }
  // In a text of two bytes a letter, every other byte is a zero to be looked at.
  if (body.includes(0)) return undefined;
  // A body that was cut may end inside a character.
  const text = cut ? decodeStrict(body, "utf-8", cut) : undefined;
  if (cut ? text === undefined : !isUtf8(body)) return undefined;
  const read = (candidate: Candidate): Decoding =>
    text === undefined ? new CleanText(candidate, body) : reading(candidate, text);
  const named = declared[0];
  // Any declared charset but UTF-16 reads ASCII the same.
  if (isAscii(body) && named !== undefined && !named.charset.startsWith("utf-16")) return { decodings: [read(named)] };
  const source = declared.find(({ charset }) => charset === "utf-8")?.source ?? "sniffed";
  return { decodings: [read({ charset: "utf-8", source })], ...disbelief(declared, "utf-8") };
}

function reading(candidate: Candidate, text: string): Decoding {
  return { ...candidate, text, contains: (word) => text.includes(word) };
}

function disbelief(declared: readonly Candidate[], charset: string): { disbelieved?: string } {
  const first = declared[0];
  return first === undefined || first.charset === charset ? {} : { disbelieved: first.charset };
}

function plausible(body: Uint8Array, candidates: readonly Candidate[], cut: boolean): readonly Decoding[] {
  const found: Decoding[] = [];
  for (const candidate of candidates) {
    if (found.some(({ charset }) => charset === candidate.charset)) continue;
    const text = decodeStrict(body, candidate.charset, cut);
    if (text === undefined) continue;
    found.push(reading(candidate, text));
    // Bytes that are not ASCII and yet clean UTF-8 are UTF-8: by chance that does not happen.
    if (candidate.source === "bom" || candidate.charset === "utf-8") break;
  }
  return found.toSorted((a, b) => trust(b, body) - trust(a, body));
}

function trust({ charset, source }: Decoding, body: Uint8Array): number {
  if (source === "bom") return 5;
  // Its zeros would be controls in any other reading.
  if (charset.startsWith("utf-16")) return source === "sniffed" ? 5 : 3;
  if (charset === "utf-8") return 4;
  if (singleByte.test(charset)) return 1;
  if (source !== "sniffed") return 3;
  return mostlyPairs(body) ? 2 - sniffed.indexOf(charset as (typeof sniffed)[number]) / 10 : 0;
}

/** True when bytes above ASCII mostly come two and two, as in double-byte text and hardly in Western single-byte text. */
function mostlyPairs(body: Uint8Array): boolean {
  let high = 0;
  let alone = 0;
  for (let index = 0; index < body.length; index += 1) {
    if ((body[index] ?? 0) < 0x80) continue;
    high += 1;
    const neighbours = (body[index - 1] ?? 0) >= 0x80 || (body[index + 1] ?? 0) >= 0x80;
    if (!neighbours) alone += 1;
  }
  return alone * 4 < high;
}

function declaredCharsets(body: Uint8Array, contentType: string | undefined): readonly Candidate[] {
  const found: Candidate[] = [];
  const add = (label: string | undefined, source: CharsetSource): void => {
    const charset = label === undefined ? undefined : canonical(label);
    if (charset !== undefined) found.push({ charset, source });
  };
  add(bomOf(body), "bom");
  add(/charset\s*=\s*["']?([\w.:-]+)/i.exec(contentType ?? "")?.[1], "header");
  const head = Buffer.from(body.buffer, body.byteOffset, Math.min(body.length, 2048)).toString("latin1");
  add(/<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)/i.exec(head)?.[1], "meta");
  add(/^<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.:-]+)/i.exec(head)?.[1], "meta");
  return found;
}

function bomOf(body: Uint8Array): string | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return "utf-8";
  if (body[0] === 0xff && body[1] === 0xfe) return "utf-16le";
  if (body[0] === 0xfe && body[1] === 0xff) return "utf-16be";
  return undefined;
}

/** UTF-16 without a BOM gives itself away by a zero in every other byte of its ASCII part. */
function zeroPattern(body: Uint8Array): string | undefined {
  const head = body.subarray(0, 512);
  let even = 0;
  let odd = 0;
  for (let index = 0; index < head.length; index += 1) {
    if (head[index] !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  if (odd > head.length / 4 && even === 0) return "utf-16le";
  return even > head.length / 4 && odd === 0 ? "utf-16be" : undefined;
}

const longestLabelChars = 40;
/** The encoding that a label names; undefined where it names none. */
const canonical = remembered(
  (label) => {
    try {
      const { encoding } = new TextDecoder(label);
      return encoding === "gbk" ? "gb18030" : encoding;
    } catch {
      return undefined;
    }
  },
  200,
  longestLabelChars,
);

function decodeStrict(body: Uint8Array, charset: string, cut: boolean): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body, { stream: cut });
  } catch {
    return undefined;
  }
}
