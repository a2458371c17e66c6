import { RE2JS } from "re2js";
import type { Labels } from "../labels.ts";
import { classicMatchers } from "./matcher-classic.ts";
import type { MatcherText, Parsed } from "./matcher-text.ts";
import { isDecodable, utf8Matchers } from "./matcher-utf8.ts";

/** A condition on one label; a missing label counts as the empty text. */
export type Matcher = MatcherText & Readonly<{ accepts(value: string): boolean }>;

const longestPattern = 4096;

/**
 * Reads one matcher (`severity="critical"`, `host=~"db-.*"`); braces and commas outside quotes are refused.
 * @see https://prometheus.io/docs/alerting/latest/configuration/#matcher
 */
export function parseMatcher(text: string): Parsed<Matcher> {
  const trimmed = text.trim();
  if (trimmed.startsWith("{") || trimmed.endsWith("}")) {
    return problem(`unexpected open or close brace: ${text}`);
  }
  const parsed = parseMatchers(text);
  if (!parsed.ok) return parsed;
  const [only] = parsed.value;
  if (only === undefined || parsed.value.length > 1)
    return problem(`expected one matcher, got ${parsed.value.length}: ${text}`);
  return { ok: true, value: only };
}

/**
 * Reads a list of matchers, with or without braces, in the UTF-8 or the classic grammar of Alertmanager: what only one of them
 * accepts is taken from it, and where both accept but differ, the classic reading wins.
 */
export function parseMatchers(text: string): Parsed<readonly Matcher[]> {
  if (!isDecodable(text)) return problem("a matcher must be valid Unicode");
  const utf8 = utf8Matchers(text);
  const classic = classicMatchers(text);
  const chosen = classic.ok ? classic : utf8;
  if (!chosen.ok) return problem(chosen.problem);
  const matchers: Matcher[] = [];
  for (const part of chosen.value) {
    const matcher = makeMatcher(part);
    if (!matcher.ok) return matcher;
    matchers.push(matcher.value);
  }
  return { ok: true, value: matchers };
}

/** Compiles a matcher; its pattern is RE2 syntax and has to fit the whole value. */
export function makeMatcher({ name, operator, value }: MatcherText): Parsed<Matcher> {
  if (name === "") return problem("a matcher needs a label name");
  if (operator === "=") return { ok: true, value: { name, operator, value, accepts: (actual) => actual === value } };
  if (operator === "!=") return { ok: true, value: { name, operator, value, accepts: (actual) => actual !== value } };
  if (value.length > longestPattern)
    return problem(`the pattern of "${name}" is longer than ${longestPattern} characters`);
  const pattern = compile(value);
  if (!pattern.ok) return pattern;
  const wanted = operator === "=~";
  return {
    ok: true,
    value: { name, operator, value, accepts: (actual) => pattern.value.matches(actual) === wanted },
  };
}

/** True when every matcher accepts its label; no matchers accept everything. */
export function matches(matchers: readonly Matcher[], labels: Labels): boolean {
  return matchers.every((matcher) => matcher.accepts(labels[matcher.name] ?? ""));
}

const plainName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Writes a matcher so that `parseMatcher` reads the same one back. */
export function formatMatcher({ name, operator, value }: MatcherText): string {
  return `${plainName.test(name) ? name : quote(name)}${operator}${quote(value)}`;
}

function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n")}"`;
}

function compile(pattern: string): Parsed<RE2JS> {
  try {
    return { ok: true, value: RE2JS.compile(pattern) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return problem(`"${pattern}" is no RE2 pattern (look-around and back-references are not supported): ${detail}`);
  }
}

function problem(text: string): Readonly<{ ok: false; problem: string }> {
  return { ok: false, problem: text };
}
