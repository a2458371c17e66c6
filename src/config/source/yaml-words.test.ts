import { describe, expect, it } from "vitest";
import { readYaml } from "./read-yaml.ts";

describe("config/source/yaml-words", () => {
  it.each([
    ["a brace that is not closed", "a: { b: 1\nc: { d: 2 }\n", "2:1: this is no YAML: a } is missing before this"],
    ["an odd indent", "a:\n    b: 1\n   c: 2\n", "3:1: this is no YAML: this line is indented otherwise"],
    ["two colons", "a: b: c\n", "1:4: this is no YAML: a second `: ` in one line; put the value into quotes"],
    ["a colon in a list", "a: [b: c: d]\n", "this is no YAML: a `: ` or `- ` too many inside { } or [ ]"],
    ["a key without colon", "a\nb: 1\n", "1:1: this is no YAML: a key without its `:`"],
    ["a reserved character", "a: @b\n", "cannot start with reserved character @; put the value into quotes"],
  ])("says of %s what is wrong and what to do", (_name, text, words) => {
    const read = readYaml(text, { file: "a.yaml", layer: "base" });
    const issues = read.ok ? [] : read.issues.map(({ line, column, message }) => `${line}:${column}: ${message}`);
    expect(issues.join("\n")).toContain(words);
  });
});
