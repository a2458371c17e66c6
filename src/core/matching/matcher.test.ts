import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMatcher, makeMatcher, matches, parseMatcher, parseMatchers } from "./matcher.ts";
import { matchOperators } from "./matcher-text.ts";

function read(text: string): readonly string[] | string {
  const parsed = parseMatchers(text);
  return parsed.ok ? parsed.value.map((each) => `${each.name}|${each.operator}|${each.value}`) : parsed.problem;
}

function accepts(text: string, labels: Record<string, string>): boolean {
  const parsed = parseMatchers(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return matches(parsed.value, labels);
}

describe("core/matching/matcher", () => {
  it.each([
    ['severity="critical"', ["severity|=|critical"]],
    ["foo=bar", ["foo|=|bar"]],
    ["{foo=bar}", ["foo|=|bar"]],
    ['{foo="bar",}', ["foo|=|bar"]],
    ['foo!="bar", baz=~"a|b",qux!~x.*', ["foo|!=|bar", "baz|=~|a|b", "qux|!~|x.*"]],
    ['"host name"="db 1"', ["host name|=|db 1"]],
    ['服务="结算"', ["服务|=|结算"]],
    ["foo=1", ["foo|=|1"]],
    ['foo="a,b"', ["foo|=|a,b"]],
    ['foo="a\\"b"', ['foo|=|a"b']],
    ['"x"="\\u00e4\\x41"', ["x|=|äA"]],
    ["foo=", ["foo|=|"]],
    ["foo=a=b", ["foo|=|a=b"]],
    ["{}", []],
    ["", []],
  ])("reads %s", (text, wanted) => {
    expect(read(text)).toEqual(wanted);
  });

  it("prefers the classic reading where the two grammars differ", () => {
    expect(read('foo="a\\tb"')).toEqual(["foo|=|a\\tb"]);
  });

  it.each([
    ["foo", /expected an operator/],
    ['="x"', /expected a label name/],
    ['{"foo bar"="x"', /close brace/],
    ['"a b"="\\q"', /is no escape/],
    ['"a b"="\\xff"', /no UTF-8/],
    ["foo=~(", /no RE2 pattern/],
    ['foo=~"(?=x)"', /no RE2 pattern/],
    ["foo=\ud800", /valid Unicode/],
  ])("refuses %s", (text, problem) => {
    expect(read(text)).toMatch(problem);
  });

  it("refuses braces and lists where one matcher is asked for", () => {
    expect(parseMatcher("{foo=bar}").ok).toBe(false);
    expect(parseMatcher("foo=bar,baz=qux").ok).toBe(false);
    expect(parseMatcher("foo=bar").ok).toBe(true);
  });

  it("takes a missing label for an empty one", () => {
    expect(accepts('foo=""', {})).toBe(true);
    expect(accepts('foo!=""', {})).toBe(false);
    expect(accepts('foo=~".*"', {})).toBe(true);
    expect(accepts('foo!~"a.*"', {})).toBe(true);
    expect(accepts('foo="a",bar="b"', { foo: "a" })).toBe(false);
  });

  it("holds a pattern against the whole value, without crossing lines by a dot", () => {
    expect(accepts('foo=~"b|db"', { foo: "db" })).toBe(true);
    expect(accepts('foo=~"b"', { foo: "db" })).toBe(false);
    expect(accepts('foo=~"a.b"', { foo: "a\nb" })).toBe(false);
    expect(accepts('foo=~"a"', { foo: "a\n" })).toBe(false);
  });

  it("answers a pattern that explodes elsewhere", () => {
    expect(accepts('foo=~"(a+)+"', { foo: `${"a".repeat(2000)}!` })).toBe(false);
  });

  it("reads back what it writes", () => {
    const name = fc.oneof(fc.constantFrom("a", "host", "_x1"), fc.string({ unit: "grapheme", minLength: 1 }));
    fc.assert(
      fc.property(
        name,
        fc.constantFrom("=" as const, "!=" as const),
        fc.string({ unit: "grapheme" }),
        (name, operator, value) => {
          const written = formatMatcher({ name, operator, value });
          expect(read(written)).toEqual([`${name}|${operator}|${value}`]);
        },
      ),
    );
  });

  it("never throws, and gives a matcher that never throws", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...matchOperators), fc.string(), (name, operator, value) => {
        parseMatchers(name + operator + value);
        const made = makeMatcher({ name, operator, value });
        if (made.ok) made.value.accepts(value);
      }),
    );
  });
});
