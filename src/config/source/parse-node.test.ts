import { describe, expect, it } from "vitest";
import { z } from "zod";
import { secretSchema } from "../../core/schema/secret-schema.ts";
import { sizeSchema } from "../../core/size.ts";
import { durationSchema } from "../../core/time/duration.ts";
import { pathText } from "./node.ts";
import { parseNode } from "./parse-node.ts";
import { readYaml } from "./read-yaml.ts";

function problemsOf(schema: z.ZodType, yaml: string): readonly string[] {
  const read = readYaml(yaml, { file: "f", layer: "l" });
  if (!read.ok) throw new Error("no YAML");
  const parsed = parseNode(schema, read.root);
  return parsed.ok ? [] : parsed.problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
}

const either = z.union([z.int(), z.string().regex(/^\d+-\d+$/, "write 1 or 1-9")]);
const shape = z.union([
  z.strictObject({ every: z.string() }),
  z.strictObject({ at: z.strictObject({ hour: z.int() }) }),
]);

describe("config/source/parse-node", () => {
  it.each<[string, z.ZodType, string, string]>([
    ["a missing text", z.string(), "", "x: is missing; it must be a text"],
    ["a missing duration", durationSchema(), "", "x: is missing; it must be a text such as 30s or 1h30m"],
    ["a missing word", z.enum(["a", "b"]), "", "x: is missing; it must be one of a, b"],
    ["a number for a text", z.string(), "x: 5", "x: must be a text, not the value 5; put it in quotes"],
    ["a truth for a text", z.string(), "x: true", "x: must be a text, not the value true; put it in quotes"],
    ["a map for a text", z.string(), "x: {}", "x: must be a text, not a map"],
    ["a list for a map", z.strictObject({}), "x: []", "x: must be a map, not a list"],
    ["a text for a map", z.record(z.string(), z.int()), "x: a", 'x: must be a map, not the text "a"'],
    ["an empty list item", z.array(z.string()), "x: [~]", "x[0]: must be a text, not empty"],
    [
      "a key that a small block does not have",
      z.strictObject({ person: z.string(), from: z.string().optional(), to: z.string().optional() }),
      "x: { person: a, until: b }",
      'x.until: unknown key "until"; known are from, person, to',
    ],
    ["a fraction", z.int(), "x: 1.5", "x: must be a whole number, not the value 1.5"],
    ["a text for a truth", z.boolean(), "x: yes", 'x: must be true or false, not the text "yes"'],
    ["another truth", z.literal(true), "x: false", "x: must be true, not the value false"],
    ["a number too small", z.number().min(1), "x: 0", "x: must be at least 1, not 0"],
    ["a number too large", z.number().max(5), "x: 6", "x: must be at most 5, not 6"],
    ["a number on the bound", z.number().gt(1).lt(5), "x: 5", "x: must be less than 5, not 5"],
    ["a number on the lower bound", z.number().gt(1), "x: 1", "x: must be more than 1, not 1"],
    ["an empty text", z.string().min(1), "x: ''", "x: must not be empty"],
    ["a short text", z.string().min(3), "x: ab", "x: must have at least 3 characters"],
    ["a long text", z.string().max(3), "x: abcd", "x: must have at most 3 characters"],
    ["an empty list", z.array(z.string()).min(1), "x: []", "x: must hold at least 1 entry"],
    ["a long list", z.array(z.string()).max(2), "x: [a, b, c]", "x: must hold at most 2 entries"],
    ["no URL", z.url(), "x: wiki", 'x: "wiki" is no URL'],
    ["no mail address", z.email(), "x: a", 'x: "a" is no e-mail address'],
    [
      "a size without unit",
      sizeSchema(),
      "x: '10'",
      'x: "10" is no size; write a number with a unit, such as 512KiB or 10MiB',
    ],
    ["a message of the schema", z.string().regex(/^a/, "begin with a"), "x: b", "x: begin with a"],
    ["a bad key", z.record(z.string().regex(/^a/, "begin with a"), z.int()), "x: { b: 1 }", "x.b: begin with a"],
    [
      "neither of two scalars",
      either,
      "x: true",
      "x: must be a number, not the value true, or must be a text, not the value true; put it in quotes",
    ],
    ["nearly the second scalar", either, "x: a", "x: write 1 or 1-9"],
    ["nearly the second form", shape, "x: { at: { hour: a } }", 'x.at.hour: must be a number, not the text "a"'],
  ])("words %s", (_, schema, yaml, message) => {
    expect(problemsOf(z.strictObject({ x: schema }), yaml)).toEqual([message]);
  });

  it("names the tag that is missing from a tagged union", () => {
    const tagged = z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("a") }),
      z.strictObject({ kind: z.literal("b") }),
    ]);

    expect(problemsOf(z.strictObject({ x: tagged }), "x: {}")).toEqual(["x.kind: is missing; it must be one of a, b"]);
    expect(problemsOf(z.strictObject({ x: tagged }), "x: { kind: 5 }")).toEqual(["x.kind: must be one of a, b"]);
  });

  it("does not print a secret that has the wrong type", () => {
    const [message = ""] = problemsOf(z.strictObject({ x: secretSchema }), "x: 4711");

    expect(message).toContain("put it in quotes");
    expect(message).not.toContain("4711");
  });

  it("cuts what it quotes", () => {
    const [message = ""] = problemsOf(z.strictObject({ x: z.int() }), `x: ${"a".repeat(500)}`);

    expect(message.length).toBeLessThan(120);
  });
});
