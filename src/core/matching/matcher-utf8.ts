import type { MatcherText, MatchOperator, Parsed } from "./matcher-text.ts";

type Token = Readonly<{ kind: "{" | "}" | "," | "operator" | "text"; text: string }>;

const reserved = new Set(["{", "}", "!", "=", "~", ",", "\\", '"', "'", "`"]);

/** Reads matchers in Alertmanager's UTF-8 grammar. @see https://github.com/prometheus/alertmanager/blob/main/matcher/parse/parse.go */
export function utf8Matchers(text: string): Parsed<readonly MatcherText[]> {
  const lexed = lex(text);
  if (!lexed.ok) return lexed;
  const tokens = [...lexed.value];
  const braces = unwrap(tokens);
  if (braces !== undefined) return { ok: false, problem: braces };
  const matchers: MatcherText[] = [];
  for (let index = 0; index < tokens.length; index += 4) {
    const [name, operator, value, comma] = tokens.slice(index, index + 4);
    if (name?.kind !== "text") return expected("a label name", name);
    if (operator?.kind !== "operator") return expected("an operator such as '=', '!=', '=~' or '!~'", operator);
    if (value?.kind !== "text") return expected("a label value", value);
    if (comma !== undefined && comma.kind !== ",") return expected("a comma", comma);
    matchers.push({ name: name.text, operator: operator.text as MatchOperator, value: value.text });
  }
  return { ok: true, value: matchers };
}

/** False when the text holds half of a surrogate pair. */
export function isDecodable(text: string): boolean {
  return text.isWellFormed();
}

function unwrap(tokens: Token[]): string | undefined {
  const opened = tokens[0]?.kind === "{";
  const closed = tokens.at(-1)?.kind === "}";
  if (opened && !closed) return "expected close brace at the end";
  if (closed && !opened) return "unexpected close brace without an open one";
  if (opened) {
    tokens.shift();
    tokens.pop();
  }
  return undefined;
}

function expected(what: string, got: Token | undefined): Readonly<{ ok: false; problem: string }> {
  return { ok: false, problem: `expected ${what}, got ${got === undefined ? "the end" : `"${got.text}"`}` };
}

function lex(text: string): Parsed<readonly Token[]> {
  const tokens: Token[] = [];
  for (let index = 0; index < text.length; ) {
    const rest = text.slice(index);
    const space = /^\s+/.exec(rest)?.[0];
    if (space !== undefined) {
      index += space.length;
      continue;
    }
    const token = rest.startsWith('"') ? quoted(rest) : bare(rest);
    if (!token.ok) return token;
    tokens.push(token.value.token);
    index += token.value.length;
  }
  return { ok: true, value: tokens };
}

type Lexed = Parsed<Readonly<{ token: Token; length: number }>>;

function bare(rest: string): Lexed {
  const mark = /^[{},]/.exec(rest)?.[0] as "{" | "}" | "," | undefined;
  if (mark !== undefined) return { ok: true, value: { token: { kind: mark, text: mark }, length: 1 } };
  const operator = /^(?:=~|!~|!=|=)/.exec(rest)?.[0];
  if (operator !== undefined) {
    return { ok: true, value: { token: { kind: "operator", text: operator }, length: operator.length } };
  }
  let word = "";
  for (const character of rest) {
    if (reserved.has(character) || /\s/.test(character)) break;
    word += character;
  }
  if (word === "") return { ok: false, problem: `unexpected "${rest.charAt(0)}"; quote names and values that hold it` };
  return { ok: true, value: { token: { kind: "text", text: word }, length: word.length } };
}

const quotedForm = /^"((?:[^"\\\n]|\\[^\n])*)"/;

function quoted(rest: string): Lexed {
  const match = quotedForm.exec(rest);
  if (match === null) return { ok: false, problem: `unterminated double quote: ${rest}` };
  const text = unquote(match[1] ?? "");
  if (!text.ok) return text;
  return { ok: true, value: { token: { kind: "text", text: text.value }, length: match[0].length } };
}

const escapeForm =
  /\\(?:([abfnrtv\\"])|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|[\s\S])|[^\\]+/gu;
const simpleEscapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

/** Go's strconv.Unquote for double quotes: byte escapes have to add up to UTF-8. */
function unquote(body: string): Parsed<string> {
  const encoder = new TextEncoder();
  const bytes: number[] = [];
  for (const [whole, simple, hex, short, long, octal] of body.matchAll(escapeForm)) {
    const point = short ?? long;
    const byte = hex === undefined ? octal && Number.parseInt(octal, 8) : Number.parseInt(hex, 16);
    if (typeof byte === "number") bytes.push(byte);
    else if (simple !== undefined) bytes.push(...encoder.encode(simpleEscapes[simple]));
    else if (point !== undefined) {
      const code = Number.parseInt(point, 16);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return invalid(whole);
      bytes.push(...encoder.encode(String.fromCodePoint(code)));
    } else if (whole.startsWith("\\")) return invalid(whole);
    else bytes.push(...encoder.encode(whole));
  }
  try {
    return {
      ok: true,
      value: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(new Uint8Array(bytes)),
    };
  } catch {
    return { ok: false, problem: `the escapes in "${body}" are no UTF-8` };
  }
}

function invalid(escape: string): Readonly<{ ok: false; problem: string }> {
  return { ok: false, problem: `"${escape}" is no escape; write \\\\ for a backslash` };
}
