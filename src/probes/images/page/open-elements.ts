import { type ElementSelector, type Match, matchElement, nothing } from "./element-selector.ts";

const empty: ReadonlySet<string> = new Set(
  "area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr".split(" "),
);
/** Elements that end when one of the others begins, as nobody closes them by hand. */
const endedBy: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries({
    li: "li",
    dt: "dt dd",
    dd: "dt dd",
    option: "option optgroup",
    tr: "tr tbody tfoot thead",
    td: "td th tr tbody tfoot",
    th: "td th tr tbody tfoot",
    head: "body",
    p: "address article aside blockquote details div dl fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr main menu nav ol p pre section table ul",
  }).map(([name, others]) => [name, new Set(others.split(" "))]),
);
/** Deeper elements count as inside of the last one that is kept, so that hostile nesting costs nothing. */
const mostDepth = 512;

type Open = Readonly<{ name: string; match: Match }>;
type Element = Readonly<{ name: string; attributes: ReadonlyMap<string, string> }>;

/** The elements that are open while a page is read, and whether what comes next is what a selector means. */
export class OpenElements {
  readonly attributes: ReadonlySet<string>;
  readonly #selector: ElementSelector;
  readonly #open: Open[] = [];
  /** How many of each name are open, so that a closing tag that fits none of them costs nothing. */
  readonly #counts = new Map<string, number>();

  constructor(selector: ElementSelector) {
    this.#selector = selector;
    this.attributes = selector.attributes;
  }

  /** Takes an opening tag; true when the element is selected, or stands in one that is. */
  begin(element: Element): boolean {
    while (endedBy.get(this.#open.at(-1)?.name ?? "")?.has(element.name) === true) this.#close();
    const match = matchElement(this.#selector, element, this.#open.at(-1)?.match ?? nothing);
    if (!empty.has(element.name) && this.#open.length < mostDepth) {
      this.#open.push({ name: element.name, match });
      this.#counts.set(element.name, this.#openOf(element.name) + 1);
    }
    return match.isSelected;
  }

  /** Takes a closing tag; one that nothing fits is passed over. */
  end(name: string): void {
    const others = this.#openOf(name) - 1;
    while (this.#openOf(name) > Math.max(0, others)) this.#close();
  }

  #close(): void {
    const { name } = this.#open.pop() ?? { name: "" };
    const left = this.#openOf(name) - 1;
    if (left > 0) this.#counts.set(name, left);
    else this.#counts.delete(name);
  }

  #openOf(name: string): number {
    return this.#counts.get(name) ?? 0;
  }
}
