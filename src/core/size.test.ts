import { describe, expect, it } from "vitest";
import { parseSize, sizeSchema } from "./size.ts";

describe("core/size", () => {
  it.each([
    ["10MiB", 10_485_760],
    ["1.5GB", 1_500_000_000],
    ["512B", 512],
  ])("reads %s", (text, expected) => {
    expect(parseSize(text)).toBe(expected);
  });

  it.each(["", "10", "10 MB", "-1B", "1mb", "1e9B"])("refuses %j", (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  it("keeps to its range", () => {
    expect(sizeSchema({ maxBytes: 1024 }).safeParse("1MiB").success).toBe(false);
  });
});
