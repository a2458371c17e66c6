import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderIssue } from "./issue.ts";
import { toJson } from "./node.ts";
import { readYaml, yamlLimits } from "./read-yaml.ts";

const source = { file: "base.yaml", layer: "base" };

function read(text: string): unknown {
  const outcome = readYaml(text, source);
  return outcome.ok ? toJson(outcome.root) : outcome.issues.map(renderIssue);
}

describe("config/source/read-yaml", () => {
  it("reads YAML 1.2 core", () => {
    const json = read("a: yes\nb: 0o17\nc: true\nd: [1, 2.5, ~]\n443: port\ne: &x {f: g}\nh: *x\n");

    expect(json).toEqual({ a: "yes", b: 15, c: true, d: [1, 2.5, null], 443: "port", e: { f: "g" }, h: { f: "g" } });
    expect(Object.getPrototypeOf(json)).toBeNull();
  });

  it("takes an empty file and one with comments only for an empty map", () => {
    expect([read(""), read("# nothing\n")]).toEqual([{}, {}]);
  });

  it.each([
    [
      "a merge key",
      "a: &a {x: 1}\nb: {<<: *a}",
      "2:5: b.<<: merge keys (<<) are not supported; use `templates` and `use`",
    ],
    ["a tag", "a: !!js/function x", "1:18: a: tags such as tag:yaml.org,2002:js/function are not allowed"],
    ["a binary", "a: !!binary aGk=", "1:13: a: tags such as tag:yaml.org,2002:binary are not allowed"],
    ["a directive", "%YAML 1.1\n---\na: yes", "1:1: directives such as %YAML are not allowed"],
    ["a repeated key", "a: 1\nb: 2\na: 3", '3:1: a: the key "a" stands here twice, first in line 1'],
    ["__proto__", "x: {__proto__: {y: 1}}", '1:5: x.__proto__: the key "__proto__" is not allowed'],
    ["constructor", "constructor: 1", '1:1: constructor: the key "constructor" is not allowed'],
    ["prototype, quoted", '"prototype": 1', '1:1: prototype: the key "prototype" is not allowed'],
    ["two documents", "a: 1\n---\nb: 1", "2:1: a config file holds one document; remove the `---` before this"],
    ["a list", "- a", "1:1: a config file is a map of sections, such as `checks:`"],
    ["a text", "hello", "1:1: a config file is a map of sections, such as `checks:`"],
    ["a tab", "a:\n\tb: 1", "2:1: this is no YAML: a tab cannot indent; use spaces"],
    ["an open quote", 'a: "b', '1:6: this is no YAML: Missing closing "quote'],
    ["a bare variable in a map", "x: { a: 1, b: ${X}, c: 1 }", '1:15: ${X} needs quotes here: write "${X}"'],
    ["a bare variable in a list", "x: [${X:-1}]", '1:5: ${X:-1} needs quotes here: write "${X:-1}"'],
    ["a bare variable with a colon", "x: ${X:-b: c}", '1:4: ${X:-b: c} needs quotes here: write "${X:-b: c}"'],
    ["not a number", "a: .nan", "1:4: a: this number cannot be used; put it in quotes if it is a text"],
    ["a list for a key", "? [a]\n: b", "1:3: a key is a plain word or a quoted text"],
    ["an alias of nothing", "a: *b", "1:4: a: *b names nothing above it; define it with &b first"],
    ["an alias of itself", "a: &a [*a]", "1:8: a[0]: *a names nothing above it; define it with &a first"],
  ])("refuses %s and says where", (_, text, message) => {
    expect(read(text)).toEqual([`base.yaml:${message} (layer base)`]);
  });

  it("takes a bare variable where YAML does", () => {
    expect(read("x: ${X:-1}\n")).toEqual({ x: "${X:-1}" });
  });

  it("takes 32 levels and refuses 33, in each form", () => {
    const flow = (depth: number): string => `a: ${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}`;
    const block = (depth: number): string =>
      Array.from({ length: depth }, (_, level) => `${" ".repeat(level)}a:`).join("\n");

    expect(readYaml(flow(32), source).ok && readYaml(block(32), source).ok).toBe(true);
    expect(read(flow(34))).toEqual([expect.stringContaining("nested deeper than 32 levels")]);
    expect(read(block(34))).toEqual([expect.stringContaining("nested deeper than 32 levels")]);
  });

  it("counts depth through aliases", () => {
    const nested = `a: &a ${"[".repeat(20)}${"]".repeat(20)}\nb: ${"[".repeat(20)}*a${"]".repeat(20)}`;

    expect(read(nested)).toContainEqual(expect.stringContaining("nested deeper than 32 levels"));
  });

  it("takes 100 aliases and refuses more", () => {
    const text = (count: number): string =>
      `a: &a 1\n${Array.from({ length: count }, (_, index) => `k${index}: *a`).join("\n")}`;

    expect(readYaml(text(yamlLimits.aliases), source).ok).toBe(true);
    expect(read(text(yamlLimits.aliases + 1))).toEqual([expect.stringContaining("more than 100 aliases")]);
  });

  it("F90 refuses a bomb of aliases by what it would become", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
    const lines = names.map((name, index) =>
      index === 0 ? "a: &a [x, x, x, x, x, x, x, x]" : `${name}: &${name} [${`*${names[index - 1]}, `.repeat(8)}]`,
    );

    expect(read(lines.join("\n"))).toEqual([
      expect.stringMatching(/^base\.yaml:7:7: g: aliases blow this up to more than 2000000 values/),
    ]);
  });

  it.each([
    ["brackets", "[".repeat(1_000_000)],
    ["dashes", "- ".repeat(500_000)],
    ["question marks", "? ".repeat(500_000)],
    ["maps", "{a:".repeat(300_000)],
    ["closing brackets", "]".repeat(1_000_000)],
    ["directives", "%\n".repeat(500_000)],
    ["documents", "---\n".repeat(250_000)],
  ])("F90 ends at the first fault of a million %s", (_, text) => {
    expect(readYaml(text, source)).toMatchObject({ ok: false, issues: [{ file: "base.yaml" }] });
  });

  it("F119 never throws and never reaches a prototype, whatever the text is", () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    const word = fc.constantFrom(
      ..."{ } [ ] : , - ? & * ! | > ' \" % @ ` # \n \t << __proto__ constructor prototype a b ${X} ~ 1 .nan --- ... &a *a \0 \ud800".split(
        " ",
      ),
    );
    const texts = fc.oneof(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.array(word, { maxLength: 60 }).map((words) => words.join(" ")),
      fc.array(word, { maxLength: 60 }).map((words) => words.join("")),
      fc.array(word, { maxLength: 60 }).map((words) => `a: ${words.join(" ")}`),
    );

    fc.assert(
      fc.property(texts, (text) => {
        const outcome = readYaml(text, source);
        expect(outcome.ok || outcome.issues.length > 0).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
    expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
  });
});
