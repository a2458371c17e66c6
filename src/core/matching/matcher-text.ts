export const matchOperators = ["=", "!=", "=~", "!~"] as const;
export type MatchOperator = (typeof matchOperators)[number];

/** Name, operator and value of a matcher as they were written. */
export type MatcherText = Readonly<{ name: string; operator: MatchOperator; value: string }>;

/** What a parser made of a text: all of it, or the first problem in words. */
export type Parsed<T> = Readonly<{ ok: true; value: T } | { ok: false; problem: string }>;
