import { describe, expect, it } from "vitest";
import { mergeParts } from "./merge-parts.ts";

const group = (...targets: readonly string[]) => [{ targets, labels: {} }];

describe("app/discovery merge parts", () => {
  it("keeps of a part that fails what it listed, and drops a part that is gone", () => {
    const before = new Map([
      ["a.yml", group("a")],
      ["b.yml", group("b")],
      ["c.yml", group("c")],
    ]);

    const { parts, problems } = mergeParts(
      before,
      [
        { name: "a.yml", problem: "half-written" },
        { name: "b.yml", groups: group("b2") },
        { name: "d.yml", problem: "half-written" },
      ],
      false,
    );

    expect([...parts]).toEqual([
      ["a.yml", group("a")],
      ["b.yml", group("b2")],
    ]);
    expect(problems).toEqual(["a.yml: half-written", "d.yml: half-written"]);
  });
});
