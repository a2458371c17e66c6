import { remembered } from "../../core/remembered.ts";
import { queryOf } from "../answering.ts";
import type { RequestHead } from "../guards.ts";
import type { RouteSpec } from "../route-spec.ts";

/** A longer request is no scrape. */
const longestBytes = 4096;
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
export type PlainLine = Readonly<{ url: string; spec: RouteSpec; query: URLSearchParams }>;

/** Head of a plain request. */
export type PlainHead = Readonly<{ line: PlainLine; headers: RequestHead["headers"] }>;

/** Reads a request line with its end; undefined for one that is not plain or asks for none of the routes. */
export type ReadLine = (text: string) => PlainLine | undefined;

/** Reads lines that ask for these routes, and knows the latest again. */
export function lineReader(specs: ReadonlyMap<string, RouteSpec>): ReadLine {
  const read: ReadLine = (text) => {
    const url = requestLine.exec(text)?.[1];
    if (url === undefined) return undefined;
    const end = url.indexOf("?");
    const spec = specs.get(end < 0 ? url : url.slice(0, end));
    return spec && { url, spec, query: queryOf(url) };
  };
  return remembered(read, mostLines, longestKnownChars);
}

/** Reads the plainest requests of one connection, and knows headers again. */
export class PlainHeads {
  readonly #lineOf: ReadLine;
  #text = "";
  #headers: RequestHead["headers"] | undefined;

  constructor(read: ReadLine) {
    this.#lineOf = read;
  }

  /** Head of a chunk that is one whole GET without a body and without anything that could be read in two ways; undefined for every other. Equal headers are one object. */
  read(chunk: Buffer): PlainHead | undefined {
    if (chunk.length > longestBytes) return undefined;
    const text = chunk.toString("latin1");
    // A scraper's headers are the same each time: then all before them is a line.
    if (this.#headers !== undefined && text.endsWith(this.#text)) {
      const line = this.#lineOf(chunk.toString("latin1", 0, chunk.length - this.#text.length));
      if (line !== undefined) return { line, headers: this.#headers };
    }
    const lineChars = text.indexOf("\n") + 1;
    const line = this.#lineOf(text.slice(0, lineChars));
    if (line === undefined) return undefined;
    this.#text = text.slice(lineChars);
    this.#headers = headersOf(this.#text);
    return this.#headers && { line, headers: this.#headers };
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
