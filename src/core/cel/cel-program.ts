import { type ASTNode, Environment, type ParseResult } from "@marcbachmann/cel-js";
import { messageOf } from "../errors.ts";
import { compilePattern, type Pattern } from "../matching/pattern.ts";

/** What an expression sees: `status`, `headers` by lower-case name, and `body` as the JSON that it is. */
export type CelAnswer = Readonly<{
  status: number;
  headers: ReadonlyMap<string, string>;
  /** Absent where there is no JSON. */
  body?: unknown;
}>;

export type CelVerdict = Readonly<{ isTrue: boolean } | { problem: string }>;

/** A compiled expression. */
export type CelProgram = Readonly<{
  source: string;
  readsBody: boolean;
  /** It speaks of nothing else than `body`. */
  readsOnlyBody: boolean;
  /** Judges an answer in bounded time: at most 100 000 turns of its macros, and about 100 ms. */
  judge(answer: CelAnswer, monotonicMs: () => number): CelVerdict;
}>;

const longestSource = 4000;
const longestPattern = 1000;
const mostTurns = 100_000;
const mostMs = 100;
const mostPatterns = 100;
/** RE2 in place of the library's `matches`, which knows patterns that a hostile text makes endless. */
const matches = "matchesRe2";

let shared: Environment | undefined;

/** What all expressions have in common; made for the first of them, as most configs have none. */
function environment(): Environment {
  shared ??= new Environment({
    limits: { maxAstNodes: 2000, maxDepth: 50, maxListElements: 500, maxMapEntries: 100, maxCallArguments: 10 },
  })
    .registerVariable("status", "int")
    .registerVariable("headers", "map<string, string>")
    .registerVariable("body", "dyn");
  return shared;
}

/** Compiles an expression of CEL that is true or false. @see https://github.com/google/cel-spec */
export function compileCel(source: string): Readonly<{ program: CelProgram } | { problem: string }> {
  if (source.length > longestSource) return { problem: `an expression is at most ${longestSource} characters` };
  try {
    return new Compilation(source).compiled();
  } catch (error) {
    return { problem: firstLine(error) };
  }
}

class Meter {
  readonly #spent = new Error("it asks too much of this document");
  #turns = 0;
  #endMs = 0;
  #monotonicMs: () => number = () => 0;
  isSpent = false;

  begin(monotonicMs: () => number): void {
    this.#monotonicMs = monotonicMs;
    this.#endMs = monotonicMs() + mostMs;
    this.#turns = 0;
    this.isSpent = false;
  }

  /** One turn; macros go on with their other elements after an error, so it is thrown again at each. */
  turn(): void {
    this.#turns += 1;
    if (!this.isSpent && (this.#turns > mostTurns || this.#monotonicMs() > this.#endMs)) this.isSpent = true;
    if (this.isSpent) throw this.#spent;
  }
}

class Compilation {
  readonly #source: string;
  readonly #meter = new Meter();
  readonly #patterns = new Map<string, Pattern>();
  readonly #parsed: ParseResult;
  readonly #reads = new Set<string>();

  constructor(source: string) {
    this.#source = source;
    this.#parsed = environment()
      .clone()
      .registerFunction(`string.${matches}(string): bool`, (text: string, pattern: string) => this.#test(text, pattern))
      .parse(source);
  }

  compiled(): Readonly<{ program: CelProgram } | { problem: string }> {
    const { ast } = this.#parsed;
    let wrong: string | undefined;
    forEachNode(ast, (node) => {
      if (node.op === "id" && typeof node.args === "string") this.#reads.add(node.args);
      if (node.op !== "rcall" || node.args[0] !== "matches") return;
      (node.args as unknown[])[0] = matches;
      const [pattern] = node.args[2];
      if (pattern?.op === "value" && typeof pattern.args === "string") wrong ??= problemOf(pattern.args);
    });
    const checked = this.#parsed.check();
    if (!checked.valid) return { problem: firstLine(checked.error) };
    if (checked.type !== "bool" && checked.type !== "dyn")
      return { problem: `it is a ${checked.type}, not true or false` };
    if (wrong !== undefined) return { problem: wrong };
    forEachNode(ast, (node) => this.#measure(node));
    const reads = this.#reads;
    return {
      program: {
        source: this.#source,
        readsBody: reads.has("body"),
        readsOnlyBody: !reads.has("status") && !reads.has("headers"),
        judge: (...given) => this.#judge(...given),
      },
    };
  }

  /** Macros such as `all` and `map` are the only loops. */
  #measure(node: ASTNode): void {
    if ((node.op as string) !== "comprehension") return;
    const comprehension = node.args as unknown as { step: Evaluated };
    const { step } = comprehension;
    comprehension.step = {
      evaluate: (evaluator, _, context) => {
        this.#meter.turn();
        return step.evaluate(evaluator, step, context);
      },
    };
  }

  #judge({ status, headers, body }: CelAnswer, monotonicMs: () => number): CelVerdict {
    this.#meter.begin(monotonicMs);
    try {
      const value: unknown = this.#parsed({ status: BigInt(status), headers, body });
      if (this.#meter.isSpent) return { problem: "it asks too much of this document" };
      return typeof value === "boolean" ? { isTrue: value } : { problem: "it is neither true nor false" };
    } catch (error) {
      return { problem: firstLine(error) };
    }
  }

  #test(text: string, source: string): boolean {
    const known = this.#patterns.get(source);
    if (known !== undefined) return known.test(text);
    const compiled = source.length > longestPattern ? undefined : compilePattern(source);
    if (compiled === undefined || "problem" in compiled) throw new Error("it holds a text that is no RE2 pattern");
    if (this.#patterns.size >= mostPatterns) this.#patterns.clear();
    this.#patterns.set(source, compiled.pattern);
    return compiled.pattern.test(text);
  }
}

type Evaluated = Readonly<{ evaluate(evaluator: unknown, node: unknown, context: unknown): unknown }>;

function problemOf(pattern: string): string | undefined {
  const compiled = compilePattern(pattern);
  return "problem" in compiled ? compiled.problem : undefined;
}

/** Every node once, those that a macro stands for, too. */
function forEachNode(root: unknown, visit: (node: ASTNode) => void): void {
  const seen = new Set<unknown>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const each = open.pop();
    if (typeof each !== "object" || each === null || seen.has(each)) continue;
    seen.add(each);
    if (isNode(each)) {
      visit(each);
      const { alternate, macro } = each.meta as Readonly<{ alternate?: unknown; macro?: unknown }>;
      open.push(each.args, alternate, macro);
    } else
      open.push(
        ...Object.keys(each)
          .filter(isNoContext)
          .map((name) => Reflect.get(each, name) as unknown),
      );
  }
}

/** Contexts of checks lead everywhere. */
function isNoContext(name: string): boolean {
  return !/ctx/i.test(name);
}

function isNode(value: object): value is ASTNode & Readonly<{ meta: object }> {
  return "op" in value && typeof value.op === "string" && "args" in value && "meta" in value;
}

function firstLine(error: unknown): string {
  return (messageOf(error).split("\n")[0] ?? "").replaceAll(matches, "matches");
}
