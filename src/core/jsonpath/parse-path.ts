import { compilePattern, type Pattern } from "../matching/pattern.ts";
import { PathText } from "./path-text.ts";
import {
  type Comparison,
  comparisons,
  isSingular,
  type Operand,
  type Query,
  type Segment,
  type Selector,
  type Test,
} from "./query.ts";

/** Brackets and negations within each other. */
const mostNesting = 32;
const valueFunctions: ReadonlySet<string> = new Set(["length", "count", "value"]);
const testFunctions: ReadonlySet<string> = new Set(["match", "search"]);

/** Reads a JSONPath. @throws {PathProblem} when it is none. @see RFC 9535 §2 */
export function parsePath(source: string): Query {
  const text = new PathText(source);
  if (!text.takes("$")) text.fail('a JSONPath begins with "$"');
  const segments = new PathParser(text).segments();
  if (!text.isAtEnd) text.fail('expected ".", ".." or "["');
  return { from: "root", segments };
}

class PathParser {
  readonly #text: PathText;
  #nesting = 0;

  constructor(text: PathText) {
    this.#text = text;
  }

  segments(): readonly Segment[] {
    const segments: Segment[] = [];
    while (true) {
      const mark = this.#text.mark();
      this.#text.skipSpace();
      const segment = this.#segment();
      if (segment === undefined) {
        this.#text.goBack(mark);
        return segments;
      }
      segments.push(segment);
    }
  }

  #segment(): Segment | undefined {
    const text = this.#text;
    if (text.sees("[")) return { descends: false, selectors: this.#brackets() };
    const descends = text.takes("..");
    if (!descends && !text.takes(".")) return undefined;
    if (descends && text.sees("[")) return { descends, selectors: this.#brackets() };
    if (text.takes("*")) return { descends, selectors: [{ kind: "wildcard" }] };
    const name = text.takeName() ?? text.fail("expected a name (others stand in ['…'])");
    return { descends, selectors: [{ kind: "name", name }] };
  }

  #brackets(): readonly Selector[] {
    const text = this.#text;
    text.needs("[");
    const selectors: Selector[] = [];
    do {
      text.skipSpace();
      selectors.push(this.#selector());
      text.skipSpace();
    } while (text.takes(","));
    text.needs("]");
    return selectors;
  }

  #selector(): Selector {
    const text = this.#text;
    if (text.takes("*")) return { kind: "wildcard" };
    if (text.takes("?")) {
      text.skipSpace();
      return { kind: "filter", test: this.#or() };
    }
    const name = text.takeString();
    if (name !== undefined) return { kind: "name", name };
    const start = text.takeInteger();
    const afterStart = text.mark();
    text.skipSpace();
    if (text.takes(":")) return this.#slice(start);
    text.goBack(afterStart);
    return start === undefined
      ? text.fail("expected a name in quotes, an index, a slice, * or ?")
      : { kind: "index", index: start };
  }

  #slice(start: number | undefined): Selector {
    const text = this.#text;
    text.skipSpace();
    const end = text.takeInteger();
    const afterEnd = text.mark();
    text.skipSpace();
    if (!text.takes(":")) {
      text.goBack(afterEnd);
      return { kind: "slice", start, end, step: 1 };
    }
    text.skipSpace();
    return { kind: "slice", start, end, step: text.takeInteger() ?? 1 };
  }

  #or(): Test {
    return this.#joined("or", "||", () => this.#joined("and", "&&", () => this.#basic()));
  }

  #joined(kind: "or" | "and", sign: string, next: () => Test): Test {
    const text = this.#text;
    const first = next();
    const parts = [first];
    while (true) {
      const mark = text.mark();
      text.skipSpace();
      if (!text.takes(sign)) {
        text.goBack(mark);
        return parts.length === 1 ? first : { kind, parts };
      }
      text.skipSpace();
      parts.push(next());
    }
  }

  #basic(): Test {
    const text = this.#text;
    this.#nesting += 1;
    if (this.#nesting > mostNesting) text.fail("too deeply nested");
    const test = this.#negatable();
    this.#nesting -= 1;
    return test;
  }

  #negatable(): Test {
    const text = this.#text;
    const isNegated = text.takes("!");
    if (isNegated) text.skipSpace();
    const test = text.sees("(") ? this.#parenthesis() : this.#test(isNegated);
    return isNegated ? { kind: "not", test } : test;
  }

  #parenthesis(): Test {
    const text = this.#text;
    text.needs("(");
    text.skipSpace();
    const test = this.#or();
    text.skipSpace();
    text.needs(")");
    return test;
  }

  /** A function or query that stands for itself, or, unless it is negated, a comparison. */
  #test(standsAlone: boolean): Test {
    const text = this.#text;
    const mark = text.mark();
    const name = text.takeFunction();
    if (name !== undefined && testFunctions.has(name)) return this.#matches(name);
    text.goBack(mark);
    const query = this.#query();
    if (query !== undefined && (standsAlone || this.#comparison() === undefined)) return { kind: "exists", query };
    text.goBack(mark);
    if (standsAlone)
      text.fail("expected @, $, match( or search(; a comparison is negated in brackets, as in !(@.a == 1)");
    const left = this.#operand();
    const by = this.#comparison() ?? text.fail(`expected a comparison (${comparisons.join(" ")})`);
    text.skipSpace();
    return { kind: "compare", left, by, right: this.#operand() };
  }

  /** Takes the space before it too; without a comparison nothing is taken. */
  #comparison(): Comparison | undefined {
    const text = this.#text;
    const mark = text.mark();
    text.skipSpace();
    const found = comparisons.find((sign) => text.takes(sign));
    if (found === undefined) text.goBack(mark);
    return found;
  }

  #query(): Query | undefined {
    const isRoot = this.#text.takes("$");
    if (!isRoot && !this.#text.takes("@")) return undefined;
    return { from: isRoot ? "root" : "current", segments: this.segments() };
  }

  #operand(): Operand {
    const text = this.#text;
    const mark = text.mark();
    const query = this.#query();
    if (query !== undefined) {
      if (!isSingular(query))
        text.fail("this can lead to many values and cannot be compared: use count() or value()", mark);
      return { kind: "value", query };
    }
    const name = text.takeFunction();
    if (name !== undefined) return this.#valueFunction(name, mark);
    const value = this.#literal();
    return value === undefined
      ? text.fail("expected @, $, a function, or a value (texts stand in quotes)")
      : { kind: "literal", value };
  }

  #literal(): string | number | boolean | null | undefined {
    const text = this.#text;
    const value = text.takeString() ?? text.takeNumber();
    if (value !== undefined) return value;
    if (text.takes("true")) return true;
    if (text.takes("false")) return false;
    return text.takes("null") ? null : undefined;
  }

  #valueFunction(name: string, mark: number): Operand {
    const text = this.#text;
    if (testFunctions.has(name)) text.fail(`${name}() is true or false and cannot be compared`, mark);
    if (!valueFunctions.has(name)) {
      text.fail(`there is no function ${name}(), only ${[...valueFunctions, ...testFunctions].join(", ")}`, mark);
    }
    text.skipSpace();
    const operand = name === "length" ? ({ kind: "length", of: this.#operand() } as const) : this.#ofNodes(name);
    text.skipSpace();
    text.needs(")");
    return operand;
  }

  #ofNodes(name: string): Operand {
    const query = this.#query() ?? this.#text.fail(`${name}() needs a path (@… or $…)`);
    return { kind: name === "count" ? "count" : "value", query };
  }

  #matches(name: string): Test {
    const text = this.#text;
    text.skipSpace();
    const subject = this.#operand();
    text.skipSpace();
    text.needs(",");
    text.skipSpace();
    const mark = text.mark();
    const source = text.takeString() ?? text.fail(`${name}() needs its pattern in quotes`);
    text.skipSpace();
    text.needs(")");
    return { kind: "matches", text: subject, pattern: this.#pattern(name === "match", source, mark) };
  }

  #pattern(isWhole: boolean, source: string, mark: number): Pattern {
    const own = source.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]|\./gs, (part) => (part === "." ? "[^\\n\\r]" : part));
    const compiled = compilePattern(own);
    if ("problem" in compiled) return this.#text.fail(compiled.problem, mark);
    const whole = isWhole ? compilePattern(`^(?:${own})$`) : compiled;
    return "pattern" in whole ? whole.pattern : this.#text.fail(whole.problem, mark);
  }
}
