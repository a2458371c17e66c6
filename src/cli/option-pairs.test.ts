import { describe, expect, it } from "vitest";
import { optionTree, readMaps, wrapIntoLists } from "./option-pairs.ts";

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("cli/option-pairs", () => {
  it("builds a tree of scalars from dotted paths", () => {
    expect(
      plain(optionTree(["method=POST", "expect.status=200", "tls.verify=false", "expect.contains=加入购物车"])),
    ).toEqual({
      method: "POST",
      expect: { status: 200, contains: "加入购物车" },
      tls: { verify: false },
    });
  });

  it("makes a list of a repeated path", () => {
    expect(plain(optionTree(["a.b=1", "a.b=2", "a.b=x=y"]))).toEqual({ a: { b: [1, 2, "x=y"] } });
  });

  it("wraps a single value where a list is wanted", () => {
    expect(plain(wrapIntoLists(optionTree(["expect.contains=x"]), [["expect", "contains"]]))).toEqual({
      expect: { contains: ["x"] },
    });
  });

  it("reads a list that is written as one where a list is wanted", () => {
    const tree = optionTree(['dialogue=[{"send":"PING"},{"expect":"PONG"}]', 'text=["a"]', "pattern=[a-z]+"]);

    expect(plain(wrapIntoLists(tree, [["dialogue"], ["pattern"]]))).toEqual({
      dialogue: [{ send: "PING" }, { expect: "PONG" }],
      text: '["a"]',
      pattern: ["[a-z]+"],
    });
  });

  it("keeps what has to be a text as it is written", () => {
    const texts = new Set(["a.b", "pattern"]);
    const tree = optionTree(["a.b=007", "a.c=007", "pattern=[5]", "pattern=1e3"], texts);
    const one = optionTree(["pattern=[5]"], texts);

    expect(plain(tree)).toEqual({ a: { b: "007", c: 7 }, pattern: ["[5]", "1e3"] });
    expect(plain(wrapIntoLists(one, [["pattern"]], texts))).toEqual({ pattern: ["[5]"] });
  });

  it("reads a map where a map is wanted, inside lists, too", () => {
    const tree = optionTree(["dialogue={send: PING}", "dialogue={expect: '^\\+PONG', x: 1}", "a={b: c}", "d=e: f: g"]);

    expect(plain(readMaps(tree, [["dialogue", 0], ["dialogue", 1], ["d"], ["missing", 0], ["a", "b"]]))).toEqual({
      dialogue: [{ send: "PING" }, { expect: "^\\+PONG", x: 1 }],
      a: "{b: c}",
      d: "e: f: g",
    });
  });

  it("keeps text that is no YAML scalar as text", () => {
    expect(plain(optionTree(["body=a: b: c", 'json={"a":1}', "empty="]))).toEqual({
      body: "a: b: c",
      json: '{"a":1}',
      empty: "",
    });
  });

  it.each([["novalue"], ["=x"], ["a=1", "a.b=2"]])("refuses %j", (...pairs) => {
    expect(() => optionTree(pairs)).toThrow();
  });

  it("cannot reach a prototype", () => {
    optionTree(["__proto__.polluted=1"]);

    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});
