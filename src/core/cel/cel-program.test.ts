import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CelProgram, compileCel } from "./cel-program.ts";

const document =
  '{"__proto__":{"x":1},"n":3,"f":2.5,"items":[{"id":1,"s":"ok"},{"id":2,"s":"bad"}],"s":"up","t":"2026-01-01T00:00:00Z"}';
const answer = {
  status: 200,
  headers: new Map([["content-type", "text/html"]]),
  body: JSON.parse(document) as unknown,
};
const still = (): number => 0;

function compiled(source: string): CelProgram {
  const outcome = compileCel(source);
  if ("problem" in outcome) throw new Error(outcome.problem);
  return outcome.program;
}

describe("core/cel/cel-program", () => {
  it.each([
    ["body.n == 3", true],
    ["body.n > 2 && body.f < 3.0 && body.f < 3", true],
    ["body.n == 3.0", true],
    ["body.items.all(x, x.s == 'ok')", false],
    ["body.items.exists(x, x.id == 2 && x.s.matches('^b'))", true],
    ["body.items.exists_one(x, x.s == 'ok')", true],
    ["body.items.filter(x, x.s.matches('a')).map(x, x.id) == [2.0]", true],
    ["size(body.items) == 2", true],
    ["has(body.none)", false],
    ["'items' in body", true],
    ["status in [200, 201] && headers['content-type'].startsWith('text/')", true],
    ["timestamp(body.t) < timestamp('2027-01-01T00:00:00Z')", true],
    ["body.s.matches('(?i)^U')", true],
    ["body.s.matches(body.s)", true],
  ])("judges %s", (source, isTrue) => {
    expect(compiled(source).judge(answer, still)).toEqual({ isTrue });
  });

  it.each([
    ["body.none == 1", "No such key: none"],
    ["body.constructor == 1", "No such key: constructor"],
    ["body.items[5].id == 1", "No such key: index out of bounds, index 5 >= size 2"],
    ["body.n", "it is neither true nor false"],
    ["body.n.matches('3')", "found no matching overload for 'double.matches(string)'"],
    ["body.s.matches(body.s + '(?=x)')", "it holds a text that is no RE2 pattern"],
  ])("says why %s cannot be judged", (source, problem) => {
    expect(compiled(source).judge(answer, still)).toEqual({ problem });
  });

  it.each([
    ["1 +", "Unexpected token: EOF"],
    ["none == 1", "Unknown variable: none"],
    ["status + 'a'", "no such overload: int + string"],
    ["status", "it is a int, not true or false"],
    ["body.s.matches('(?=x)')", '"(?=x)" is no RE2 pattern'],
    ["status == 200 ".padEnd(5000), "at most 4000 characters"],
    ["(".repeat(60), "maxDepth"],
  ])("refuses %s", (source, problem) => {
    expect(compileCel(source)).toMatchObject({ problem: expect.stringContaining(problem) });
  });

  it("knows which expression reads the body", () => {
    expect([compiled("status == 200"), compiled("body.items.all(x, x.id > 0)")].map((each) => each.readsBody)).toEqual([
      false,
      true,
    ]);
  });

  it("gives up on a document that would take it too many turns, or too long (F35)", () => {
    const body = { items: Array.from({ length: 3000 }, (_, id) => ({ id })) };
    const greedy = compiled("body.items.all(x, body.items.all(y, x.id != y.id + 0.5))");
    let nowMs = 0;
    const slow = (): number => (nowMs += 1);

    const problem = "it asks too much of this document";
    expect(greedy.judge({ ...answer, body }, still)).toEqual({ problem });
    expect(compiled("body.items.all(x, x.id >= 0)").judge({ ...answer, body }, slow)).toEqual({ problem });
    expect(greedy.judge({ ...answer, body: { items: [{ id: 1 }] } }, still)).toEqual({ isTrue: true });
  });

  it("takes a pattern that others cannot end on hostile text", () => {
    const verdict = compiled("body.s.matches('^(a+)+$')").judge(
      { ...answer, body: { s: `${"a".repeat(50)}!` } },
      still,
    );

    expect(verdict).toEqual({ isTrue: false });
  });

  it("never throws, whatever the text and the document", () => {
    const words = [
      "body",
      ".a",
      "[0]",
      "==",
      "&&",
      "1",
      "'x'",
      "(",
      ")",
      ".all(x, ",
      "x",
      "!",
      "status",
      "?",
      ":",
      "has(",
      "headers",
    ];
    const source = fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(" "));
    fc.assert(
      fc.property(source, fc.jsonValue(), (text, body) => {
        const outcome = compileCel(text);
        if ("program" in outcome) outcome.program.judge({ ...answer, body }, still);
      }),
    );
  });
});
