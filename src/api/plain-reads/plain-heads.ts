import type { RequestHead } from "../guards.ts";

/** A longer request is no scrape. */
const longestBytes = 4096;
const requestLine = /^GET (\/[\w\-.~!$&'()*+,;=:@%/?[\]]*) HTTP\/1\.1\r\n/;
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

/** Reads the plainest requests of one connection, and knows headers again. */
export class PlainHeads {
  #text = "";
  #headers: RequestHead["headers"] | undefined;

  /** Head of a chunk that is one whole GET without a body and without anything that could be read in two ways; undefined for every other. Equal headers are one object. */
  read(chunk: Buffer): RequestHead | undefined {
    if (chunk.length > longestBytes) return undefined;
    const text = chunk.toString("latin1");
    const [line, url] = requestLine.exec(text) ?? [];
    if (line === undefined || url === undefined) return undefined;
    const rest = text.slice(line.length);
    // A scraper's headers are the same each time.
    if (rest !== this.#text) {
      this.#headers = headersOf(rest);
      this.#text = rest;
    }
    return this.#headers && { method: "GET", url, headers: this.#headers };
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
