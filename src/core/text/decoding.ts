import { Buffer } from "node:buffer";

/** How a charset came to be considered. */
export type CharsetSource = "bom" | "header" | "meta" | "sniffed";

/** One reading of a body. */
export type Decoding = Readonly<{
  charset: string;
  source: CharsetSource;
  text: string;
  contains(word: string): boolean;
}>;

export type Candidate = Pick<Decoding, "charset" | "source">;

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The reading of bytes that are known to be clean UTF-8; a text is made of them only for who wants more of it than one word. */
export class CleanText implements Decoding {
  readonly charset: string;
  readonly source: Candidate["source"];
  readonly #bytes: Buffer;
  #text: string | undefined;
  #asked = false;

  constructor({ charset, source }: Candidate, body: Uint8Array) {
    this.charset = charset;
    this.source = source;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    this.#bytes = bytes.subarray(0, 3).equals(mark) ? bytes.subarray(3) : bytes;
  }

  get text(): string {
    this.#text ??= this.#bytes.toString("utf8");
    return this.#text;
  }

  contains(word: string): boolean {
    // Making the text costs as much as one search of the bytes. Half a character is in no bytes.
    if (this.#text !== undefined || this.#asked || !word.isWellFormed()) return this.text.includes(word);
    this.#asked = true;
    return this.#bytes.includes(word);
  }
}
