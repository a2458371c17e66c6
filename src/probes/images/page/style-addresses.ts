/** One `url(…)` or `@import` of a style sheet. */
export type StyleAddress = Readonly<{ address: string; kind: "image" | "font" | "stylesheet"; offset: number }>;

/**
 * Addresses that a style sheet or a `style` attribute loads; comments and `@namespace` name nothing to load. Reads any
 * text without failing, in linear time. @see https://www.w3.org/TR/css-syntax-3/
 */
export function styleAddresses(css: string, most: number): readonly StyleAddress[] {
  const scanner = new StyleScanner(css, most);
  scanner.scan();
  return scanner.found;
}

const nameCharacter = /[\w-]/;

class StyleScanner {
  readonly found: StyleAddress[] = [];
  readonly #css: string;
  readonly #most: number;
  #at = 0;
  #depth = 0;
  /** Depth of the `@font-face` block that is open; 0: none. */
  #fontDepth = 0;
  /** The at-rule whose block or end is still to come. */
  #rule = "";

  constructor(css: string, most: number) {
    this.#css = css;
    this.#most = most;
  }

  scan(): void {
    while (this.#at < this.#css.length && this.found.length < this.#most) this.#step();
  }

  #step(): void {
    const char = this.#css.charAt(this.#at);
    if (char === "/" && this.#css.charAt(this.#at + 1) === "*") this.#at = this.#after("*/");
    else if (char === '"' || char === "'") this.#string(char);
    else if (char === "@") this.#atRule();
    else if (char === "u" || char === "U") this.#maybeUrl();
    else this.#structure(char);
  }

  #structure(char: string): void {
    this.#at += char === "\\" ? 2 : 1;
    if (char === "{") {
      this.#depth += 1;
      if (this.#rule === "font-face") this.#fontDepth = this.#depth;
      this.#rule = "";
    } else if (char === "}") {
      if (this.#fontDepth === this.#depth) this.#fontDepth = 0;
      this.#depth = Math.max(0, this.#depth - 1);
    } else if (char === ";" && this.#depth === 0) this.#rule = "";
  }

  #atRule(): void {
    const name = /^[\w-]{1,20}/.exec(this.#css.slice(this.#at + 1, this.#at + 21))?.[0] ?? "";
    this.#rule = name.toLowerCase();
    this.#at += 1 + name.length;
  }

  #string(quote: string): void {
    const offset = this.#at;
    const text = this.#quoted(quote);
    if (this.#rule === "import") this.#add(text, offset);
  }

  #quoted(quote: string): string {
    const start = this.#at + 1;
    let at = start;
    while (at < this.#css.length) {
      const char = this.#css.charAt(at);
      if (char === quote || char === "\n") break;
      at += char === "\\" ? 2 : 1;
    }
    this.#at = at + 1;
    return this.#css.slice(start, at);
  }

  #maybeUrl(): void {
    const offset = this.#at;
    const before = offset === 0 ? "" : this.#css.charAt(offset - 1);
    this.#at += 1;
    if (nameCharacter.test(before) || this.#css.slice(offset, offset + 4).toLowerCase() !== "url(") return;
    this.#at = offset + 4;
    while (/\s/.test(this.#css.charAt(this.#at))) this.#at += 1;
    const quote = this.#css.charAt(this.#at);
    const start = this.#at;
    const isQuoted = quote === '"' || quote === "'";
    const text = isQuoted ? this.#quoted(quote) : this.#css.slice(start, this.#after(")") - 1);
    this.#at = isQuoted ? this.#at : start + text.length + 1;
    this.#add(text.trim(), offset);
  }

  #after(end: string): number {
    const at = this.#css.indexOf(end, this.#at);
    return at === -1 ? this.#css.length + 1 : at + end.length;
  }

  #add(text: string, offset: number): void {
    if (this.#rule === "namespace" || text === "") return;
    const address = text.replace(/\\(?:([0-9a-f]{1,6})\s?|(.))/gi, unescaped);
    if (this.#rule === "import") {
      this.found.push({ address, kind: "stylesheet", offset });
      // What follows are conditions: layer, supports, media.
      this.#rule = "imported";
    } else this.found.push({ address, kind: this.#fontDepth > 0 ? "font" : "image", offset });
  }
}

function unescaped(_: string, hex: string | undefined, char: string | undefined): string {
  if (hex === undefined) return char ?? "";
  const code = Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
}
