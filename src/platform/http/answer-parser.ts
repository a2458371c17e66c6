import { headerOf } from "../../core/http/header-of.ts";
import type { HttpHeader, HttpResponse } from "../../core/ports/http-probing.ts";
import { ChunkedBody } from "./chunked-body.ts";

/** Why an answer cannot be read on. */
export type AnswerProblem = Readonly<{
  reason: "protocol" | "header_overflow" | "truncated" | "reset";
  detail: string;
}>;

/** `done`: the answer is complete; `cut`: the body is larger than wanted and the rest stays unread. */
export type AnswerState = "more" | "done" | "cut" | AnswerProblem;

export type AnswerHead = Omit<HttpResponse, "body" | "cut">;

export type AnswerLimits = Readonly<{ headerLimitBytes: number; bodyLimitBytes: number }>;

const mostFirstBytes = 64;
const lineFeed = 10;
const carriageReturn = 13;
const nothing = Buffer.alloc(0);
const beginning = "HTTP/1.";
const statusLine = /^HTTP\/(1\.[01]) ([1-9]\d\d)(?: (.*))?$/;
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const refusedCharacters = /[^\t\x20-\x7e\x80-\xff]/;

const protocol = (detail: string): AnswerProblem => ({ reason: "protocol", detail });

/**
 * Reads the one answer of a connection as its bytes come. What HTTP asks every reader to bear is borne: folded lines,
 * the same length twice, interim answers that nobody asked for. Bare line feeds, lengths that differ and a length beside
 * chunks are refused, since they are where readers disagree.
 * @see RFC 9112
 */
export class AnswerParser {
  readonly #method: string;
  readonly #limits: AnswerLimits;
  /** Of the header section under way; empty afterwards. */
  #section: Buffer = nothing;
  #lineStart = 0;
  #scanned = 0;
  #interimBytes = 0;
  #head: AnswerHead | undefined;
  readonly #chunks: Buffer[] = [];
  #bodyBytes = 0;
  /** Bytes of body that still come; infinite when the connection's end ends it. */
  #restBytes = Number.POSITIVE_INFINITY;
  #chunked: ChunkedBody | undefined;
  #receivedBytes = 0;
  #firstBytes: Buffer = nothing;

  /** @param method of the request: an answer to HEAD or CONNECT has no body. */
  constructor(method: string, limits: AnswerLimits) {
    this.#method = method;
    this.#limits = limits;
  }

  /** Status and headers; undefined before the header section is complete. */
  get head(): AnswerHead | undefined {
    return this.#head;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** What arrived first, at most 64 bytes: all that tells what an answer was that is no HTTP. */
  get firstBytes(): Buffer {
    return this.#firstBytes;
  }

  /** The body that has come so far, at most `bodyLimitBytes`. */
  body(): Buffer {
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }

  /** Takes what arrived; not to be called again once it said anything but `more`. */
  push(bytes: Buffer): AnswerState {
    this.#receivedBytes += bytes.length;
    const missing = mostFirstBytes - this.#firstBytes.length;
    if (missing > 0) this.#firstBytes = joined(this.#firstBytes, bytes.subarray(0, missing));
    return this.#head === undefined ? this.#pushHead(bytes) : this.#pushBody(bytes);
  }

  /** The other end finished sending. */
  end(): AnswerState {
    if (this.#head !== undefined) {
      if (this.#restBytes === Number.POSITIVE_INFINITY && this.#chunked === undefined) return "done";
      return { reason: "truncated", detail: "the connection ended before the body was complete" };
    }
    if (this.#receivedBytes === 0) {
      return { reason: "reset", detail: "the other end closed the connection without an answer" };
    }
    return { reason: "truncated", detail: "the connection ended in the middle of the header section" };
  }

  /** By a loop: a server may send thousands of interim answers at once, and each call would take its room of the stack. */
  #pushHead(bytes: Buffer): AnswerState {
    let state = this.#pushSection(bytes);
    while (state === "interim") state = this.#pushSection(nothing);
    return state;
  }

  #pushSection(bytes: Buffer): AnswerState | "interim" {
    const section = joined(this.#section, bytes);
    this.#section = section;
    if (!isBegun(section)) return protocol("the answer is no HTTP/1.1");
    for (let at = section.indexOf(lineFeed, this.#scanned); at !== -1; at = section.indexOf(lineFeed, at + 1)) {
      if (at === 0 || section[at - 1] !== carriageReturn) return protocol("a header line ends without carriage return");
      const isEnd = at - 1 === this.#lineStart;
      this.#lineStart = at + 1;
      if (this.#interimBytes + at >= this.#limits.headerLimitBytes) return overflow;
      if (isEnd) return this.#takeSection(section.toString("latin1", 0, at - 3), section.subarray(at + 1));
    }
    this.#scanned = section.length;
    return this.#interimBytes + section.length > this.#limits.headerLimitBytes ? overflow : "more";
  }

  #takeSection(text: string, rest: Buffer): AnswerState | "interim" {
    const [first = "", ...lines] = text.split("\r\n");
    const matched = statusLine.exec(first);
    if (matched === null || refusedCharacters.test(first)) return protocol("the status line is malformed");
    const [, version = "", code = "", statusText = ""] = matched;
    const headers = headersOf(lines);
    if (headers === undefined) return protocol("a header line is malformed");
    const status = Number(code);
    this.#section = nothing;
    if (status >= 200) {
      this.#head = { status, statusText, version, headers };
      return this.#frame(headers) ?? this.#pushBody(rest);
    }
    // Everything interim may come unasked but the change to a protocol that we did not offer.
    if (status === 101) return protocol("status 101 was not asked for");
    this.#interimBytes += text.length;
    this.#lineStart = 0;
    this.#scanned = 0;
    this.#section = rest;
    return "interim";
  }

  /** Says how the body ends; a state when there is nothing to read, or its end cannot be told. */
  #frame(headers: readonly HttpHeader[]): AnswerState | undefined {
    const length = headerOf(headers, "content-length");
    const coding = headerOf(headers, "transfer-encoding");
    const status = this.#head?.status ?? 0;
    const isTunnel = this.#method === "CONNECT" && status < 300;
    if (isTunnel || this.#method === "HEAD" || status === 204 || status === 304) return "done";
    if (coding !== undefined) {
      if (length !== undefined) return protocol("the answer has both a length and a transfer coding");
      if (coding.toLowerCase() !== "chunked") {
        return protocol("the answer has a transfer coding that was not asked for");
      }
      this.#chunked = new ChunkedBody(this.#limits.headerLimitBytes);
      return undefined;
    }
    if (length === undefined) return undefined;
    const [said = "", ...others] = length.split(",").map((each) => withoutBlanks(each, 0));
    if (others.some((other) => other !== said)) return protocol("the answer has two lengths that differ");
    if (!/^\d{1,15}$/.test(said)) return protocol("the answer's length is malformed");
    this.#restBytes = Number(said);
    return undefined;
  }

  #pushBody(bytes: Buffer): AnswerState {
    if (this.#chunked !== undefined) return this.#pushChunked(this.#chunked, bytes);
    const part = bytes.length > this.#restBytes ? bytes.subarray(0, this.#restBytes) : bytes;
    this.#restBytes -= part.length;
    if (!this.#keep(part)) return "cut";
    return this.#restBytes === 0 ? "done" : "more";
  }

  #pushChunked(chunked: ChunkedBody, bytes: Buffer): AnswerState {
    const { parts, state } = chunked.push(bytes);
    for (const part of parts) if (!this.#keep(part)) return "cut";
    return state === "malformed" ? protocol("the chunks of the body are malformed") : state;
  }

  /** False when the body is larger than wanted. */
  #keep(part: Buffer): boolean {
    const roomBytes = this.#limits.bodyLimitBytes - this.#bodyBytes;
    const kept = part.length > roomBytes ? part.subarray(0, roomBytes) : part;
    if (kept.length > 0) this.#chunks.push(kept);
    this.#bodyBytes += kept.length;
    return kept.length === part.length;
  }
}

const overflow: AnswerProblem = { reason: "header_overflow", detail: "the header section is larger than allowed" };

function headersOf(lines: readonly string[]): readonly HttpHeader[] | undefined {
  const headers: HttpHeader[] = [];
  for (const line of unfolded(lines)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon));
    if (!token.test(name) || refusedCharacters.test(line)) return undefined;
    headers.push([name.toLowerCase(), withoutBlanks(line, colon + 1)]);
  }
  return headers;
}

/** True while what has come is, or may become, an answer of HTTP/1; byte by byte, which costs less than the way out of the engine. */
function isBegun(section: Buffer): boolean {
  for (let at = 0; at < beginning.length && at < section.length; at += 1) {
    if (section[at] !== beginning.charCodeAt(at)) return false;
  }
  return true;
}

/** A line that begins with a blank goes on with the one before. @see RFC 9112 §5.2 */
function unfolded(lines: readonly string[]): readonly string[] {
  if (!lines.some((line) => isBlank(line.charCodeAt(0)))) return lines;
  const whole: string[] = [];
  for (const line of lines) {
    const last = whole.at(-1);
    if (last === undefined || !isBlank(line.charCodeAt(0))) whole.push(line);
    else whole[whole.length - 1] = `${last} ${withoutBlanks(line, 0)}`;
  }
  return whole;
}

/** By hand: a pattern for both ends takes quadratic time on a long run of blanks. */
function withoutBlanks(line: string, from: number): string {
  let [start, end] = [from, line.length];
  while (start < end && isBlank(line.charCodeAt(start))) start += 1;
  while (end > start && isBlank(line.charCodeAt(end - 1))) end -= 1;
  return line.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

function joined(a: Buffer, b: Buffer): Buffer {
  if (a.length === 0 || b.length === 0) return a.length === 0 ? b : a;
  return Buffer.concat([a, b]);
}
