/** Says what is wrong with a path, and where. */
export class PathProblem extends Error {}

const space = /[ \t\n\r]*/y;
const name = /[A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][A-Za-z0-9_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*/uy;
const integer = /-?(?:0|[1-9][0-9]*)(?![0-9])/y;
const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9])/y;
const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", "/": "/", "\\": "\\" };

/** Reads the words of a path from left to right. */
export class PathText {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  /** @throws {PathProblem} always. */
  fail(problem: string, at: number = this.#at): never {
    throw new PathProblem(`${problem} (at ${at >= this.#source.length ? "its end" : `character ${at + 1}`})`);
  }

  skipSpace(): void {
    this.#match(space);
  }

  /** Where it stands, to come back to. */
  mark(): number {
    return this.#at;
  }

  goBack(mark: number): void {
    this.#at = mark;
  }

  sees(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  takes(text: string): boolean {
    if (!this.sees(text)) return false;
    this.#at += text.length;
    return true;
  }

  /** @throws {PathProblem} when something else comes. */
  needs(text: string): void {
    if (!this.takes(text)) this.fail(`expected "${text}"`);
  }

  /** A name that needs no quotes. */
  takeName(): string | undefined {
    return this.#match(name);
  }

  /** The name of a function, when its bracket follows at once; the bracket is taken too. */
  takeFunction(): string | undefined {
    return this.#match(/[a-z][a-z0-9_]*\(/y)?.slice(0, -1);
  }

  /** @throws {PathProblem} when it cannot be held exactly. */
  takeInteger(): number | undefined {
    const text = this.#match(integer);
    if (text === undefined) return undefined;
    if (text === "-0" || !Number.isSafeInteger(Number(text))) this.fail(`${text} is no index`, this.#at - text.length);
    return Number(text);
  }

  takeNumber(): number | undefined {
    const text = this.#match(number);
    return text === undefined ? undefined : Number(text);
  }

  /** A text in single or double quotes. @throws {PathProblem} when it does not end, or is no proper text. */
  takeString(): string | undefined {
    const quote = this.sees("'") ? "'" : '"';
    const mark = this.#at;
    if (!this.takes(quote)) return undefined;
    let text = "";
    while (!this.takes(quote)) {
      if (this.isAtEnd) this.fail(`expected ${quote}`);
      const character = this.#source[this.#at] ?? "";
      this.#at += 1;
      if (character < " ") this.fail("a control character must be escaped", this.#at - 1);
      text += character === "\\" ? this.#escape(quote) : character;
    }
    if (!text.isWellFormed()) this.fail("the text holds half of a surrogate pair", mark);
    return text;
  }

  #escape(quote: string): string {
    const character = this.#source[this.#at] ?? "";
    this.#at += 1;
    if (character === quote) return quote;
    if (character !== "u") return escapes[character] ?? this.fail("there is no such escape", this.#at - 2);
    const digits = this.#match(/[0-9A-Fa-f]{4}/y) ?? this.fail("expected four hexadecimal digits");
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  #match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at;
    const text = expression.exec(this.#source)?.[0];
    this.#at += text?.length ?? 0;
    return text;
  }
}
