const lineFeed = 10;
const sizeLine = /^([0-9a-fA-F]{1,12})[\t ]*(?:;.*)?$/;
const mostLineBytes = 4096;

export type ChunkedState = "more" | "done" | "malformed";

/** Takes the chunks of a body apart; extensions and trailers are read and dropped. @see RFC 9112 §7.1 */
export class ChunkedBody {
  readonly #trailerLimitBytes: number;
  #expects: "size" | "data" | "data end" | "trailer" = "size";
  #restBytes = 0;
  #line = "";
  #trailerBytes = 0;

  constructor(trailerLimitBytes: number) {
    this.#trailerLimitBytes = trailerLimitBytes;
  }

  /** Returns the pieces of body among the bytes, in order; not to be called again once the state is not `more`. */
  push(bytes: Buffer): Readonly<{ parts: readonly Buffer[]; state: ChunkedState }> {
    const parts: Buffer[] = [];
    let state: ChunkedState = "more";
    for (let at = 0; at < bytes.length && state === "more"; ) {
      if (this.#expects === "data") {
        const part = bytes.subarray(at, at + this.#restBytes);
        parts.push(part);
        at += part.length;
        this.#restBytes -= part.length;
        if (this.#restBytes === 0) this.#expects = "data end";
        continue;
      }
      const end = bytes.indexOf(lineFeed, at);
      this.#line += bytes.toString("latin1", at, end === -1 ? bytes.length : end + 1);
      if (this.#line.length > mostLineBytes) state = "malformed";
      else if (end !== -1) state = this.#takeLine();
      at = end === -1 ? bytes.length : end + 1;
    }
    return { parts, state };
  }

  #takeLine(): ChunkedState {
    const line = this.#line;
    this.#line = "";
    if (!line.endsWith("\r\n")) return "malformed";
    const text = line.slice(0, -2);
    if (this.#expects === "data end") {
      this.#expects = "size";
      return text === "" ? "more" : "malformed";
    }
    if (this.#expects === "trailer") {
      this.#trailerBytes += line.length;
      if (text === "") return "done";
      return this.#trailerBytes > this.#trailerLimitBytes ? "malformed" : "more";
    }
    const size = sizeLine.exec(text)?.[1];
    if (size === undefined) return "malformed";
    this.#restBytes = Number.parseInt(size, 16);
    this.#expects = this.#restBytes === 0 ? "trailer" : "data";
    return "more";
  }
}
