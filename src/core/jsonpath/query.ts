import type { Pattern } from "../matching/pattern.ts";

/** What a JSONPath asks for, from the whole document or from the value that a filter looks at. */
export type Query = Readonly<{ from: "root" | "current"; segments: readonly Segment[] }>;

/** One step down; `descends` looks at every value below as well. */
export type Segment = Readonly<{ descends: boolean; selectors: readonly Selector[] }>;

export type Selector = Readonly<
  | { kind: "name"; name: string }
  | { kind: "index"; index: number }
  | { kind: "wildcard" }
  | { kind: "slice"; start: number | undefined; end: number | undefined; step: number }
  | { kind: "filter"; test: Test }
>;

export const comparisons = ["==", "!=", "<=", ">=", "<", ">"] as const;
export type Comparison = (typeof comparisons)[number];

export type Test = Readonly<
  | { kind: "or" | "and"; parts: readonly Test[] }
  | { kind: "not"; test: Test }
  | { kind: "exists"; query: Query }
  | { kind: "compare"; left: Operand; by: Comparison; right: Operand }
  | { kind: "matches"; text: Operand; pattern: Pattern }
>;

export type Operand = Readonly<
  | { kind: "literal"; value: string | number | boolean | null }
  /** Leads to one value at most; also that of the function `value`. */
  | { kind: "value"; query: Query }
  | { kind: "count"; query: Query }
  | { kind: "length"; of: Operand }
>;

/** True when a query can lead to one value at most. */
export function isSingular({ segments }: Query): boolean {
  return segments.every(({ descends, selectors: [first, ...more] }) => {
    return !descends && more.length === 0 && (first?.kind === "name" || first?.kind === "index");
  });
}
