import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from "yaml";
import { convertContents, convertDocument } from "./convert-document.ts";
import { type ConfigIssue, issueAt } from "./issue.ts";
import { type ConfigNode, type MapNode, mapOf, type Place, type Source } from "./node.ts";
import { yamlWords } from "./yaml-words.ts";

/** Limits of one file, and of all files together for nodes. */
export const yamlLimits = {
  sizeBytes: 8 * 1024 * 1024,
  depth: 32,
  aliases: 100,
  nodes: 2_000_000,
  lexemes: 4_000_000,
} as const;

type Read<T> = Readonly<{ ok: true; root: T; nodes: number }> | Readonly<{ ok: false; issues: readonly ConfigIssue[] }>;
export type YamlOutcome = Read<MapNode>;

/**
 * Parses one config file as YAML 1.2 core. Refuses merge keys, tags, directives, repeated keys, keys that reach prototypes, more than
 * one document, and everything above `yamlLimits`; never throws for a hostile text. After a fault of syntax it reports only that one.
 */
export function readYaml(text: string, source: Source): YamlOutcome {
  return readWith(text, source, (document, placeAt) =>
    document === undefined || document.contents === null
      ? { ok: true, root: mapOf(placeAt(0), []), nodes: 1 }
      : convertDocument(document, placeAt, yamlLimits),
  );
}

/** Parses a document of any shape under the same rules; an empty one is null. */
export function readYamlValue(text: string, source: Source): Read<ConfigNode> {
  return readWith(text, source, (document, placeAt) =>
    document === undefined
      ? { ok: true, root: { kind: "scalar", place: placeAt(0), value: null }, nodes: 1 }
      : convertContents(document, placeAt, yamlLimits),
  );
}

function readWith<T>(
  text: string,
  source: Source,
  convert: (document: Document.Parsed | undefined, placeAt: (offset: number) => Place) => Read<T>,
): Read<T> {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { source, line: Math.max(1, line), column: Math.max(1, col) };
  };
  try {
    return convert(compose(text, lines), placeAt);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { offset, message } = error.isSyntax ? syntaxFault(text, error) : error;
    return { ok: false, issues: [issueAt(placeAt(offset), [], message)] };
  }
}

/** The first fault ends parsing: the parser reports each token after a wrong one, and a hostile file would be all faults. */
class Fault extends Error {
  readonly offset: number;
  /** False for limits of ours. */
  readonly isSyntax: boolean;

  constructor(offset: number, message: string, isSyntax = false) {
    super(message);
    this.offset = offset;
    this.isSyntax = isSyntax;
  }
}

type FaultSource = number | readonly [number, number?] | Readonly<{ offset: number }>;

/** Throws the first fault instead of collecting all of them. */
class StrictComposer extends Composer {
  constructor() {
    super({
      version: "1.2",
      schema: "core",
      merge: false,
      resolveKnownTags: false,
      // The library compares each key with all others; repeated keys are found when nodes are made.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
    });
    let first: Fault | undefined;
    const onError = (source: FaultSource, code: string, message: string, isWarning?: boolean): void => {
      if (isWarning === true) return;
      const offset = typeof source === "number" ? source : "offset" in source ? source.offset : source[0];
      // The library catches what is thrown while it reads a scalar, and reports it again.
      first ??= new Fault(offset, yamlWords(code, message), true);
      throw first;
    };
    Object.defineProperty(this, "onError", { value: onError });
  }
}

// Lexing, parsing and composing go hand in hand, so that a bomb is refused at its 33rd bracket and not after 8 MiB of them;
// the composer recurses and must never see a deep document.
function compose(text: string, lines: LineCounter): Document.Parsed | undefined {
  const parser = new Parser(lines.addNewLine);
  const composer = new StrictComposer();
  const documents: Document.Parsed[] = [];
  let lexemes = 0;
  const take = (tokens: Iterable<CST.Token>): void => {
    for (const token of tokens) {
      if (token.type === "directive") throw new Fault(token.offset, "directives such as %YAML are not allowed");
      if (token.type === "error") throw new Fault(token.offset, token.message, true);
      documents.push(...composer.next(token));
    }
  };
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    if (lexemes > yamlLimits.lexemes)
      throw new Fault(parser.offset, "this file is too large; split it into files of conf.d");
    take(parser.next(lexeme));
    if (parser.stack.length > yamlLimits.depth + 2) {
      throw new Fault(parser.offset, `nested deeper than ${yamlLimits.depth} levels`);
    }
    if (documents.length > 1) break;
  }
  if (documents.length < 2) {
    take(parser.end());
    documents.push(...composer.end(false, text.length));
  }
  const [document, second] = documents;
  if (second !== undefined)
    throw new Fault(second.range[0], "a config file holds one document; remove the `---` before this");
  return document;
}

/** Message for a config above the limit of nodes. */
export const tooManyNodes = `more than ${yamlLimits.nodes} values; a config this large is refused`;

const unquoted = /(?:^|[\s[{,:])(\$\{[^}]*\}?)/;
const longestSearchedLine = 10_000;

/** A fault in a line with a bare `${…}` comes from the braces: in a flow map they need quotes. */
function syntaxFault(text: string, fault: Fault): Readonly<{ offset: number; message: string }> {
  const start = text.lastIndexOf("\n", fault.offset - 1) + 1;
  const end = text.indexOf("\n", fault.offset);
  const line = text.slice(start, end === -1 ? undefined : end);
  const found = line.length > longestSearchedLine ? null : unquoted.exec(line);
  if (found === null) return { offset: fault.offset, message: `this is no YAML: ${cut(fault.message)}` };
  const [all, written = ""] = found;
  const offset = start + found.index + all.length - written.length;
  return { offset, message: `${written} needs quotes here: write "${written}"` };
}

function cut(message: string): string {
  const [line = ""] = message.split("\n");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
