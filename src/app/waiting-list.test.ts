import { describe, expect, it } from "vitest";
import { WaitingList } from "./waiting-list.ts";

describe("app/waiting-list", () => {
  it("gives who waited for a reply once, and its number to the next", () => {
    const list = new WaitingList<string>();
    const numbers = ["a", "b", "c"].map((each) => list.add(each));

    expect(new Set(numbers).size).toBe(3);
    expect(list.take(numbers[1] ?? -1)).toBe("b");
    expect(list.take(numbers[1] ?? -1)).toBeUndefined();
    expect(list.add("d")).toBe(numbers[1]);
    expect(list.take(numbers[1] ?? -1)).toBe("d");
    expect(list.take(99)).toBeUndefined();
  });

  it("gives all that a condition is true of, and keeps the others", () => {
    const list = new WaitingList<string>();
    const [, kept = -1] = ["a1", "b1", "a2"].map((each) => list.add(each));

    expect([...list.takeWhere((each) => each.startsWith("a"))].sort()).toEqual(["a1", "a2"]);
    expect(list.takeWhere((each) => each.startsWith("a"))).toEqual([]);
    expect(list.take(kept)).toBe("b1");
  });
});
