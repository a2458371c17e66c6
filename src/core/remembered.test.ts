import { describe, expect, it } from "vitest";
import { usedHeapBytes } from "../../test/support/used-heap.ts";
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

  it("knows also that nothing could be made", () => {
    let made = 0;
    const nothing = remembered((text): number | undefined => {
      made += 1;
      return text === "b" ? 1 : undefined;
    }, 1);

    expect(["a", "a", "a"].map(nothing)).toEqual([undefined, undefined, undefined]);
    expect(made).toBe(1);
  });

  it("keeps nothing of a large text that it was given a part of", () => {
    const lengthOf = remembered(({ length }) => length, 500);
    const beforeBytes = usedHeapBytes();

    for (let number = 0; number < 500; number += 1) {
      const section = Buffer.alloc(100_000, `${number} is a date of some letters; `).toString("latin1");
      lengthOf(section.slice(0, 25));
    }

    // 50 MB, were each part a pointer into its whole.
    expect(usedHeapBytes() - beforeBytes).toBeLessThan(10_000_000);
    expect(lengthOf("a")).toBe(1);
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
