import { describe, expect, it } from "vitest";
import { remembered } from "./remembered.ts";

describe("core/remembered", () => {
  it("makes what it knows once, and starts anew when it knows enough", () => {
    const made: string[] = [];
    const upper = remembered((text) => {
      made.push(text);
      return text.toUpperCase();
    }, 2);

    expect(["a", "b", "a", "c", "a"].map(upper)).toEqual(["A", "B", "A", "C", "A"]);
    expect(made).toEqual(["a", "b", "c", "a"]);
  });

  it("makes anew what is longer than it keeps", () => {
    let made = 0;
    const lengthOf = remembered(
      ({ length }) => {
        made += 1;
        return length;
      },
      2,
      3,
    );

    expect(["abc", "abc", "abcd", "abcd"].map(lengthOf)).toEqual([3, 3, 4, 4]);
    expect(made).toBe(3);
  });
});
