import { remembered } from "../../core/remembered.ts";
import { queryOf } from "../answering.ts";
import type { RequestHead } from "../guards.ts";

/** A longer request is no scrape. */
const longestBytes = 4096;
const lineFeed = 10;
/** Whoever asks for ever new things gets no more memory than for so many lines of such a length: a few megabytes. */
const mostLines = 4000;
const longestKnownChars = 500;
const requestLine = /^GET (\/[\w\-.~!$&'()*+,;=:@%/?[\]]*) HTTP\/1\.1\r\n$/;
const headerLine = /^([a-z0-9-]+):[ \t]*([\x20-\x7e]*)$/i;

/** Headers that say how bytes before or behind the head are read, or how long the connection stays. */
const notPlain: ReadonlySet<string> = new Set([
  "content-encoding",
  "content-length",
  "expect",
  "http2-settings",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** A request line with what is made of it once, since scrapers ask for the same again and again. */
export type PlainLine = Readonly<{ url: string; path: string; query: URLSearchParams }>;

/** Head of a plain request. */
export type PlainHead = RequestHead & Readonly<{ line: PlainLine }>;

/** Reads a request line with its end; undefined for one that is not plain. */
export type ReadLine = (text: string) => PlainLine | undefined;

/** Reads lines and knows the latest again. */
export function knownLines(): ReadLine {
  const known = remembered(lineOf, mostLines);
  return (text) => (text.length > longestKnownChars ? lineOf(text) : known(text));
}

function lineOf(text: string): PlainLine | undefined {
  const url = requestLine.exec(text)?.[1];
  if (url === undefined) return undefined;
  const end = url.indexOf("?");
  return { url, path: end < 0 ? url : url.slice(0, end), query: queryOf(url) };
}

/** Reads the plainest requests of one connection, and knows headers again. */
export class PlainHeads {
  readonly #lineOf: ReadLine;
  #bytes = Buffer.alloc(0);
  #headers: RequestHead["headers"] | undefined;

  constructor(read: ReadLine) {
    this.#lineOf = read;
  }

  /** Head of a chunk that is one whole GET without a body and without anything that could be read in two ways; undefined for every other. Equal headers are one object. */
  read(chunk: Buffer): PlainHead | undefined {
    if (chunk.length > longestBytes) return undefined;
    const lineBytes = chunk.indexOf(lineFeed) + 1;
    const line = this.#lineOf(chunk.toString("latin1", 0, lineBytes));
    if (line === undefined) return undefined;
    // A scraper's headers are the same each time.
    if (chunk.compare(this.#bytes, 0, this.#bytes.length, lineBytes) !== 0) {
      this.#bytes = Buffer.from(chunk.subarray(lineBytes));
      this.#headers = headersOf(this.#bytes.toString("latin1"));
    }
    return this.#headers && { method: "GET", url: line.url, headers: this.#headers, line };
  }
}

function headersOf(text: string): RequestHead["headers"] | undefined {
  if (!text.endsWith("\r\n\r\n")) return undefined;
  const headers = new Map<string, string>();
  for (const line of text.slice(0, -4).split("\r\n")) {
    const [, written = "", value = ""] = headerLine.exec(line) ?? [];
    const name = written.toLowerCase();
    if (name === "" || notPlain.has(name) || headers.has(name)) return undefined;
    headers.set(name, value.trimEnd());
  }
  if ((headers.get("connection") ?? "keep-alive").toLowerCase() !== "keep-alive") return undefined;
  return Object.fromEntries(headers);
}
