import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerParser, type AnswerState } from "./answer-parser.ts";

const limits = { headerLimitBytes: 1024, bodyLimitBytes: 100 };

type Read = Readonly<{ state: AnswerState; parser: AnswerParser }>;

/** Feeds the bytes in pieces that end at the given places, then the end of the connection. */
function read(answer: string | Buffer, ends: readonly number[] = [], method = "GET", given = limits): Read {
  const bytes = Buffer.isBuffer(answer) ? answer : Buffer.from(answer, "latin1");
  const parser = new AnswerParser(method, given);
  let from = 0;
  for (const to of [...ends.map((end) => Math.min(end, bytes.length)).toSorted((a, b) => a - b), bytes.length]) {
    if (to === from) continue;
    const state = parser.push(bytes.subarray(from, to));
    if (state !== "more") return { state, parser };
    from = to;
  }
  return { state: parser.end(), parser };
}

function reasonOf(answer: string, method = "GET"): string {
  const { state } = read(answer, [], method);
  return typeof state === "object" ? state.reason : state;
}

function bodyOf(answer: string, method = "GET"): string {
  return read(answer, [], method).parser.body().toString("latin1");
}

const head = (...lines: readonly string[]): string =>
  `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join("")}\r\n`;

describe("platform/http/answer-parser", () => {
  it("reads status, text, version and headers", () => {
    const { parser } = read("HTTP/1.0 404 Not \xe9\r\nA: 1\r\nX-Two:\t two words \r\nx-empty:\r\n\r\n");

    expect(parser.head).toEqual({
      status: 404,
      statusText: "Not \xe9",
      version: "1.0",
      headers: [
        ["a", "1"],
        ["x-two", "two words"],
        ["x-empty", ""],
      ],
    });
  });

  it.each([
    ["a length", `${head("content-length: 5")}hello, and more`, "hello"],
    ["the connection's end", `${head()}hello`, "hello"],
    ["chunks", `${head("transfer-encoding: Chunked")}3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nx-trailer: 1\r\n\r\n`, "hello"],
    ["no body at all", head("content-length: 0"), ""],
  ])("reads a body that ends by %s", (_, answer, body) => {
    expect(reasonOf(answer)).toBe("done");
    expect(bodyOf(answer)).toBe(body);
  });

  it.each([
    ["HEAD", head("content-length: 5")],
    ["GET", "HTTP/1.1 204 No Content\r\n\r\nx"],
    ["GET", "HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n"],
    ["CONNECT", head("content-length: 5")],
  ])("expects no body from %s %#", (method, answer) => {
    expect(reasonOf(answer, method)).toBe("done");
    expect(bodyOf(answer, method)).toBe("");
  });

  it.each([
    ["early hints", "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"],
    ["a go-ahead that nobody asked for", "HTTP/1.1 100 Continue\r\n\r\n"],
  ])("passes %s over", (_, interim) => {
    const { parser, state } = read(`${interim}${head("content-length: 2")}ok`, [30]);

    expect([state, parser.head?.status, parser.body().toString()]).toEqual(["done", 200, "ok"]);
  });

  it("passes thousands of interim answers over that come at once, however deep a stack is", () => {
    const parser = new AnswerParser("GET", { ...limits, headerLimitBytes: 1024 ** 2 });

    expect(parser.push(Buffer.from(`${"HTTP/1.1 103\r\n\r\n".repeat(20_000)}${head("content-length: 2")}ok`))).toBe(
      "done",
    );
    expect([parser.head?.status, parser.body().toString()]).toEqual([200, "ok"]);
  });

  it("reads a header that goes on in the next lines as one line", () => {
    const { parser } = read(head("x: a", " \tb ", "\tc:d", "y: z"));

    expect(parser.head?.headers).toEqual([
      ["x", "a b c:d"],
      ["y", "z"],
    ]);
  });

  it.each([
    ["in two lines", head("content-length: 5", "Content-Length: 5")],
    ["in one", head("content-length: 5, 5")],
  ])("takes the same length said twice %s", (_, answer) => {
    expect([reasonOf(`${answer}hello`), bodyOf(`${answer}hello, and more`)]).toEqual(["done", "hello"]);
  });

  it("stops at the body limit", () => {
    const { parser, state } = read(head() + "x".repeat(101));

    expect([state, parser.body().length]).toEqual(["cut", 100]);
  });

  it.each([
    ["another protocol", "SSH-2.0-OpenSSH\r\n"],
    ["another version", "HTTP/2.0 200 OK\r\n\r\n"],
    ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n"],
    ["bare line feeds", "HTTP/1.1 200 OK\nx: y\n\n"],
    ["a folded status line", "HTTP/1.1 200 OK\r\n x: y\r\n\r\n"],
    ["a blank before the colon", head("x : y")],
    ["a header line without a colon", head("nonsense")],
    ["a header line without a name", head(": y")],
    ["a NUL in a header", head("x: a\0b")],
    ["a carriage return in a header", head("x: a\rb")],
    ["two lengths that differ", head("content-length: 5", "content-length: 6")],
    ["two lengths that differ in one line", head("content-length: 5, 6")],
    ["a length that is no number", head("content-length: +5")],
    ["a length with a no-break space", head("content-length: 5\xa0")],
    ["a length beside chunks", head("content-length: 5", "transfer-encoding: chunked")],
    ["a coding under the chunks", head("transfer-encoding: gzip, chunked")],
    ["a coding in place of chunks", head("transfer-encoding: identity")],
    ["a chunk size that is no number", `${head("transfer-encoding: chunked")}x\r\n`],
    ["a chunk that is longer than it says", `${head("transfer-encoding: chunked")}1\r\nab\r\n`],
    ["a chunk size with a bare line feed", `${head("transfer-encoding: chunked")}1\na\r\n`],
    ["a chunk line without end", `${head("transfer-encoding: chunked")}1;${"a".repeat(5000)}`],
    ["endless trailers", `${head("transfer-encoding: chunked")}0\r\n${"a: b\r\n".repeat(500)}`],
    ["a switch of protocols", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
  ])("refuses %s", (_, answer) => {
    expect(reasonOf(answer)).toBe("protocol");
  });

  it.each([
    ["in the headers", "HTTP/1.1 200 OK\r\nx: y\r\n", "truncated"],
    ["within the length", `${head("content-length: 5")}hell`, "truncated"],
    ["between chunks", `${head("transfer-encoding: chunked")}1\r\na\r\n`, "truncated"],
    ["in the trailers", `${head("transfer-encoding: chunked")}0\r\n`, "truncated"],
    ["before the first byte", "", "reset"],
  ])("tells that the connection ended %s", (_, answer, reason) => {
    expect(reasonOf(answer)).toBe(reason);
  });

  it.each([
    ["one long line", `HTTP/1.1 200 OK\r\nx: ${"a".repeat(2000)}`],
    ["many lines", head(...Array.from({ length: 200 }, () => "a: bcdef"))],
    ["many hints", "HTTP/1.1 103 Early Hints\r\nlink: </abcdefghijklmnop>\r\n\r\n".repeat(40)],
  ])("stops a header section that is too large: %s", (_, answer) => {
    expect(reasonOf(answer)).toBe("header_overflow");
  });

  it("keeps the first bytes, which tell what is no HTTP", () => {
    const { parser } = read(`SSH-2.0-${"x".repeat(100)}`, [3]);

    expect(parser.firstBytes.toString()).toBe("SSH");
    expect(read(`HTTP/1.1 ${"y".repeat(100)}`, [20, 30]).parser.firstBytes.length).toBe(64);
  });

  it("is quick on a long run of blanks", () => {
    const { parser } = read(head(`x: a${" ".repeat(60_000)}b`), [], "GET", { ...limits, headerLimitBytes: 65_536 });

    expect(parser.head?.headers[0]?.[1].length).toBe(60_002);
  });

  it("reads the same answer however it is cut into pieces", () => {
    const body = fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes));
    const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20 }), { maxLength: 4 });
    const answers = fc.oneof(
      body.map((bytes) => ({ body: bytes, wire: [head(`content-length: ${bytes.length}`), bytes] })),
      body.map((bytes) => ({ body: bytes, wire: [head("connection: close"), bytes] })),
      chunks.map((parts) => ({
        body: Buffer.concat(parts),
        wire: [
          head("transfer-encoding: chunked"),
          ...parts.flatMap((part) => [`${part.length.toString(16)}\r\n`, part, "\r\n"]),
          "0\r\n\r\n",
        ],
      })),
    );
    fc.assert(
      fc.property(answers, fc.array(fc.nat(200)), ({ body, wire }, ends) => {
        const bytes = Buffer.concat(wire.map((part) => (typeof part === "string" ? Buffer.from(part) : part)));
        const { state, parser } = read(bytes, ends);
        return state === "done" && parser.head?.status === 200 && parser.body().equals(body);
      }),
    );
  });

  it("never throws and never takes garbage for a whole answer", () => {
    const pieces = fc.constantFrom("HTTP/1.1 ", "200 OK", "\r\n", "\n", "\r", ":", "content-length: 3", "a", " ", "\0");
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), fc.array(fc.nat(60)), (parts, ends) => {
        const whole = read(parts.join(""));
        const cut = read(parts.join(""), ends);
        expect(reasonName(cut.state)).toBe(reasonName(whole.state));
        if (whole.state === "done") expect(parts.join("")).toMatch(/^HTTP\/1\.1 200 OK[^\r\n]*\r\n/);
      }),
    );
  });
});

function reasonName(state: AnswerState): string {
  return typeof state === "object" ? state.reason : state;
}
