import { JsonNode } from "./json-node.ts";
import type { Comparison, Operand, Query, Segment, Selector, Test } from "./query.ts";

/** The path asks for more work than it may make. */
export class PathBudgetSpent extends Error {}

/** One asking of one document; what it looks at is counted, so that no document can make it run long. */
export class Selecting {
  readonly #root: JsonNode;
  #left: number;

  /** `budget` is a number of looks: at a value, at 16 characters of a text, at one character that a pattern reads. */
  constructor(document: unknown, budget: number) {
    this.#root = new JsonNode(document);
    this.#left = budget;
  }

  /** What the query leads to, in the order of RFC 9535. @throws {PathBudgetSpent} when it looks at too much. */
  nodes(query: Query, current = this.#root): readonly JsonNode[] {
    let nodes: readonly JsonNode[] = [query.from === "root" ? this.#root : current];
    for (const segment of query.segments) nodes = nodes.flatMap((node) => [...this.#follow(segment, node)]);
    return nodes;
  }

  *#follow({ descends, selectors }: Segment, start: JsonNode): Generator<JsonNode> {
    if (!descends) {
      for (const selector of selectors) yield* this.#selected(selector, start);
      return;
    }
    const ahead = [start];
    for (let node = ahead.pop(); node !== undefined; node = ahead.pop()) {
      for (const selector of selectors) yield* this.#selected(selector, node);
      const below = [...this.#counted(node.children())];
      for (const child of below.toReversed()) ahead.push(child);
    }
  }

  *#selected(selector: Selector, node: JsonNode): Generator<JsonNode> {
    this.#spend(1);
    switch (selector.kind) {
      case "name":
        yield* present(node.member(selector.name));
        return;
      case "index":
        yield* present(node.element(selector.index));
        return;
      case "slice":
        for (const index of sliced(node.value, selector)) yield* this.#counted(present(node.element(index)));
        return;
      case "wildcard":
        yield* this.#counted(node.children());
        return;
      case "filter":
        for (const child of this.#counted(node.children())) if (this.#holds(selector.test, child)) yield child;
    }
  }

  *#counted(nodes: Iterable<JsonNode>): Generator<JsonNode> {
    for (const node of nodes) {
      this.#spend(1);
      yield node;
    }
  }

  #holds(test: Test, current: JsonNode): boolean {
    switch (test.kind) {
      case "or":
        return test.parts.some((part) => this.#holds(part, current));
      case "and":
        return test.parts.every((part) => this.#holds(part, current));
      case "not":
        return !this.#holds(test.test, current);
      case "exists":
        return this.nodes(test.query, current).length > 0;
      case "compare":
        return this.#compares(this.#valueOf(test.left, current), test.by, this.#valueOf(test.right, current));
      case "matches": {
        const text = this.#valueOf(test.text, current);
        if (typeof text !== "string") return false;
        this.#spend(text.length);
        return test.pattern.test(text);
      }
    }
  }

  /** Undefined stands for nothing, which JSON has no value for. */
  #valueOf(operand: Operand, current: JsonNode): unknown {
    switch (operand.kind) {
      case "literal":
        return operand.value;
      case "value": {
        const nodes = this.nodes(operand.query, current);
        return nodes.length === 1 ? nodes[0]?.value : undefined;
      }
      case "count":
        return this.nodes(operand.query, current).length;
      case "length":
        return this.#lengthOf(this.#valueOf(operand.of, current));
    }
  }

  #lengthOf(value: unknown): number | undefined {
    if (typeof value === "string") {
      this.#spend(value.length / 16);
      return Array.from(value).length;
    }
    if (Array.isArray(value)) return value.length;
    return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
  }

  #compares(left: unknown, by: Comparison, right: unknown): boolean {
    switch (by) {
      case "==":
        return this.#equals(left, right);
      case "!=":
        return !this.#equals(left, right);
      case "<":
        return this.#isLess(left, right);
      case ">":
        return this.#isLess(right, left);
      case "<=":
        return this.#isLess(left, right) || this.#equals(left, right);
      case ">=":
        return this.#isLess(right, left) || this.#equals(left, right);
    }
  }

  #equals(left: unknown, right: unknown): boolean {
    this.#spend(1);
    if (left === right) return true;
    if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
    if (Array.isArray(left) !== Array.isArray(right)) return false;
    const names = Object.keys(left);
    if (names.length !== Object.keys(right).length) return false;
    return names.every((name) => Object.hasOwn(right, name) && this.#equals(left[name as never], right[name as never]));
  }

  #isLess(left: unknown, right: unknown): boolean {
    if (typeof left === "number" && typeof right === "number") return left < right;
    if (typeof left !== "string" || typeof right !== "string") return false;
    this.#spend(Math.min(left.length, right.length) / 16);
    return isBefore(left, right);
  }

  #spend(looks: number): void {
    this.#left -= looks;
    if (this.#left < 0) throw new PathBudgetSpent();
  }
}

function present(node: JsonNode | undefined): readonly JsonNode[] {
  return node === undefined ? [] : [node];
}

/** Places that a slice leads to. @see RFC 9535 §2.3.4.2.2 */
function* sliced(value: unknown, { start, end, step }: Extract<Selector, { kind: "slice" }>): Generator<number> {
  if (!Array.isArray(value) || step === 0) return;
  const { length } = value;
  const place = (index: number): number => (index < 0 ? length + index : index);
  if (step > 0) {
    const last = Math.min(Math.max(place(end ?? length), 0), length);
    for (let at = Math.min(Math.max(place(start ?? 0), 0), length); at < last; at += step) yield at;
    return;
  }
  const last = end === undefined ? -1 : Math.min(Math.max(place(end), -1), length - 1);
  for (let at = Math.min(Math.max(place(start ?? length - 1), -1), length - 1); at > last; at += step) yield at;
}

/** Order by code points, where that of UTF-16 differs. */
function isBefore(left: string, right: string): boolean {
  const others = right[Symbol.iterator]();
  for (const character of left) {
    const other = others.next();
    if (other.done === true) return false;
    if (character !== other.value) return (character.codePointAt(0) ?? 0) < (other.value.codePointAt(0) ?? 0);
  }
  return others.next().done !== true;
}
