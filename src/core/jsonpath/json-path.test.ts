import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileJsonPath, jsonPathSchema } from "./json-path.ts";

const health = {
  status: "DOWN",
  groups: ["liveness", "readiness"],
  components: {
    db: { status: "UP", details: { database: "PostgreSQL", pool: 7 } },
    "disk space": { status: "UP", details: { free: 10, total: 100 } },
    mail: { status: "DOWN", details: { pool: 3 } },
  },
  numbers: [0, 1, 2, 3, 4],
  words: ["a", "b", "ab", "\ud83d\ude00", "\uffff", "a\rb"],
  mixed: [1, "1", true, null, [1, [2]], { a: 1, b: [2] }],
};

function select(path: string, document: unknown = health): readonly unknown[] {
  const compiled = compileJsonPath(path);
  if ("problem" in compiled) throw new Error(compiled.problem);
  const selected = compiled.path.select(document);
  if ("problem" in selected) throw new Error(selected.problem);
  return selected.nodes.map(({ value }) => value);
}

function pathsOf(path: string, document: unknown = health): readonly string[] {
  const compiled = compileJsonPath(path);
  const selected = "path" in compiled ? compiled.path.select(document) : compiled;
  return "nodes" in selected ? selected.nodes.map((node) => node.path) : [selected.problem];
}

describe("core/jsonpath", () => {
  it.each([
    ["$.status", ["DOWN"]],
    ["$.components.db.status", ["UP"]],
    ["$['components']['disk space'][\"status\"]", ["UP"]],
    ["$.components['disk\\u0020space'].details.free", [10]],
    ["$.components.none.status", []],
    ["$.status.length", []],
    ["$ .groups [ 0 ]", ["liveness"]],
    ["$.groups[-1]", ["readiness"]],
    ["$.groups[2]", []],
    ["$.groups[-3]", []],
    ["$.components.*.status", ["UP", "UP", "DOWN"]],
    ["$..status", ["DOWN", "UP", "UP", "DOWN"]],
    ["$..pool", [7, 3]],
    ["$.mixed..[0]", [1, 1, 2, 2]],
    ["$.numbers[1:3]", [1, 2]],
    ["$.numbers[:-3]", [0, 1]],
    ["$.numbers[ -2 : ]", [3, 4]],
    ["$.numbers[::2]", [0, 2, 4]],
    ["$.numbers[::-2]", [4, 2, 0]],
    ["$.numbers[3:0:-1]", [3, 2, 1]],
    ["$.numbers[::0]", []],
    ["$.numbers[9:]", []],
    ["$.numbers[0,0,'a',4]", [0, 0, 4]],
    ["$.groups.*", ["liveness", "readiness"]],
    ["$.status.*", []],
  ])("follows %s", (path, values) => {
    expect(select(path)).toEqual(values);
  });

  it.each([
    ["$.components[?@.status != 'UP'].details.pool", [3]],
    ["$.components[?@.details.free / 2]", undefined],
    ["$.components[?@.details.pool > 3 && @.status == 'UP'].details.pool", [7]],
    ["$.components[?@.details.pool < 5 || @.details.free].status", ["UP", "DOWN"]],
    ["$.components[?!@.details.pool].details.free", [10]],
    ["$.components[?!(@.status == 'UP')].status", ["DOWN"]],
    ["$.components[?@.status == $.status].details.pool", [3]],
    ["$.components[?@.none == @.nothing].status", ["UP", "UP", "DOWN"]],
    ["$.components[?@.none == null].status", []],
    ["$.mixed[?@ == 1]", [1]],
    ["$.mixed[?@ == '1']", ["1"]],
    ["$.mixed[?@ == null]", [null]],
    ["$.mixed[?@ == $.mixed[4]]", [[1, [2]]]],
    ["$.mixed[?@ == $.mixed[5]]", [{ a: 1, b: [2] }]],
    ["$.mixed[?@ <= true]", [true]],
    ["$.numbers[?@ >= 2.5e0]", [3, 4]],
    ["$.words[?@ > 'ab']", ["b", "\ud83d\ude00", "\uffff"]],
    ["$.words[?@ > '\uffff']", ["\ud83d\ude00"]],
    ["$.words[?length(@) == 1]", ["a", "b", "\ud83d\ude00", "\uffff"]],
    ["$.mixed[?length(@) == 2]", [[1, [2]], { a: 1, b: [2] }]],
    ["$[?count(@.*) == 3].db.status", ["UP"]],
    ["$[?value(@..pool) == 7]", []],
    ["$.components[?value(@..pool) == 7].status", ["UP"]],
    ["$.words[?match(@, 'a|b')]", ["a", "b"]],
    ["$.words[?search(@, 'b')]", ["b", "ab", "a\rb"]],
    ["$.words[?match(@, 'a.b')]", []],
    ["$.mixed[?match(@, '1')]", ["1"]],
  ])("filters by %s", (path, values) => {
    if (values === undefined) expect(() => select(path)).toThrow("no JSONPath");
    else expect(select(path)).toEqual(values);
  });

  it("tells the way to each value as a path", () => {
    expect(pathsOf("$..[?@ == 'UP' || @ == 1]")).toEqual([
      "$.components.db.status",
      '$.components["disk space"].status',
      "$.numbers[1]",
      "$.mixed[0]",
      "$.mixed[4][0]",
      "$.mixed[5].a",
    ]);
    expect(pathsOf("$")).toEqual(["$"]);
  });

  it("reaches what an object holds itself, and nothing of its prototype", () => {
    const document: unknown = JSON.parse('{"__proto__":{"a":1},"constructor":2}');

    expect(select("$.__proto__.a", document)).toEqual([1]);
    expect(select("$.constructor", document)).toEqual([2]);
    expect(select("$.toString", document)).toEqual([]);
    expect(select("$.__proto__", {})).toEqual([]);
    expect(select("$['0']", ["a"])).toEqual([]);
    expect(select("$.length", ["a"])).toEqual([]);
  });

  it.each([
    ["", 'a JSONPath begins with "$" (at its end)'],
    ["status", 'a JSONPath begins with "$" (at character 1)'],
    [" $", "character 1"],
    ["$ ", "character 2"],
    ["$.", "expected a name"],
    ["$.a-b", "character 4"],
    ["$. a", "character 3"],
    ["$[a]", "expected a name in quotes"],
    ["$[01]", "expected"],
    ["$[-0]", "-0 is no index"],
    ["$[9007199254740992]", "is no index"],
    ["$[0", 'expected "]" (at its end)'],
    ["$['a", "expected ' (at its end)"],
    ["$['\\x']", "there is no such escape (at character 4)"],
    ['$["\\\'"]', "no such escape"],
    ["$['\\ud800']", "half of a surrogate pair"],
    ["$['\\u12']", "four hexadecimal digits"],
    ["$['\n']", "control character"],
    ["$[?@.a == ]", "expected @, $"],
    ["$[?1]", "expected a comparison"],
    ["$[?count(@.*)]", "expected a comparison"],
    ["$[?@.* == 1]", "cannot be compared: use count() or value()"],
    ["$[?!@.a == 1]", "character 9"],
    ["$[?!1 == 1]", "negated in brackets"],
    ["$[?match(@.a, 'x') == true]", "character 20"],
    ["$[?1 == match(@.a, 'x')]", "match() is true or false and cannot be compared (at character 9)"],
    ["$[?match(@.a, @.b)]", "needs its pattern in quotes"],
    ["$[?search(@.a, '(')]", "is no RE2 pattern"],
    ["$[?search(@.a, '(?=a)')]", "look-around"],
    ["$[?size(@) == 1]", "there is no function size(), only length, count, value, match, search"],
    ["$[?count(1) == 1]", "count() needs a path"],
    ["$[?(@.a]", 'expected ")"'],
    [`$[?${"(".repeat(40)}@${")".repeat(40)}]`, "too deeply nested"],
    [`$${"[?@".repeat(40)}${"]".repeat(40)}`, "too deeply nested"],
  ])("refuses %s", (path, problem) => {
    const parsed = jsonPathSchema.safeParse(path);

    expect(parsed.error?.issues[0]?.message).toContain(problem);
  });

  it("knows whether a path can lead to many values", () => {
    const isSingular = (path: string): boolean => jsonPathSchema.parse(path).isSingular;

    expect(["$", "$.a['b'][0]"].map(isSingular)).toEqual([true, true]);
    expect(["$.*", "$..a", "$[0,1]", "$[0:1]", "$[?@]"].map(isSingular)).toEqual([false, false, false, false, false]);
  });

  it("F35 F120 ends after a bounded number of looks, whatever path and document are", () => {
    const wide = Array.from({ length: 2_000 }, (_, index) => ({ a: "x".repeat(200), b: index, c: [[[[index]]]] }));

    for (const path of ["$..*..*..*", "$[?count($[*]) > 1]", "$[?search($[0].a, '(a+)+$') || @ == $]"]) {
      expect(pathsOf(path, wide)).toEqual([expect.stringContaining("too many values")]);
    }
    expect(pathsOf("$[1999].b", wide)).toEqual(["$[1999].b"]);
  });

  it("takes any text for a path or says why not, without any other error", () => {
    const word = fc.constantFrom(
      "$",
      "@",
      ".",
      "..",
      "*",
      "[",
      "]",
      "?",
      "(",
      ")",
      "!",
      "==",
      "&&",
      "'a'",
      "a",
      "0",
      ",",
      " ",
    );
    const texts = fc.oneof(
      fc.array(word, { maxLength: 25 }).map((words) => `$${words.join("")}`),
      fc.string(),
    );

    fc.assert(
      fc.property(texts, fc.jsonValue(), (text, document) => {
        const compiled = compileJsonPath(text);

        if ("problem" in compiled) expect(compiled.problem).toContain("is no JSONPath");
        else expect(compiled.path.select(document)).toHaveProperty("nodes");
      }),
    );
  });
});
