import { Composer, type Document, Lexer, LineCounter, Parser, type YAMLError } from "yaml";
import { convertDocument } from "./convert-document.ts";
import { type ConfigIssue, issueAt } from "./issue.ts";
import { type MapNode, mapOf, type Place, type Source } from "./node.ts";

/** Limits of one file, and of all files together for nodes. */
export const yamlLimits = { sizeBytes: 8 * 1024 * 1024, depth: 32, aliases: 100, nodes: 2_000_000 } as const;

export type YamlOutcome =
  | Readonly<{ ok: true; root: MapNode; nodes: number }>
  | Readonly<{ ok: false; issues: readonly ConfigIssue[] }>;

/**
 * Parses one config file as YAML 1.2 core. Refuses merge keys, tags, repeated keys, keys that reach prototypes, more than one
 * document, and everything above `yamlLimits`; never throws for a hostile text.
 */
export function readYaml(text: string, source: Source): YamlOutcome {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { source, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const composed = compose(text, lines);
  if ("limit" in composed) return { ok: false, issues: [issueAt(placeAt(composed.offset), [], composed.limit)] };
  const [document, second] = composed.documents;
  if (document === undefined || document.contents === null) {
    const syntax = document === undefined ? [] : syntaxIssues(document.errors, text, placeAt);
    return syntax.length > 0 ? { ok: false, issues: syntax } : { ok: true, root: mapOf(placeAt(0), []), nodes: 1 };
  }
  const syntax = syntaxIssues(document.errors, text, placeAt);
  if (second !== undefined) {
    syntax.push(
      issueAt(placeAt(second.range[0]), [], "a config file holds one document; remove the `---` before this"),
    );
  }
  if (syntax.length > 0) return { ok: false, issues: syntax };
  return convertDocument(document, placeAt, yamlLimits);
}

type Composed = Readonly<{ documents: readonly Document.Parsed[] }> | Readonly<{ limit: string; offset: number }>;

// Lexing, parsing and composing go hand in hand, so that a bomb is refused at its 33rd bracket and not after 8 MiB of them;
// the composer recurses and must never see a deep document.
function compose(text: string, lines: LineCounter): Composed {
  const parser = new Parser(lines.addNewLine);
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  const documents: Document.Parsed[] = [];
  let scalars = 0;
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === scalarMark) scalars += 1;
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    if (parser.stack.length > yamlLimits.depth + 2) {
      return { limit: `nested deeper than ${yamlLimits.depth} levels`, offset: parser.offset };
    }
    if (scalars > yamlLimits.nodes) return { limit: tooManyNodes, offset: parser.offset };
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(false, text.length));
  return { documents };
}

const scalarMark = "\u001f";
/** Message for a config above the limit of nodes. */
export const tooManyNodes = `more than ${yamlLimits.nodes} values; a config this large is refused`;

const unquoted = /(?:^|[\s[{,:])(\$\{[^}]*\}?)/;

function syntaxIssues(errors: readonly YAMLError[], text: string, placeAt: (offset: number) => Place): ConfigIssue[] {
  const [first] = errors;
  if (first === undefined) return [];
  // One fault in a flow map makes the parser report each token after it: only the first says something.
  const start = text.lastIndexOf("\n", first.pos[0] - 1) + 1;
  const end = text.indexOf("\n", first.pos[0]);
  const line = text.slice(start, end === -1 ? undefined : end);
  const variable = line.length > 10_000 ? null : unquoted.exec(line);
  if (variable !== null) {
    const [, written = ""] = variable;
    const offset = start + variable.index + variable[0].length - written.length;
    return [issueAt(placeAt(offset), [], `${written} needs quotes here: write "${written}"`)];
  }
  return [issueAt(placeAt(first.pos[0]), [], `this is no YAML: ${plainWords(first)}`)];
}

function plainWords(error: YAMLError): string {
  if (error.code === "TAB_AS_INDENT") return "a tab cannot indent; use spaces";
  const [line = ""] = error.message.split("\n");
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
