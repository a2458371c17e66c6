import { Tokenizer, type TokenizerCallbacks } from "htmlparser2";
import { elementReferences, readAttributes } from "./element-references.ts";
import type { ElementSelector } from "./element-selector.ts";
import { OpenElements } from "./open-elements.ts";
import { mostReferences, type Reference } from "./reference.ts";
import { styleAddresses } from "./style-addresses.ts";

/** What a page asks a browser to load. */
export type PageReferences = Readonly<{
  references: readonly Reference[];
  /** `href` of the first `<base>`, as written. */
  base?: string;
  /** There were more than are kept, and the rest was not read. */
  cut: boolean;
}>;

/**
 * Reads what a page loads, in document order, and with a selector what the selected elements and those inside of them load; what
 * stands in comments and in `<template>` is not loaded. Any text is read without failing, in linear time: the tokenizer keeps no
 * stack of open elements that hostile nesting could blow up, and ours is short.
 */
export function pageReferences(html: string, selector?: ElementSelector): PageReferences {
  const reader = new PageReader(html, selector);
  const tokenizer = new Tokenizer({ decodeEntities: true }, reader);
  reader.stop = () => tokenizer.pause();
  tokenizer.write(html);
  // A page that is full ends here; the end of a paused tokenizer would wait for more.
  if (!reader.cut) tokenizer.end();
  reader.closeStyle();
  return {
    references: reader.references,
    ...(reader.base !== undefined && { base: reader.base }),
    cut: reader.cut,
  };
}

/** Longer attribute values (images inside `data:`) are kept only as far as needed to tell what they are. */
const mostAddressCharacters = 8192;
const mostStyleCharacters = 512 * 1024;
const longAttributes: ReadonlySet<string> = new Set(["style", "srcset", "imagesrcset", "data-srcset"]);

class PageReader implements TokenizerCallbacks {
  readonly references: Reference[] = [];
  base: string | undefined;
  cut = false;
  stop: () => void = () => {};
  readonly #html: string;
  readonly #open: OpenElements | undefined;
  #name = "";
  #offset = 0;
  #attributes = new Map<string, string>();
  #attribute: string | undefined;
  #value = "";
  #templates = 0;
  #style: { css: string; offset: number } | undefined;

  constructor(html: string, selector: ElementSelector | undefined) {
    this.#html = html;
    this.#open = selector && new OpenElements(selector);
  }

  onopentagname(start: number, end: number): void {
    this.#name = this.#html.slice(start, end).toLowerCase();
    this.#offset = start - 1;
    this.#attributes = new Map();
  }

  onattribname(start: number, end: number): void {
    const name = end - start > 32 ? "" : this.#html.slice(start, end).toLowerCase();
    this.#attribute = readAttributes.has(name) || this.#open?.attributes.has(name) === true ? name : undefined;
    this.#value = "";
  }

  onattribdata(start: number, end: number): void {
    if (this.#hasRoom()) this.#value += this.#html.slice(start, end);
  }

  onattribentity(codepoint: number): void {
    if (this.#hasRoom()) this.#value += String.fromCodePoint(codepoint);
  }

  #hasRoom(): boolean {
    if (this.#attribute === undefined) return false;
    return this.#value.length < (longAttributes.has(this.#attribute) ? mostStyleCharacters : mostAddressCharacters);
  }

  onattribend(): void {
    if (this.#attribute === undefined) return;
    if (!this.#attributes.has(this.#attribute)) this.#attributes.set(this.#attribute, this.#value);
  }

  onopentagend(): void {
    this.closeStyle();
    if (this.#name === "template") this.#templates += 1;
    if (this.#templates > 0) return;
    if (this.#name === "base") this.base ??= this.#attributes.get("href");
    const tag = { name: this.#name, attributes: this.#attributes, offset: this.#offset };
    if (this.#open?.begin(tag) === false) return;
    if (this.#name === "style") this.#style = { css: "", offset: this.#offset };
    if (tag.attributes.size > 0) this.#add(elementReferences(tag));
  }

  onselfclosingtag(): void {
    this.onopentagend();
  }

  onclosetag(start: number, end: number): void {
    this.closeStyle();
    const name = this.#html.slice(start, end).toLowerCase();
    if (this.#templates === 0) this.#open?.end(name);
    else if (name === "template") this.#templates -= 1;
  }

  ontext(start: number, end: number): void {
    if (this.#style !== undefined) this.#style.css += this.#html.slice(start, end);
  }

  /** Reads the `<style>` that was open. */
  closeStyle(): void {
    if (this.#style === undefined) return;
    const { css, offset } = this.#style;
    this.#style = undefined;
    const found = styleAddresses(css, mostReferences);
    this.#add(found.map(({ address, kind }) => ({ address, kind, element: "<style>", offset, isAlternative: false })));
  }

  #add(references: readonly Reference[]): void {
    for (const reference of references) {
      if (this.references.length < mostReferences) this.references.push(reference);
      else this.cut = true;
    }
    if (this.cut) this.stop();
  }

  oncdata(): void {}
  oncomment(): void {}
  ondeclaration(): void {}
  onend(): void {}
  onprocessinginstruction(): void {}
  ontextentity(): void {}
}
